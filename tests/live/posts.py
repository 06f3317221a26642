"""The posts that a live site is filled with, and what a reader of the site must find.

posts.toml → `Draft` per post → JSON for the site's own software → rows of its database → `ExpectedPost`.

Expected values come from the data file and from the database, never from a page: a page is what is tested.
"""

import html
import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypedDict

DATA = Path(__file__).with_name("posts.toml")
WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian time, the zone of the site: no summer time, so a fixed offset is exact."""

AUTHORS = {
    "humas": {"name": "Humas Setda", "bio": "Bagian humas sekretariat daerah."},
    "kominfo": {"name": "Admin Kominfo", "bio": ""},
    "dewi": {"name": "Dewi Anggraini", "bio": ""},
    "rahmat": {"name": "Rahmat Hidayat", "bio": ""},
}
"""Login name to displayed name; one has a biography, which themes print below the article."""


@dataclass(frozen=True, slots=True)
class ExpectedPost:
    """One published post as a reader must find it."""

    url: str
    """Permanent link, absolute, from the database."""
    title: str
    """As displayed: entities resolved, quotation marks curled."""
    published_at: str
    """ISO 8601 to the second, offset +07:00."""
    modified_at: str
    """ISO 8601 to the second, offset +07:00; equal to `published_at` when never edited."""
    categories: tuple[str, ...]
    """Names, sorted."""
    tags: tuple[str, ...]
    """Names, sorted."""
    author: str
    """Displayed name."""
    paragraphs: tuple[str, ...]
    """Prose as displayed, without markup, dateline and end mark."""
    dateline: str | None
    """Place printed before the first paragraph, parted from it by ` – `."""
    credit: str | None
    """End mark printed behind the last paragraph."""
    extras: tuple[str, ...]
    """Other texts that belong to the article: captions, table cells, list items, names of documents."""
    captions: tuple[tuple[str, str], ...]
    """Name of the file and caption, for each picture of the text or its gallery."""
    media: tuple[str, ...]
    """Absolute URLs of the uploads that belong to the post, originals, pictures and documents."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """An address of the site that must not become an article."""

    url: str
    """Absolute; the address an editor would see."""
    kind: str
    """protected, draft, scheduled, page or media."""
    text: str
    """Words of its body, which must be in no record."""


class Row(TypedDict):
    """What the database holds for one post; dates are ISO 8601 without offset, local but for `date_gmt`."""

    id: int
    slug: str
    url: str
    status: str
    date: str
    date_gmt: str
    modified: str
    author: str
    categories: list[str]
    tags: list[str]
    media: list[str]
    media_page: list[str]


class Rows(TypedDict):
    """The answer of the filling script, in the order of the data file."""

    posts: list[Row]
    others: list[Row]


def read_data() -> dict[str, list[dict[str, Any]]]:
    """Reads posts.toml: tables `post` and `other`."""
    with DATA.open("rb") as stream:
        return tomllib.load(stream)


def split_body(body: str) -> list[str]:
    """Parts a body at its blank lines; lines inside a paragraph are joined by one blank."""
    return [" ".join(part.split()) for part in body.strip().split("\n\n")]


def stored_paragraphs(post: dict[str, Any]) -> list[str]:
    """Gives the paragraphs as an editor typed them: dateline in front, end mark behind."""
    paragraphs = split_body(post["body"])
    if "dateline" in post:
        paragraphs[0] = f"<strong>{post['dateline']}</strong> – {paragraphs[0]}"
    if "credit" in post:
        paragraphs[-1] += f" {post['credit']}"
    return paragraphs


def post_for_site(post: dict[str, Any]) -> dict[str, Any]:
    """Gives one post of the data file in the shape that fill.php reads: every key is there."""
    at = post["at"].isoformat(" ")
    return {
        "slug": post["slug"],
        "title": post["title"],
        "at": at,
        "modified": post["modified"].isoformat(" ") if "modified" in post else at,
        "form": post.get("form", "blocks"),
        "categories": post["categories"],
        "tags": post["tags"],
        "author": post["author"],
        "paragraphs": stored_paragraphs(post),
        "images": post.get("image", []),
        "table": post.get("table", []),
        "list": post.get("list", []),
        "pdf": post.get("pdf"),
        "comments": post.get("comments", []),
        "sticky": post.get("sticky", False),
        "more": post.get("more", False),
    }


def data_for_site() -> dict[str, Any]:
    """Gives all posts for fill.php, the oldest first, as a site would have received them."""
    data = read_data()
    posts = sorted(data["post"], key=lambda post: post["at"])
    others = [{**other, "at": other["at"].isoformat(" ")} for other in data["other"]]
    return {"authors": AUTHORS, "posts": [post_for_site(post) for post in posts], "others": others}


def displayed(markup: str) -> str:
    """Gives the words of a piece of markup as a reader sees them."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def captions(post: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Pairs pictures with their captions; whether a featured one shows its caption is the theme's choice."""
    images = [image for image in post.get("image", []) if image["place"] != "featured"]
    return tuple((image["name"], image["caption"]) for image in images)


def extras(post: dict[str, Any]) -> tuple[str, ...]:
    """Collects captions, table cells, list items and names of documents."""
    texts = [caption for _, caption in captions(post)]
    texts += [cell for row in post.get("table", []) for cell in row]
    texts += post.get("list", [])
    if "pdf" in post:
        texts.append(post["pdf"]["title"])
    return tuple(texts)


def with_offset(local: str) -> str:
    """Gives a local time of the site with its offset."""
    return datetime.fromisoformat(local).replace(tzinfo=WIB).isoformat()


def expect(post: dict[str, Any], row: Row) -> ExpectedPost:
    """Joins one post of the data file with its row.

    Raises:
        ValueError: the database holds another slug or instant than the data file says.
    """
    published = with_offset(row["date"])
    told = datetime.fromisoformat(f"{row['date_gmt']}+00:00")
    if row["slug"] != post["slug"] or row["date"] != post["at"].isoformat():
        raise ValueError(f"{post['slug']}: the database holds {row['slug']} of {row['date']}")
    if told != datetime.fromisoformat(published):
        raise ValueError(f"{post['slug']}: not the zone +07:00: {row['date']} is {row['date_gmt']}Z")
    return ExpectedPost(
        url=row["url"],
        title=post.get("shown_title", post["title"]),
        published_at=published,
        modified_at=with_offset(row["modified"]),
        categories=tuple(sorted(html.unescape(name) for name in row["categories"])),
        tags=tuple(sorted(html.unescape(name) for name in row["tags"])),
        author=row["author"],
        paragraphs=tuple(displayed(part) for part in split_body(post.get("shown_body", post["body"]))),
        dateline=post.get("dateline"),
        credit=post.get("credit"),
        extras=extras(post),
        captions=captions(post),
        media=tuple(row["media"]),
    )


def expected_posts(rows: Rows) -> list[ExpectedPost]:
    """Gives what must be found, the oldest first."""
    posts = sorted(read_data()["post"], key=lambda post: post["at"])
    return [expect(post, row) for post, row in zip(posts, rows["posts"], strict=True)]


def unwanted(rows: Rows) -> list[Unwanted]:
    """Gives what must not be found: the other posts, the pages, and the pages that show one upload."""
    others = zip(read_data()["other"], rows["others"], strict=True)
    found = [Unwanted(url=row["url"], kind=other["kind"], text=other["body"]) for other, row in others]
    pages = [url for row in rows["posts"] for url in row["media_page"]]
    return found + [Unwanted(url=url, kind="media", text="") for url in pages]
