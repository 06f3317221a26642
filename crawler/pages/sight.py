"""Where title and text stand on a page: the layout of its platform, the profile of its site, or the generic search."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.capture import Capture
from archive.record import Skip
from crawler.sources.identity import is_article
from crawler.sources.source import Source

from . import lokomedia, portals, wordpress
from .generic import box_behind, dropped_boxes, find_box
from .layout import Layout, with_selectors
from .media import web_address
from .nearby import region_of
from .profile import HEAD, Profile, block_texts, path_of, place_of
from .prune import OWN_TEXT, SHOWN, text_before, whole_cards
from .structured import Statements
from .survey import Survey
from .title import Title, find_title, title_above
from .tree import BLOCK_TAGS, Element, text_of
from .walls import find_cards, find_listing, find_shell, is_stated_article

GENERIC = Layout(name="generic/1")
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
    profile: Profile | None = None
    as_printed: bool = False
    """Whether the dateline stays in the text."""
    unwanted: list[int] = field(default_factory=list)
    """Places of blocks that are no text on other pages; their dates may count."""
    seen: frozenset[int] = frozenset()
    """Places of blocks that the profile knows from other pages."""

    def find(self, selectors: Iterable[str]) -> list[Element]:
        """All that some selectors find, in the order of the selectors."""
        return [element for selector in selectors for element in self.survey.index.select(self.root, selector)]

    def knows(self, text: str, element: Element | None = None) -> bool:
        """Whether the profile of the site knows a text in its place: in an element, or stated for machines."""
        if self.profile is None:
            return False
        if element is None:
            return self.profile.knows(text, HEAD)
        at = self.survey.position.get(element, -1)
        while at > 0 and self.survey.tags[at] not in BLOCK_TAGS:
            at = self.survey.parent[at]
        return at in self.seen

    def sure_heading(self, title: Title) -> int | None:
        """Where the title is printed, if the page or its address says that it is the title."""
        return self.survey.position.get(title.heading) if title.sure and title.heading is not None else None

    def leads_elsewhere(self, href: str) -> bool:
        """Whether a link leads to another article of this site."""
        address = web_address(href, self.base_url)
        return address is not None and address != self.capture.url and is_article(address, self.source)


@dataclass(frozen=True, slots=True)
class Sight:
    """Where title and text stand."""

    page: Page
    title: Title
    boxes: list[int]
    drifted: bool = False
    """Whether the page does not look as the profile of its site says."""


def see(page: Page) -> Sight | Skip:
    """Find title and text, or say why there is no article."""
    page.layout, boxes = _find_layout(page)
    if page.profile is not None and (page.profile.seen or page.profile.dropped):
        _drop_seen(page, page.profile)
    names = (page.source.name, *page.source.hosts)
    title = _title_by_path(page) or find_title(
        page.survey, page.stated, names, page.layout.title, page.capture.url, page.knows
    )
    if found := find_listing(page.root, page.survey, page.capture.url, page.stated, page.source):
        return found
    heading = title.heading if title else None
    learnt = [] if boxes else _boxes_by_path(page, heading)
    drifted = bool(page.profile and page.profile.boxes and not boxes and not learnt)
    boxes = boxes or learnt
    for at in dropped_boxes(page.survey, heading, boxes):
        page.survey.drop(at)
    if not boxes:
        boxes = _generic_boxes(page.survey, heading, sure=title is not None and title.sure)
    if boxes and (title is None or not title.sure):
        region = region_of(page.survey, None, boxes[0])
        title = title_above(names, page.survey, region.text, title, page.knows)
    if title is None or not boxes:
        return find_shell(page.root, page.survey) or Skip("not-an-article", "no title" if title is None else "no text")
    cards = [] if is_stated_article(page.stated) or learnt else find_cards(page.survey, boxes[0], page.leads_elsewhere)
    if cards and not (boxes := _boxes_above(page, title, cards)):
        return Skip("not-an-article", f"{len(cards)} cards that link to articles")
    return Sight(page, title, boxes, drifted)


def _drop_seen(page: Page, profile: Profile) -> None:
    """Take out of the figures what the profile knows from other pages, or from its place, as no part of a text."""
    survey = page.survey
    seen: list[int] = []
    new: list[int] = []
    for at, text in block_texts(survey):
        (seen if profile.knows(text, place_of(survey, at)) else new).append(at)
        if profile.dropped and path_of(survey, at) in profile.dropped:
            page.unwanted.append(at)
    dropped_to = -1
    for at in seen:
        if at > dropped_to and bisect_right(new, at) == bisect_right(new, survey.last[at]):
            survey.drop(at)
            dropped_to = survey.last[at]
    page.seen = frozenset(seen)


def _title_by_path(page: Page) -> Title | None:
    """The title where the site prints it, unless that says the same on other pages."""
    if page.profile is None:
        return None
    for path in page.profile.titles:
        found = [at for at in _at_path(page.survey, path) if not page.knows("", page.survey.nodes[at])]
        if len(found) == 1 and 0 < len(text := text_of(page.survey.nodes[found[0]])) <= 400:
            return Title(text, page.survey.nodes[found[0]])
    return None


def _boxes_by_path(page: Page, heading: Element | None) -> list[int]:
    """The box where the site has its texts: the one with the title in it, else the first behind the title."""
    if page.profile is None:
        return []
    survey = page.survey
    title = survey.position.get(heading, 0) if heading is not None else 0
    for path in page.profile.boxes:
        found = [at for at in _at_path(survey, path) if survey.total[at] + survey.own[at] > 0]
        around = [at for at in found if at <= title <= survey.last[at] and _has_text_behind(survey, at, title)]
        behind = [at for at in found if at > title and survey.prose[at] > 0] or [at for at in found if at > title]
        if around or behind or len(found) == 1:
            return [(around or behind or found)[0]]
    return []


def _has_text_behind(survey: Survey, at: int, title: int) -> bool:
    """Whether a box holds more than the title."""
    printed = len(text_of(survey.nodes[title])) if title else 0
    return sum(survey.good[title + 1 : survey.last[at] + 1]) > 0 or survey.own[at] - printed >= OWN_TEXT


def _at_path(survey: Survey, path: str) -> list[int]:
    tag = path.rpartition("/")[2].partition(".")[0]
    return [at for at, own in enumerate(survey.tags) if own == tag and path_of(survey, at) == path]


def _boxes_above(page: Page, title: Title, cards: list[int]) -> list[int]:
    """The text between the title and a group of cards, which may be shorter than they are; none of a listing."""
    heading = page.sure_heading(title)
    if heading is None or text_before(page.survey, heading, cards[0]) < OWN_TEXT:
        return []
    for at in whole_cards(page.survey, cards, heading):
        page.survey.drop(at)
    return _generic_boxes(page.survey, title.heading, sure=True)


def _generic_boxes(survey: Survey, heading: Element | None, *, sure: bool) -> list[int]:
    """The box with the text; where hardly any is, the box around the title."""
    box = find_box(survey)
    if box is not None and sure and heading is not None:
        box = box_behind(survey, survey.position.get(heading, 0), box)
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
