"""What other pages of a site teach, and the reader for anyone; on frames of Indonesian content systems."""

# ruff: noqa: E501 - pages have long lines

from __future__ import annotations

import json
import random

import pytest

from bench.reader_quality import fold, overlap
from crawler.pages import Profile, extract, learn
from crawler.pages.learn import SEEN_ON
from tests.frames import BODIES, FRAMES, Gold, pages
from tests.pages import LEAD, TEXT

NOTHING = Profile(0)
"""Nothing learnt, and nothing taken from what other tests have learnt."""


def known(frame: str, *, checked: int = 0) -> Profile:
    siblings = pages(frame, 10, first=100)
    return learn([(page.html, page.url, page.text if at < checked else None) for at, page in enumerate(siblings)])


def scores(found: list[tuple[Gold, dict[str, object]]]) -> tuple[float, float, float, float]:
    """Precision and recall of the text, share of titles and of days that are right."""
    texts = [overlap(gold.text, str(read["text"])) for gold, read in found]
    titles = [fold(str(read["title"] or "")) == fold(gold.title) for gold, read in found]
    days = [str(read["published"] or "")[:10] == gold.published for gold, read in found]
    count = len(found)
    return sum(p for p, _ in texts) / count, sum(r for _, r in texts) / count, sum(titles) / count, sum(days) / count


def test_there_are_frames_and_messes_enough() -> None:
    """Each new trap is one more frame."""
    assert len(FRAMES) >= 12
    assert len(BODIES) >= 9


@pytest.mark.parametrize("frame", FRAMES)
def test_pages_of_a_site_are_read_right_once_others_are_known(frame: str) -> None:
    """Text, title and day, over all messes; nobody has checked a page."""
    profile = known(frame)
    found = [(gold, extract(gold.html, gold.url, profile)) for gold in pages(frame, len(BODIES))]
    precision, recall, titles, days = scores(found)
    assert min(precision, recall) >= 0.93, (precision, recall)
    assert (titles, days) == (1.0, 1.0)


def test_over_all_frames_little_is_lost_and_no_day_is_wrong() -> None:
    """With siblings nearly all is right; without them no day is wrong all the same."""
    with_siblings: list[tuple[Gold, dict[str, object]]] = []
    alone: list[tuple[Gold, dict[str, object]]] = []
    for frame in FRAMES:
        profile = known(frame)
        for gold in pages(frame, len(BODIES), first=20):
            with_siblings.append((gold, extract(gold.html, gold.url, profile)))
            alone.append((gold, extract(gold.html, gold.url, NOTHING)))
    assert min(scores(with_siblings)) >= 0.97
    assert min(scores(alone)) >= 0.9
    wrong = [
        read["published"]
        for gold, read in (*with_siblings, *alone)
        if read["published"] and str(read["published"])[:10] != gold.published
    ]
    assert wrong == []


def test_two_checked_pages_show_the_box_and_what_in_it_is_no_text() -> None:
    """Cards in the same column, in boxes that no name tells apart."""
    profile = known("related_excerpts", checked=2)
    found = [(gold, extract(gold.html, gold.url, profile)) for gold in pages("related_excerpts", len(BODIES))]
    precision, recall, *_ = scores(found)
    assert precision >= 0.98
    assert recall >= 0.98
    assert any("kotak" in path for path in profile.dropped)


def test_a_profile_is_the_same_for_the_same_pages_in_any_order() -> None:
    """So that records can be made again from the archive; and it survives being written down."""
    siblings = [(page.html, page.url, None) for page in pages("cards", 8)]
    profile = learn(siblings)
    random.Random(1).shuffle(siblings)
    assert learn(siblings) == profile == Profile.from_json(profile.to_json())
    assert learn(siblings[:5]).name != profile.name
    assert Profile.from_json(json.dumps({**json.loads(profile.to_json()), "profile": 0})) is None


def test_what_repeats_on_two_pages_is_no_frame_yet() -> None:
    """Nor what one page shows under two addresses."""
    first, second, *_ = pages("loud_frame", 3)
    assert learn([(first.html, first.url, None), (second.html, second.url, None)]).seen == frozenset()
    twins = [(first.html, f"{first.url}?x={n}", None) for n in range(SEEN_ON)]
    assert learn(twins).seen == frozenset()


