"""From a capture to an article: the stages of the reader in their order.

::

    capture | text | tree | statements | walls | title | box | prune | clean | trim | dates | integrity | article

Pure: the same capture and source always give the same article. Every page that is
none gives a ``Skip`` with its reason.
"""

from __future__ import annotations

from dataclasses import replace

from archive.capture import Capture
from archive.record import Article, Attachment, BodyKind, Image, Reading, Skip
from crawler.sources.source import Source

from . import fields
from .blocks import Block, Grid, Picture, block_text, body_html, body_text
from .clean import clean_soup
from .integrity import judge
from .marked import marked_dates, remove_marked
from .media import attachments_of, images_of, is_ornament, web_address
from .nearby import Printed, Region, lead_pictures, printed_dates, region_of
from .profile import Profile
from .prune import cut_learnt, drop_cards, prune, remove_above
from .published import Dates, Published, find_published, is_dated
from .sight import Page, Sight, see
from .soup import soup_of_boxes
from .standfirst import find_standfirst
from .structured import read_statements
from .survey import Survey, survey
from .title import Title
from .tree import Element, parse, remove_invisible
from .trim import Trimmed, trim
from .walls import find_wall, read_text

READER_VERSION = "warkat-reader/2"
SHORT_BODY = 30
"""A text shorter than this only names the picture or the document that is the article."""


def read(capture: Capture, source: Source, profile: Profile | None = None, *, as_printed: bool = False) -> Reading:
    """The article on a captured page, or why there is none.

    Args:
        capture: the exchange, as received.
        source: the government whose page it is.
        profile: what was learnt of the site, where it was.
        as_printed: whether the dateline stays in the text, which a record has in a field of its own.
    """
    page = open_page(capture, source, profile)
    if isinstance(page, Page):
        page.as_printed = as_printed
    sight = page if isinstance(page, Skip) else see(page)
    return sight if isinstance(sight, Skip) else _read_boxes(sight)


def open_page(capture: Capture, source: Source, profile: Profile | None) -> Page | Skip:
    """A page parsed and measured, or why it is none."""
    text = read_text(capture)
    if isinstance(text, Skip):
        return text
    root = parse(text)
    body = next(iter(root.iter("body")), None) if root is not None else None
    if body is None:
        return Skip("empty-page", "no element in it")
    stated = read_statements(root)
    remove_invisible(root)
    page = Page(capture, source, root, stated, survey(body), _base_url(root, capture.url), profile=profile)
    return find_wall(root, text, page.survey, source) or page


def _base_url(root: Element, url: str) -> str:
    href = next((base.get("href") for base in root.iter("base") if base.get("href")), None)
    return web_address(href, url) or url


def _read_boxes(sight: Sight) -> Reading:
    page, title, boxes = sight.page, sight.title, sight.boxes
    survey = page.survey
    region = region_of(survey, title.heading, boxes[0])
    near = printed_dates(survey, region, page.find(page.layout.date))
    leads = lead_pictures(survey, region, page.find(page.layout.image), page.base_url)
    shown = attachments_of((), _document_boxes(survey, boxes), page.base_url)
    small = _Small(sight, region)
    dates = Dates(page.source, page.capture.fetched_at)
    marked = list(marked_dates(survey, region, dates.day_of)) if not is_dated(dates, page.stated, near) else ()
    remove_marked(survey, region, dates.words_of)
    first = find_standfirst(survey, region, page.stated, title.text)
    blocks = (*first, *_blocks_of(page, boxes, title))
    body = trim(blocks, title.text, dates.words_of, page.layout.stop_texts, keep_dateline=page.as_printed)
    near += [Printed(line) for line in body.head_lines]
    published = find_published(dates, page.stated, near, page.capture.url, body.lead, marked)
    if body.caption and leads and not leads[-1].caption:
        leads[-1] = replace(leads[-1], caption=body.caption)
    images = images_of([*leads, *(block for block in body.blocks if isinstance(block, Picture))])
    found = attachments_of(body.blocks, (), page.base_url)
    attachments = tuple({attachment.url: attachment for attachment in (*found, *shown)}.values())
    return small.article(body, published, images or _stated_image(page), attachments)


