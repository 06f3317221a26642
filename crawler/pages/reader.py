"""From a capture to an article: the stages of the reader in their order.

::

    capture | text | tree | statements | walls | title | box | prune | clean | trim | dates | integrity | article

Pure: the same capture and source always give the same article. Every page that is
none gives a ``Skip`` with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.capture import Capture
from archive.record import Article, Attachment, BodyKind, Image, Reading, Skip
from crawler.sources.identity import is_article
from crawler.sources.source import Source

from . import fields, lokomedia, portals, wordpress
from .blocks import Block, Grid, Picture, block_text, body_html, body_text
from .clean import clean_soup
from .generic import dropped_boxes, find_box
from .integrity import judge
from .layout import Layout, with_selectors
from .marked import marked_dates
from .media import attachments_of, images_of, is_ornament, web_address
from .nearby import Printed, Region, lead_pictures, printed_dates, region_of
from .prune import SHOWN, drop_cards, prune, remove_above
from .published import Dates, Published, find_published, is_dated
from .soup import soup_of_boxes
from .structured import Statements, read_statements
from .survey import Survey, survey
from .title import Title, find_title, title_above
from .tree import Element, parse, remove_invisible, text_of
from .trim import Trimmed, trim
from .walls import find_cards, find_listing, find_shell, find_wall, is_stated_article, read_text

READER_VERSION = "warkat-reader/2"
GENERIC = Layout(name="generic/1")
SHORT_BODY = 30
"""A text shorter than this only names the picture or the document that is the article."""

MAX_WORDLESS = 1500
"""Characters of labels, cells and links in the box of an article without a sentence."""

LITTLE_TEXT = 100
"""Characters of prose of which a date line or a caption may already be all."""

_LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "generic": (),
    "wordpress": wordpress.LAYOUTS,
    "lokomedia": (*lokomedia.LAYOUTS, *wordpress.LAYOUTS),
    "phpmu": lokomedia.LAYOUTS,
    "popojicms": lokomedia.LAYOUTS,
    "opensid": portals.OPENSID,
    "laravel": portals.LARAVEL,
    "codeigniter": portals.CODEIGNITER,
}


@dataclass(slots=True)
class Page:
    """A page while it is read."""

    capture: Capture
    source: Source
    root: Element
    stated: Statements
    survey: Survey
    base_url: str
    layout: Layout = GENERIC

    def find(self, selectors: Iterable[str]) -> list[Element]:
        """All that some selectors find, in the order of the selectors."""
        return [element for selector in selectors for element in self.survey.index.select(self.root, selector)]

    def leads_elsewhere(self, href: str) -> bool:
        """Whether a link leads to another article of this site."""
        address = web_address(href, self.base_url)
        return address is not None and address != self.capture.url and is_article(address, self.source)


def read(capture: Capture, source: Source) -> Reading:
    """The article on a captured page, or why there is none.

    Args:
        capture: the exchange, as received.
        source: the government whose page it is.
    """
    text = read_text(capture)
    if isinstance(text, Skip):
        return text
    root = parse(text)
    body = next(iter(root.iter("body")), None) if root is not None else None
    if body is None:
        return Skip("empty-page", "no element in it")
    stated = read_statements(root)
    remove_invisible(root)
    page = Page(capture, source, root, stated, survey(body), _base_url(root, capture.url))
    return find_wall(root, text, page.survey, source) or _read_page(page)


def _base_url(root: Element, url: str) -> str:
    href = next((base.get("href") for base in root.iter("base") if base.get("href")), None)
    return web_address(href, url) or url


def _read_page(page: Page) -> Reading:
    page.layout, boxes = _find_layout(page)
    names = (page.source.name, *page.source.hosts)
    title = find_title(page.root, page.stated, names, page.survey, page.layout.title)
    if found := find_listing(page.root, page.survey, page.capture.url, page.stated, page.source):
        return found
    heading = title.heading if title else None
    for at in dropped_boxes(page.survey, heading, boxes):
        page.survey.drop(at)
    if not boxes:
        boxes = _generic_boxes(page.survey, heading)
    if boxes and (title is None or not title.sure):
        region = region_of(page.survey, None, boxes[0])
        title = title_above(names, page.survey, region.text, title)
    if title is None or not boxes:
        return find_shell(page.root, page.survey) or Skip("not-an-article", "no title" if title is None else "no text")
    if not is_stated_article(page.stated) and (cards := find_cards(page.survey, boxes[0], page.leads_elsewhere)):
        return cards
    return _read_boxes(page, title, boxes)


def _generic_boxes(survey: Survey, heading: Element | None) -> list[int]:
    """The box with the text; where hardly any is, the box around the title."""
    box = find_box(survey)
    if box is None or survey.prose[box] < LITTLE_TEXT:
        around = _box_by_title(survey, heading)
        if around and (box is None or around[0] <= box <= survey.last[around[0]]):
            return around
    return [box] if box is not None else []


def _find_layout(page: Page) -> tuple[Layout, list[int]]:
    """The first layout of the platform whose body is on the page, with the positions of that body."""
    for layout in (*_LAYOUTS[page.source.platform], GENERIC):
        own = with_selectors(layout, page.source.select)
        if layout.mark and not page.survey.index.select(page.root, layout.mark):
            continue
        for selector in own.body:
            if boxes := _body_boxes(page.survey, page.survey.index.select(page.root, selector)):
                return own, boxes
    return with_selectors(GENERIC, page.source.select), []


def _body_boxes(survey: Survey, found: list[Element]) -> list[int]:
    """Positions of the body among what a selector found: one box, or the parts of one."""
    places = [survey.position[element] for element in found if element in survey.position]
    outer = [at for at in places if not any(other < at <= survey.last[other] for other in places)]
    if len(outer) <= 1 or (len({survey.parent[at] for at in outer}) == 1 and survey.nodes[outer[0]].tag == "p"):
        return outer
    best = max(outer, key=lambda at: survey.prose[at])
    return [best] if survey.prose[best] >= 0.6 * sum(survey.prose[at] for at in outer) else []


def _box_by_title(survey: Survey, heading: Element | None) -> list[int]:
    """The box around the title, for pages whose article has no sentence: a picture, a document, a table."""
    start = at = survey.position.get(heading, 0) if heading is not None else 0
    for _ in range(4):
        up = survey.parent[at] if at > 0 else -1
        if up <= 0 or survey.total[up] > MAX_WORDLESS:
            break
        at = up
        inside = survey.nodes[start : survey.last[at] + 1]
        if any(node.tag in SHOWN or (node.tag == "p" and len(text_of(node)) > 25) for node in inside):
            break
    return [at] if 0 < at != start else []


def _read_boxes(page: Page, title: Title, boxes: list[int]) -> Reading:
    survey = page.survey
    region = region_of(survey, title.heading, boxes[0])
    near = printed_dates(survey, region, page.find(page.layout.date))
    leads = lead_pictures(survey, region, page.find(page.layout.image), page.base_url)
    shown = attachments_of((), _document_boxes(survey, boxes), page.base_url)
    small = _Small(page, title, region)
    dates = Dates(page.source, page.capture.fetched_at)
    marked = list(marked_dates(survey, region, dates.day_of)) if not is_dated(dates, page.stated, near) else ()
    body = trim(_blocks_of(page, boxes, title), title.text, dates.words_of, page.layout.stop_texts)
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
            remove_above(page.survey, title.heading, at)
        prune(page.survey, at, page.layout)
        drop_cards(page.survey, at, page.leads_elsewhere)
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

    def __init__(self, page: Page, title: Title, region: Region) -> None:
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
            warnings=_warnings(page, published),
            extractor=f"{READER_VERSION} {page.layout.name}",
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


def _warnings(page: Page, published: Published) -> tuple[str, ...]:
    cut = ("capture-truncated",) if page.capture.truncated else ()
    return tuple(dict.fromkeys((*published.warnings, *cut)))
