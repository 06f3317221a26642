"""What stands around the text inside its own box: cut off, and kept where the record has a field for it.

::

    [title again] [date, byline, counter]  DATELINE – text … text (end mark)  [credits] [hashtags] [related] [share]
    ----------------- head --------------                                     ----------------- tail --------------

Only whole short lines are judged, never parts of sentences, but for the dateline and the end mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .blocks import Block, Listing, Paragraph, Picture, block_text, cut_end, cut_start
from .credits import CreditLine, read_byline, read_credit_lines, read_hashtags, read_mark
from .dateline import read_dateline, read_own_paragraph
from .letters import folded, listed
from .media import document_share, is_link_list, link_share
from .words import is_noise, is_stop_heading

MAX_META_LINE = 140
HEAD_LINES = 8
TAIL_LINES = 14

_META_WORDS = listed(
    "diposting diposkan dipublikasikan dipublikasi diterbitkan diunggah ditulis dibuat pada oleh tanggal tgl hari"
    " waktu jam pukul wib wita wit"
    " posted published on by at updated update terakhir diperbarui publish date created admin administrator"
    " kategori category dibaca kali"
    " dilihat views view hits berita komentar comments comment no read min mins menit post author penulis senin"
    " selasa rabu kamis jumat sabtu"
    " minggu ahad am pm utc gmt x pembaca humas redaksi"
)
MAX_LABEL = 40
"""Characters of a name above a date."""

MIN_REPEAT = 50
"""Letters of a paragraph that nobody writes twice."""

_STARS = re.compile(r"\(?\*+\)?")
_CAPTION_KEYS = re.compile(r"teks foto|ket(?:erangan)?\.? ?(?:foto|gambar)|caption")


@dataclass(slots=True)
class Trimmed:
    """A body without its surroundings, and what was taken off."""

    blocks: list[Block]
    head_lines: list[str] = field(default_factory=list)
    """Short lines above the text: dates, bylines, counters."""
    dateline: str | None = None
    lead: str = ""
    """The first paragraph as printed, with its dateline."""
    credit_raw: str | None = None
    credit_unit: str | None = None
    credits: list[CreditLine] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    caption: str = ""
    """A caption that stood in the text, of a picture that does not."""


def trim(
    blocks: tuple[Block, ...],
    title: str,
    read_date: Callable[[str], str | None],
    stop_texts: tuple[str, ...] = (),
    *,
    keep_dateline: bool = False,
) -> Trimmed:
    """Cut head, tail and boilerplate lines of a body.

    Args:
        blocks: the body as cleaned.
        title: the title, which some editors repeat as first line.
        read_date: the part of a short line that is a date, or None.
        stop_texts: headings that end the body on this site.
        keep_dateline: whether the dateline stays in the text as well.
    """
    body = Trimmed(list(blocks))
    _cut_at(body, {folded(text) for text in stop_texts} - {""})
    _cut_inner(body, read_date)
    _drop_repeats(body)
    _cut_head(body, folded(title), read_date)
    _cut_tail(body)
    _take_captions(body)
    _cut_dateline(body, keep=keep_dateline)
    return body


def _texts(body: Trimmed) -> list[tuple[int, str]]:
    """Blocks with text, each with its position."""
    return [(at, text) for at, block in enumerate(body.blocks) if (text := block_text(block))]


def _cut_at(body: Trimmed, stops: set[str]) -> None:
    """Cut from the first line that is one of the site's own stop headings."""
    if not stops:
        return
    for at, text in _texts(body):
        if len(text) <= MAX_META_LINE and folded(text) in stops:
            del body.blocks[at:]
            return


def _cut_inner(body: Trimmed, read_date: Callable[[str], str | None]) -> None:
    """Boilerplate lines, and everything from a heading on that begins other things than the article."""
    kept: list[Block] = []
    blocks = body.blocks
    at = 0
    while at < len(blocks):
        block = blocks[at]
        text = block_text(block) if isinstance(block, Paragraph) else ""
        if text and is_stop_heading(text):
            if _is_over(kept, blocks[at + 1 :]):
                break
            at += 1
            while at < len(blocks) and link_share(blocks[at]) > 0.7:
                at += 1
            continue
        if not (text and is_noise(text)):
            kept.append(block)
        at += 1
    while kept and (is_link_list(kept[-1]) or _is_dated_link(kept[-1], read_date)):
        kept.pop()
    body.blocks = kept


def _is_over(before: list[Block], after: list[Block]) -> bool:
    """Whether what follows a stop heading is less text than a part of the article would be."""
    return bool(before) and _prose(after) <= 0.4 * _prose(before)


def _prose(blocks: list[Block]) -> int:
    return sum(len(text) for block in blocks if len(text := block_text(block)) >= 80 and link_share(block) < 0.5)


def _is_dated_link(block: Block, read_date: Callable[[str], str | None]) -> bool:
    """Whether a line is the title of another article, linked, with its date beside."""
    text = block_text(block) if isinstance(block, Paragraph) else ""
    if not 20 <= len(text) <= 250 or link_share(block) < 0.5 or not (date := read_date(text)):
        return False
    return link_share(block) * len(text) >= 0.85 * (len(text) - len(date))