def _document_boxes(survey: Survey, boxes: list[int]) -> list[Element]:
    """The body, and the small box around it: documents are often linked below the text."""
    at = boxes[0]
    for _ in range(2):
        up = survey.parent[at]
        if up <= 0 or survey.nodes[up].tag in ("main", "body") or survey.total[up] > survey.total[at] + 600:
            break
        at = up
    return [survey.nodes[at]] if len(boxes) == 1 else [survey.nodes[at] for at in boxes]


def _blocks_of(page: Page, boxes: list[int], title: Title) -> tuple[Block, ...]:
    for at in boxes:
        if title.heading is not None:
            remove_above(page.survey, title.heading, at, sure=title.sure)
        if page.profile is not None:
            # Whole cards first: without their titles they would no longer look like cards.
            drop_cards(page.survey, at, page.leads_elsewhere, page.sure_heading(title))
            cut_learnt(page.survey, at, page.unwanted, page.seen)
        prune(page.survey, at, page.layout)
        drop_cards(page.survey, at, page.leads_elsewhere, page.sure_heading(title))
    return clean_soup(soup_of_boxes(page.survey.nodes[at] for at in boxes), page.base_url)


def _stated_image(page: Page) -> tuple[Image, ...]:
    """The picture that the page states for machines, where it prints none: unless it is the logo."""
    address = web_address(page.stated.first("og:image", "og:image:url", "twitter:image"), page.base_url)
    stated_article = page.stated.article or page.stated.first("og:type").lower() == "article"
    if not address or not stated_article or is_ornament(address, "", "", ""):
        return ()
    return (Image(url=address, caption=None, alt=None),)


class _Small:
    """The smaller fields, read before the box is pruned, and the article put together from all of them."""

    def __init__(self, sight: Sight, region: Region) -> None:
        page, title = sight.page, sight.title
        self.drifted = sight.drifted
        survey, root, layout = page.survey, page.root, page.layout
        self.page = page
        self.title = title.text
        self.section = fields.find_section(survey, root, layout, page.stated, region)
        self.subtitle = fields.find_subtitle(survey, root, layout, title.text)
        self.tags = fields.find_tags(survey, root, layout, page.stated)
        self.authors = fields.find_authors(survey, root, layout, page.stated)
        self.amphtml = page.stated.amphtml

    def article(
        self, body: Trimmed, published: Published, images: tuple[Image, ...], attachments: tuple[Attachment, ...]
    ) -> Article:
        """The article."""
        page, text = self.page, body_text(body.blocks)
        links = (page.stated.canonical, self.amphtml)
        finding = judge(page.capture.url, self.title, text, page.stated, links, page.source)
        return Article(
            canonical_url=fields.find_canonical(page.capture.url, page.stated, page.source),
            title=self.title,
            subtitle=self.subtitle,
            published_at=published.at,
            published_precision=published.precision,
            published_raw=published.raw,
            published_from=published.origin,
            modified_at=published.modified_at,
            authors=fields.named_in(body) or self.authors or tuple(body.bylines),
            credit_raw=body.credit_raw,
            credit_unit=body.credit_unit,
            attribution=fields.find_attribution(body),
            dateline=body.dateline,
            section=self.section,
            tags=fields.with_hashtags(self.tags, body.hashtags),
            language=fields.find_language(page.stated, page.source),
            body_text=text,
            body_html=body_html(body.blocks),
            body_kind=_kind_of(body.blocks, text, images, attachments),
            images=images,
            attachments=attachments,
            integrity=finding.integrity,
            integrity_reasons=finding.reasons,
            warnings=_warnings(page, published, drifted=self.drifted),
            extractor=" ".join((READER_VERSION, page.layout.name, *([page.profile.name] if page.profile else []))),
            shortlink=fields.find_shortlink(page.capture.url, page.stated, page.source),
        )


def _kind_of(
    blocks: list[Block], text: str, images: tuple[Image, ...], attachments: tuple[Attachment, ...]
) -> BodyKind:
    if len(text) < SHORT_BODY and (images or attachments):
        return "document" if attachments else "image"
    if not text:
        return "empty"
    cells = sum(len(block_text(block)) for block in blocks if isinstance(block, Grid))
    return "table" if cells > 0.5 * len(text) else "text"


def _warnings(page: Page, published: Published, *, drifted: bool) -> tuple[str, ...]:
    cut = ("capture-truncated",) if page.capture.truncated else ()
    other = ("template-drift",) if drifted else ()
    return tuple(dict.fromkeys((*published.warnings, *cut, *other)))
