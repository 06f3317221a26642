"""Pictures and documents of an article: what is one, where it lies, what it is called.

Icons, avatars, logos, share buttons and counters are no pictures of an article. A document is a link, or a viewer that
shows one: an ``iframe``, ``object`` or ``embed``, Google's document viewer, ``viewer.html?file=…pdf``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from archive.record import Attachment, Image

from .blocks import Block, Grid, Listing, Paragraph, Picture, Quote, Run, block_text, runs_text
from .letters import plain, visible
from .tree import Element, text_of

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "csv": "text/csv",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
}

_MAYBE_DOCUMENT = re.compile(rf"\.\s*(?:{'|'.join(MEDIA_TYPES)})|%|[^\x20-\x7e]", re.IGNORECASE)
"""An address without an ending of a document is none, unless its letters are escaped."""

MAX_FIGURE = 14
"""Elements of a box that is a picture with its caption and no more."""

MAX_CAPTION = 600
_CAPTION = re.compile(
    r"\b(?:wp-caption-text|caption|caption-text|image-caption|ket(?:erangan)?[-_]?(?:foto|gambar)?)\b"
)
_ORNAMENT = re.compile(
    r"(?:^|[/_.-])(?:logo\w*|icons?|ico|favicon\w*|avatars?|gravatar|spinner|loading|loader|blank|placeholder|pixel"
    r"|spacer|sprite\w*"
    r"|emoji\w*|smilies|1x1|transparent|share|facebook|whatsapp|twitter|instagram|youtube|telegram|counter|hit"
    r"|badge|button|btn|rss"
    r"|no-?image|no-?photo|nophoto|noimage|grey|arrow|print|avatar\w*|user|default-?(?:image|avatar)?)(?:[/_.?-]"
    r"|\d*\.\w+$|$)"
    r"|gravatar\.com|/emoji/|s\.w\.org|feeds\.feedburner|doubleclick|facebook\.com/tr|statcounter|histats"
    r"|flagcounter|addtoany",
    re.IGNORECASE,
)
_ORNAMENT_CLASS = re.compile(r"\b(?:avatar|emoji|icon|logo|wp-smiley|photo-author)\b", re.IGNORECASE)
_SIZE_SUFFIX = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)|-scaled(?=\.\w+$)")


@lru_cache(maxsize=8192)
def web_address(address: str | None, base_url: str) -> str | None:
    """An absolute http(s) address, or None for every other kind (``javascript:``, ``data:``, ``mailto:``)."""
    if address is None or not (address := re.sub(r"[\t\r\n]", "", visible(address)).strip()):
        return None
    try:
        absolute = urljoin(base_url, address.replace(" ", "%20"))
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:
        return None
    return absolute if parts.scheme in ("http", "https") and host else None


def is_ornament(src: str, names: str, width: str, height: str) -> bool:
    """Whether a picture belongs to the frame of the page."""
    path = urlsplit(src).path if "?" in src else src
    if (
        _ORNAMENT.search(path.rpartition("/")[2])
        or _ORNAMENT_CLASS.search(names)
        or _ORNAMENT.search(src.partition("://")[2].partition("/")[0])
    ):
        return True
    return any(
        size.strip().removesuffix("px").isdigit() and int(size.strip().removesuffix("px")) <= 50
        for size in (width, height)
        if len(size) < 12
    )


def picture_address(element: Element, base_url: str) -> str | None:
    """Address of a picture, lazily loaded or not; ornaments, placeholders and data addresses are none."""
    for name in ("data-src", "data-lazy-src", "data-original", "data-orig-file", "src"):
        value = element.get(name)
        if value and not value.lstrip().startswith("data:") and (found := web_address(value, base_url)):
            form = (element.get(name) or "" for name in ("class", "width", "height"))
            return None if is_ornament(found, *form) else found
    return None


def lead_picture(element: Element, base_url: str) -> Picture | None:
    """A picture outside the body as a picture of the article, with the caption of its figure."""
    src = picture_address(element, base_url)
    return Picture(src, plain(element.get("alt") or ""), _caption_of(element)) if src else None


def _caption_of(element: Element) -> str:
    around = element.getparent()
    for _ in range(3):
        if around is None or sum(1 for _ in islice(around.iter(), MAX_FIGURE + 1)) > MAX_FIGURE:
            return ""
        found = [part for part in around.iter() if part.tag == "figcaption" or _CAPTION.search(part.get("class") or "")]
        if found:
            return text_of(found[-1])[:MAX_CAPTION]
        around = around.getparent()
    return ""


def images_of(pictures: Iterable[Picture]) -> tuple[Image, ...]:
    """Pictures in page order, each once, sizes of one picture counted as one."""
    images: dict[str, Image] = {}
    for picture in pictures:
        key = _SIZE_SUFFIX.sub("", picture.src)
        known = images.get(key)
        if known is None:
            images[key] = Image(url=picture.src, caption=picture.caption or None, alt=picture.alt or None)
        elif not known.caption and picture.caption:
            images[key] = known.model_copy(update={"caption": picture.caption})
    return tuple(images.values())


def media_type_of(address: str) -> str | None:
    """Media type of a document by its address, or None where it is no document."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return None
    return MEDIA_TYPES.get(path.rpartition(".")[2].lower())