def _drop_repeats(body: Trimmed) -> None:
    """Drop paragraphs that stand there twice (captions on malangkota.go.id, galleries) or say nothing."""
    known: set[str] = set()
    kept: list[Block] = []
    for block in body.blocks:
        said = folded(block_text(block)) if isinstance(block, Paragraph) else None
        if said is not None and (not said and not _STARS.fullmatch(block_text(block))):
            continue
        if said is not None and len(said) >= MIN_REPEAT:
            if said in known:
                continue
            known.add(said)
        kept.append(block)
    body.blocks = kept


def _cut_head(body: Trimmed, title: str, read_date: Callable[[str], str | None]) -> None:
    for _ in range(HEAD_LINES):
        texts = _texts(body)
        if not texts:
            return
        at, text = texts[0]
        is_last = len(texts) == 1
        if folded(text) == title and title:
            del body.blocks[at]
        elif lines := _meta_list(body.blocks[at], read_date):
            body.head_lines.extend(lines)
            del body.blocks[at]
        elif (label := _label_above_date(texts, read_date)) is not None:
            body.head_lines.append(label)
            del body.blocks[at]
        elif (
            isinstance(body.blocks[at], Paragraph)
            and _is_meta_line(text, read_date)
            and not (is_last and not read_date(text))
        ):
            body.head_lines.append(text)
            if name := read_byline(text):
                body.bylines.append(name)
            body.credits.extend(read_credit_lines(text))
            del body.blocks[at]
        else:
            return


def _meta_list(block: Block, read_date: Callable[[str], str | None]) -> list[str]:
    """The lines of a list above the text that holds a date, a name and a counter."""
    if not isinstance(block, Listing) or len(lines := block_text(block).split("\n")) > 5:
        return []
    is_meta = any(map(read_date, lines)) and all(len(line) <= 40 for line in lines)
    return lines if is_meta else []


def _label_above_date(texts: list[tuple[int, str]], read_date: Callable[[str], str | None]) -> str | None:
    """A name or a category right above the line with the date, as portals print them one below the other."""
    if len(texts) < 3 or len(texts[0][1]) > MAX_LABEL or texts[0][1].endswith((".", "!", "?", ":", "”")):
        return None
    below = texts[1][1]
    return texts[0][1] if len(below) <= MAX_META_LINE and read_date(below) and _is_meta_line(below, read_date) else None


def _is_meta_line(text: str, read_date: Callable[[str], str | None]) -> bool:
    if len(text) > MAX_META_LINE:
        return False
    if read_byline(text) or read_credit_lines(text):
        return True
    date = read_date(text)
    rest = text.replace(date, " ") if date else text
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", rest)]
    unknown = [word for word in words if word not in _META_WORDS]
    if date:
        return not unknown or (
            len(unknown) <= 4 and (len(unknown) < len(words) or re.search(r"[|/•·]", rest) is not None)
        )
    return False


def _cut_tail(body: Trimmed) -> None:
    for _ in range(TAIL_LINES):
        texts = _texts(body)
        if not texts:
            return
        at, text = texts[-1]
        block = body.blocks[at]
        if tags := read_hashtags(text):
            body.hashtags[:0] = tags
        elif lines := read_credit_lines(text):
            body.credits[:0] = lines
        elif isinstance(block, Paragraph) and (mark := read_mark(text)):
            if body.credit_raw is None:
                body.credit_raw, body.credit_unit = mark.raw, mark.unit
            if mark.length < len(text):
                body.blocks[at] = replace(block, runs=cut_end(block.runs, mark.length))
                return
        elif (len(texts) > 1 and (is_noise(text) or is_stop_heading(text))) or document_share(block) > 0.9:
            pass  # a link to a document is an attachment, not a line of the text
        else:
            return
        del body.blocks[at]


def _take_captions(body: Trimmed) -> None:
    """``Teks foto: …`` becomes the caption of the last picture before it; a caption printed again is dropped."""
    pictures = [block for block in body.blocks if isinstance(block, Picture)]
    captions = {folded(said) for picture in pictures for said in (picture.caption, picture.alt) if len(said) >= 20}
    kept: list[Block] = []
    for block in body.blocks:
        text = block_text(block) if isinstance(block, Paragraph) else ""
        lines = read_credit_lines(text) if text else []
        if text and folded(text) in captions:
            continue
        if lines and _CAPTION_KEYS.fullmatch(lines[0].key):
            _caption_last(body, kept, lines[0].value)
            continue
        if lines and len(text) < 120:
            body.credits.extend(lines)
            continue
        kept.append(block)
    for line in body.credits:
        if _CAPTION_KEYS.fullmatch(line.key):
            _caption_last(body, kept, line.value)
    body.blocks = kept


def _caption_last(body: Trimmed, blocks: list[Block], caption: str) -> None:
    for at in range(len(blocks) - 1, -1, -1):
        block = blocks[at]
        if isinstance(block, Picture) and not block.caption:
            blocks[at] = replace(block, caption=caption)
            return
    body.caption = body.caption or caption


def _cut_dateline(body: Trimmed, *, keep: bool) -> None:
    texts = _texts(body)
    if not texts:
        return
    at, text = texts[0]
    block = body.blocks[at]
    if not isinstance(block, Paragraph):
        return
    body.lead = text
    if len(texts) > 1 and (own := read_own_paragraph(text)):
        body.dateline = own.place
        body.lead = f"{text} {texts[1][1]}"
        if not keep:
            del body.blocks[at]
        return
    if found := read_dateline(text, " ".join(line for _, line in texts[1:])):
        body.dateline = found.place
    if found and not keep:
        body.blocks[at] = replace(block, runs=cut_start(block.runs, found.length))