def test_a_page_that_was_rebuilt_is_read_all_the_same_and_named() -> None:
    """No box where the profile has it: the generic search reads the page, and the record says so."""
    profile = known("hashed_classes")
    gold = pages("wordpress_classic", 1)[0]
    found = extract(gold.html, gold.url, profile)
    assert found["text"] == gold.text
    assert "template-drift" in found["warnings"]
    assert "template-drift" not in extract(*_page("hashed_classes"), profile)["warnings"]


def _page(frame: str) -> tuple[str, str]:
    gold = pages(frame, 1)[0]
    return gold.html, gold.url


def test_extract_finds_what_was_learnt_of_its_host() -> None:
    """For those who call ``learn`` first and ``extract`` with a page and its address only."""
    gold = pages("loud_frame", 14)[13]
    assert extract(gold.html, gold.url, NOTHING)["text"] != gold.text
    known("loud_frame")
    assert extract(gold.html, gold.url)["text"] == gold.text


def test_extract_gives_plain_values_under_the_names_of_the_record() -> None:
    """Anything that can write JSON can keep them; a page that is none says why."""
    found = extract(*_page("wordpress_classic"), NOTHING)
    assert json.loads(json.dumps(found)) == found
    assert {"title", "text", "published", "authors", "body_html", "images", "integrity", "tags"} <= found.keys()
    assert found["skipped"] is None
    nothing = extract("<html><body></body></html>", "https://x.example/a")
    assert (nothing["title"], nothing["text"]) == (None, "")
    assert str(nothing["skipped"]).startswith("not-an-article")


STANDFIRST = (
    "Seratus kelompok tani di tiga kecamatan menerima bibit padi tahan wereng dari pemerintah daerah. Panen pertama"
    " diharapkan berlangsung sebelum musim hujan tiba."
)


LINKS = "".join(f"<li><a href='/rubrik/{n}'>Rubrik berita nomor {n} dari portal ini</a></li>" for n in range(30))
SPLIT = (
    "<html lang='id'><head>{head}</head><body><main><div class='atas'><h1>Seratus Kelompok Tani Terima Bibit</h1>{first}"
    "<ul>{links}</ul></div><div class='isi'>{text}</div></main></body></html>"
)


def read_split(first: str, head: str = "") -> str:
    html = SPLIT.format(head=head, first=first, links=LINKS, text=TEXT)
    return str(extract(html, "https://a.go.id/x", NOTHING)["text"])


@pytest.mark.parametrize(
    ("first", "head"),
    [
        (f"<p>{STANDFIRST}</p>", ""),
        (f"<h2 class='sub-judul'>{STANDFIRST}</h2>", ""),
        (
            f"<div class='teras'><div>{STANDFIRST.rstrip('.')}</div></div>",
            f"<meta name='description' content='{STANDFIRST.rstrip('.')}'>",
        ),
    ],
)
def test_the_standfirst_is_the_first_paragraph(first: str, head: str) -> None:
    """It stands between title and text, outside of the box of the text."""
    assert read_split(first, head).startswith(STANDFIRST.rstrip("."))


@pytest.mark.parametrize(
    "first",
    [
        f"<figure><img src='/a.jpg'><figcaption>{STANDFIRST}</figcaption></figure>",
        "<p>Bibit tahan wereng.</p>",
        f"<p class='author-bio'>{STANDFIRST}</p>",
        f"<aside><p>{STANDFIRST}</p></aside>",
        f"<div class='sidebar'><p>{STANDFIRST}</p></div>",
        f"<p>{STANDFIRST.rstrip('.')}</p>",
        f"<p>{STANDFIRST * 6}</p>",
        f"<p><a href='/b'>{STANDFIRST}</a></p>",
    ],
)
def test_what_else_stands_between_title_and_text_is_no_paragraph(first: str) -> None:
    """Captions, short lines, people, boxes of the frame, links."""
    assert read_split(first).startswith(LEAD)


def test_extract_keeps_the_dateline_that_a_record_has_in_its_field() -> None:
    """Whoever asks for the text gets it as printed."""
    html = f"<html lang='id'><body><h1>Seratus Kelompok Tani Terima Bibit</h1><div><p>WANASARI – {LEAD}</p>{TEXT}</div></body></html>"
    found = extract(html, "https://a.go.id/x", NOTHING)
    assert found["dateline"] == "WANASARI"
    assert str(found["text"]).startswith(f"WANASARI – {LEAD}")