def attachments_of(blocks: Iterable[Block], boxes: Iterable[Element], base_url: str) -> tuple[Attachment, ...]:
    """Documents linked in the body and shown or linked in the boxes of the page around it."""
    found: dict[str, Attachment] = {}
    for run in _runs_in(blocks):
        if run.href and (kind := media_type_of(run.href)):
            _keep(found, run.href, run.text, kind)
    for box in boxes:
        for element in box.iter("a", "iframe", "embed", "object"):
            for address, title in _documents_at(element, base_url):
                if kind := media_type_of(address):
                    _keep(found, address, title, kind)
    return tuple(found.values())


def _keep(found: dict[str, Attachment], address: str, title: str, kind: str) -> None:
    if address not in found or (not found[address].title and plain(title)):
        found[address] = Attachment(url=address, title=plain(title) or None, media_type=kind)


def _documents_at(element: Element, base_url: str) -> Iterator[tuple[str, str]]:
    """Addresses of documents that one element links to or shows."""
    if element.tag == "a":
        href = element.get("href")
        # Most links are none, and making their addresses absolute would cost more than all the rest here.
        if href and _MAYBE_DOCUMENT.search(href) and (address := web_address(href, base_url)):
            yield from [(address, text_of(element))] if media_type_of(address) else ()
        return
    shown = web_address(element.get("src") or element.get("data-src") or element.get("data"), base_url)
    if shown is None:
        return
    if media_type_of(shown):
        yield shown, element.get("title") or ""
    query = parse_qs(urlsplit(shown).query)
    for name in ("file", "url", "src", "pdf"):
        for value in query.get(name, ()):
            if inner := web_address(value, shown if value.startswith("/") else base_url):
                yield inner, element.get("title") or ""


def _runs_in(blocks: Iterable[Block]) -> Iterator[Run]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.runs
        elif isinstance(block, Listing):
            for item in block.items:
                yield from item.runs
                yield from _runs_in(item.inner)
        elif isinstance(block, Grid):
            for row in block.rows:
                for cell in row:
                    yield from cell
        elif isinstance(block, Quote):
            yield from _runs_in(block.blocks)


def document_share(block: Block) -> float:
    """Share of a block's text that links to documents."""
    runs = list(_runs_in((block,)))
    length = len(runs_text(runs))
    linked = sum(len(run.text) for run in runs if run.href and media_type_of(run.href))
    return linked / length if length else 0.0


def link_share(block: Block) -> float:
    """Share of a block's text that is linked, documents not counted."""
    runs = list(_runs_in((block,)))
    length = len(runs_text(runs))
    linked = sum(len(run.text) for run in runs if run.href and not media_type_of(run.href))
    return linked / length if length else 0.0


def is_link_list(block: Block) -> bool:
    """Whether a block is a list of links, or a short line that is one."""
    if isinstance(block, Picture | Grid | Quote):
        return False
    return link_share(block) > 0.9 and (isinstance(block, Listing) or len(block_text(block)) < 150)
