"""What a careful human reader would put into the record of each article, copied from the content files.

No page is read for it. Rules, where a reader may wonder:

- ``body_paragraphs`` are the paragraphs, headings, quotations and list items (one each) in their order, white space
  collapsed, without dateline, end mark, credit lines, captions and a first line that repeats the title.
- Table cells are in ``table_rows``, because readers join cells differently.
- ``optional_paragraphs`` are texts inside the body that one reader keeps and another drops with equal right: hashtags
  at the end, a caption printed a second time as a paragraph.
- ``published_at`` has seconds, always, when a time is known (``2025-03-04T08:15:00+07:00`` for a page that prints
  minutes), and is the calendar day alone (``2018-03-27``) when only a day is printed. A page whose head gives seconds
  is precise to the second although it prints minutes.
- ``attribution`` is the whole line as printed; ``credit_lines`` are lines such as ``Editor: …`` that are no text.
- Only pages of the new markup show tags. ``Administrator`` is no author.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .articles import Article, Block, articles_at
from .bodies import document_path, picture_path
from .extras import ADMIN, EXTRAS, HACKED, STATIC, AbsentReason
from .pages_other import SPAM_PARAGRAPHS, SPAM_TITLE


@dataclass(frozen=True, slots=True)
class ExpectedImage:
    """A picture of an article."""

    url: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class ExpectedAttachment:
    """A document that an article links to."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedArticle:
    """One article of the canonical set, every one of which is there exactly once."""

    key: str
    url: str
    title: str
    published_at: str | None
    published_precision: Literal["second", "minute", "day", "none"]
    body_paragraphs: tuple[str, ...]
    body_kind: Literal["text", "image", "document", "table", "empty"] = "text"
    aliases: tuple[str, ...] = ()
    """Addresses that redirect to ``url``."""
    subtitle: str | None = None
    modified_at: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    credit_raw: str | None = None
    credit_lines: tuple[str, ...] = ()
    attribution: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[ExpectedImage, ...] = ()
    attachments: tuple[ExpectedAttachment, ...] = ()
    table_rows: tuple[tuple[str, ...], ...] = ()
    optional_paragraphs: tuple[str, ...] = ()
    integrity: Literal["clean", "suspect", "injected"] = "clean"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedAbsent:
    """An address that must not become a record."""

    url: str
    reason: AbsentReason


def expected(base_url: str, visit: int = 1) -> list[ExpectedArticle]:
    """The records that a crawl of the portal should give, newest article first, the hacked page last.

    Args:
        base_url: the portal's ``url``.
        visit: which state of the portal, 1 or 2.
    """
    return [*(_expected(article, base_url, visit) for article in articles_at(visit)), _injected(base_url)]


def expected_absent(base_url: str, visit: int = 1) -> list[ExpectedAbsent]:
    """Linked addresses that give no record, each with its reason."""
    absent = [ExpectedAbsent(base_url + path, "not-an-article") for path in ("/", "/berita", *STATIC)]
    absent.append(ExpectedAbsent(base_url + ADMIN, "robots-disallowed"))
    absent += [ExpectedAbsent(base_url + extra.path, extra.absent) for extra in EXTRAS if extra.absent]
    gone = [article for article in articles_at(1) if not article.is_there(visit)]
    return absent + [ExpectedAbsent(base_url + article.path, "not-found") for article in gone]


def _expected(article: Article, base: str, visit: int) -> ExpectedArticle:
    blocks = article.body(visit)
    is_edited = article.is_edited(visit)
    is_person = article.by not in (None, "Administrator")
    return ExpectedArticle(
        key=article.key,
        url=base + article.path,
        aliases=(base + article.alias,) if article.alias else (),
        title=article.title,
        subtitle=article.subtitle,
        published_at=_instant(article),
        published_precision=article.precision,
        modified_at=article.changed_at(visit).isoformat() if is_edited and article.head == "json-ld" else None,
        authors=(article.by,) if article.by and is_person else (),
        dateline=article.place,
        credit_raw=article.credit,
        credit_lines=_texts(blocks, "editor"),
        attribution=next(iter(_texts(blocks, "sumber")), None),
        section=article.section,
        tags=article.tags,
        body_paragraphs=tuple(text for block in blocks for text in _prose(block)),
        body_kind=article.kind,
        images=_images(article, blocks, base),
        attachments=_attachments(article, base),
        table_rows=next((block.rows for block in blocks if block.kind == "table"), ()),
        optional_paragraphs=_texts(blocks, "tagar") + _texts(blocks, "caption"),
        warnings=("weekday-contradicts-date",) if article.weekday_wrong else (),
    )


def _instant(article: Article) -> str:
    return f"{article.at:%Y-%m-%d}" if article.precision == "day" else article.at.isoformat()


def _texts(blocks: tuple[Block, ...], kind: str) -> tuple[str, ...]:
    return tuple(block.text for block in blocks if block.kind == kind)


def _prose(block: Block) -> tuple[str, ...]:
    if block.kind in ("p", "h", "quote"):
        return (" ".join(block.text.split()),)
    if block.kind in ("ul", "ol"):
        return tuple(" ".join(item.split()) for (item,) in block.rows)
    return ()


def _images(article: Article, blocks: tuple[Block, ...], base: str) -> tuple[ExpectedImage, ...]:
    """The leading picture, with the caption that an editor may have left in the body, then the one in the body."""
    images = []
    if article.image is not None:
        left = [text.removeprefix("Teks foto: ") for text in _texts(blocks, "teksfoto")]
        images.append(ExpectedImage(base + picture_path(article.key), article.image or next(iter(left), None)))
    inside = base + picture_path(article.key, inside=True)
    return (*images, *(ExpectedImage(inside, text) for text in _texts(blocks, "img")))


def _attachments(article: Article, base: str) -> tuple[ExpectedAttachment, ...]:
    if article.attachment is None:
        return ()
    return (ExpectedAttachment(base + document_path(article.key), article.attachment),)


def _injected(base: str) -> ExpectedArticle:
    """The page that an intruder left among the articles: captured, but set aside."""
    return ExpectedArticle(
        key="injected",
        url=base + HACKED,
        title=SPAM_TITLE,
        published_at=None,
        published_precision="none",
        body_paragraphs=SPAM_PARAGRAPHS,
        integrity="injected",
    )
