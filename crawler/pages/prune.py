"""The article box without the boxes inside it that are none of it: share bars, related articles, lists of links.

Works on the tree, before the cleaning stage: what is dropped here is never turned into a soup.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, islice

from .layout import Layout
from .media import media_type_of
from .survey import Survey
from .tree import BLOCK_TAGS, Element, remove, remove_from_here, text_of
from .words import STOP_IMAGE

_LINK_BOXES = frozenset(("div", "section", "ul", "ol", "table", "aside", "dl", "form", "p", "figure", "header"))
_PARTS = frozenset(("img", "time", "h2", "h3", "h4", "h5", "h6"))
MAX_LOST = 0.4
"""Share of the text of a box that a part of it may hold and still be dropped for its name."""

SHOWN = frozenset(("img", "table", "iframe", "object", "embed"))
"""Elements that are the whole article where it has no text."""

MIN_CARDS = 3
MIN_CARD_TITLE = 12
MAX_CARD = 700
"""Characters of a card with its excerpt."""

OWN_TEXT = 60
"""Characters of prose between a title that is sure and a group of cards: short as it is, that is the article."""

MIN_TEXT = 200
"""Characters before a group of cards that make an article of their own."""


def prune(page: Survey, at: int, layout: Layout | None) -> None:
    """Take out of a box what its layout names, what follows a picture of a heading, and boxes of the frame."""
    box = page.nodes[at]
    if layout is not None:
        for selector in layout.stop:
            for element in page.index.select(box, selector)[:1]:
                remove_from_here(element, box)
        for selector in layout.remove:
            for element in page.index.select(box, selector):
                if element is not box and _lost(page, element, at) <= MAX_LOST:
                    remove(element)
    _stop_at_image(page, at)
    _drop_frames(page, at)


def remove_above(page: Survey, heading: Element, at: int, *, sure: bool) -> None:
    """Take out of a box the title and what stands above it, where no part of the text does.

    Under a title that is sure, boxes of the same form as its own end the text: each has a heading like the title.
    """
    box, title = page.nodes[at], page.position.get(heading)
    if title is None or not at < title <= page.last[at]:
        return
    above = sum(page.good[at + 1 : title])
    twins = [place for twin in _twins_of(page, heading, at) if (place := page.position.get(twin))] if sure else []
    behind = next((place for place in twins if place > title and text_before(page, title, place) >= OWN_TEXT), None)
    if behind is not None:
        remove_from_here(page.nodes[behind], box)
    if above <= 0.1 * page.prose[at] or any(place < title for place in twins):
        around = heading
        while around is not box:
            for earlier in list(around.itersiblings(preceding=True)):
                remove(earlier)
            around = around.getparent()
            if around is None:
                return
            if around.text:
                around.text = None
    if not list(heading.iter("p", "img")):
        remove(heading)


def _twins_of(page: Survey, heading: Element, at: int) -> Iterator[Element]:
    """Boxes beside that of the title that begin another thing: of the same form, with a heading of the same form."""
    own = heading.getparent()
    if own is None or page.position.get(own, 0) <= at:
        return
    form = (own.tag, own.get("class"), heading.tag, heading.get("class"))
    for other in (*own.itersiblings(preceding=True), *own.itersiblings()):
        first = next((part for part in other if part.tag == heading.tag), None)
        if first is not None and (other.tag, other.get("class"), first.tag, first.get("class")) == form:
            yield other


def cut_learnt(page: Survey, at: int, unwanted: list[int], seen: frozenset[int]) -> None:
    """Take out of a box what its place on other pages says, and what follows the first text that others have too.

    Args:
        page: measures of the page.
        at: position of the box.
        unwanted: blocks that are no text on other pages.
        seen: blocks whose text other pages have.
    """
    box, inside = page.nodes[at], range(at + 1, page.last[at] + 1)
    for place in unwanted:
        if place in inside and _lost(page, page.nodes[place], at) <= MAX_LOST:
            remove(page.nodes[place])
    sums = list(accumulate(page.good[at : page.last[at] + 1], initial=0))
    for place in sorted(seen):
        if place not in inside:
            continue
        # The own text of the elements around the place may as well stand behind it.
        around, up = 0, page.parent[place]
        while up >= at:
            around, up = around + page.good[up], page.parent[up]
        before, behind = sums[place - at] - around, sums[-1] - sums[place - at] + around
        if before > 0 and behind <= MAX_LOST * before:
            remove_from_here(page.nodes[place], box)
            return


def _lost(page: Survey, element: Element, box: int) -> float:
    position = page.position.get(element)
    return page.prose[position] / page.prose[box] if position is not None and page.prose[box] else 0.0


def _stop_at_image(page: Survey, at: int) -> None:
    """A heading may be a picture without text; behind it stands a list (Swarakalibata)."""
    box = page.nodes[at]
    for image in box.iter("img"):
        file = (image.get("src") or "").rpartition("/")[2].rpartition(".")[0]
        position = page.position.get(image)
        if position is None or not any(STOP_IMAGE.fullmatch(name) for name in (file, image.get("alt") or "")):
            continue
        if sum(page.good[position : page.last[at] + 1]) <= 0.3 * page.prose[at]:
            remove_from_here(image, box)
            return


def card_groups(page: Survey, at: int, leads_elsewhere: Callable[[str], bool]) -> list[list[int]]:
    """Boxes of one form inside a box, side by side, that each begin with a link to another article.

    Args:
        page: measures of the page.
        at: position of the box.
        leads_elsewhere: whether a link leads to another article of the site.
    """
    groups: dict[tuple[Element, str, str], list[int]] = {}
    for element in page.nodes[at].iter("li", "div", "article", "section", "td", "tr", "a", "h3", "h4"):
        position = page.position.get(element, at)
        # A link counts where it is a box (it holds blocks), not where it is a word of a sentence.
        if position != at and 0 < page.total[position] <= MAX_CARD and _is_card(element, leads_elsewhere):
            form = (element.getparent(), element.tag, element.get("class") or "")
            groups.setdefault(form, []).append(position)
    return [cards for cards in groups.values() if len(cards) >= MIN_CARDS]


def text_before(page: Survey, heading: int, at: int) -> int:
    """Characters of prose between a title and a place behind it; 0 where the title stands behind."""
    return sum(page.good[heading + 1 : at]) if heading < at else 0


def whole_cards(page: Survey, cards: list[int], heading: int) -> list[int]:
    """The boxes of some cards: each as large as it can be without another card or the title in it."""
    boxes: list[int] = []
    places = sorted(cards)
    for at in cards:
        box = at
        while (up := page.parent[box]) > 0 and not up <= heading <= page.last[up]:
            if bisect_right(places, page.last[up]) - bisect_left(places, up) > 1:
                break
            box = up
        boxes.append(box)
    return boxes


def drop_cards(page: Survey, at: int, leads_elsewhere: Callable[[str], bool], heading: int | None = None) -> None:
    """Take groups of cards out of a box, where they are not all there is.

    Args:
        page: measures of the page.
        at: position of the box.
        leads_elsewhere: whether a link leads to another article of the site.
        heading: position of the title, where it is sure.
    """
    for cards in card_groups(page, at, leads_elsewhere):
        own = text_before(page, heading, cards[0]) if heading is not None else 0
        if _are_apart(page, at, cards) or (own >= OWN_TEXT and all(_is_built(page, card) for card in cards)):
            for card in cards:
                remove(page.nodes[card])


def _are_apart(page: Survey, at: int, cards: list[int]) -> bool:
    """Whether cards stand behind a text of its own, or hold less than half of all text."""
    held = sum(page.prose[card] for card in cards)
    if held <= 0.3 * page.prose[at]:
        return True
    before = sum(page.good[at : cards[0]])
    return before >= MIN_TEXT and before >= 0.6 * (page.prose[at] - held)


def _is_built(page: Survey, at: int) -> bool:
    """Whether a card has parts: a list in a text may begin each item with a link, but its items are lines."""
    inside = page.tags[at + 1 : page.last[at] + 1]
    return any(tag in _PARTS for tag in inside) or sum(tag in BLOCK_TAGS for tag in inside) >= 2


def _is_card(element: Element, leads_elsewhere: Callable[[str], bool]) -> bool:
    """Whether the first text of an element is a link to another article, and one only."""
    links = (
        [element] if element.tag == "a" else [link for link in element.iter("a") if link.text is not None or len(link)]
    )
    addresses = {link.get("href") or "" for link in links}
    if not 1 <= len(addresses) <= 2:
        return False
    titles = [(text_of(link), link.get("href") or "") for link in links]
    title, address = max(titles, key=lambda found: len(found[0]))
    return len(title) >= MIN_CARD_TITLE and text_of(element).startswith(title[:40]) and leads_elsewhere(address)


def _drop_frames(page: Survey, at: int) -> None:
    position, end = at + 1, page.last[at]
    while position <= end:
        if _is_frame(page, position, at):
            remove(page.nodes[position])
            position = page.last[position] + 1
        else:
            position += 1


def _is_frame(page: Survey, position: int, box: int) -> bool:
    if position in page.dropped:
        return True
    element = page.nodes[position]
    prose = page.prose[position]
    inline_prose = prose or page.own[position]
    if prose > MAX_LOST * page.prose[box]:
        return False
    verdict = page.verdict(position)
    if verdict == "drop":
        return inline_prose <= max(MAX_LOST * page.prose[box], 200)
    if element.tag not in _LINK_BOXES or not page.total[position]:
        return False
    share = page.link_share(position)
    limit = 0.35 if verdict == "weak" else 0.6
    return share > limit and not prose and _has_several_links(element) and not has_documents(element)


def _has_several_links(element: Element) -> bool:
    return len(list(islice(element.iter("a"), 2))) >= 2 or element.tag in ("ul", "ol")


def has_documents(element: Element) -> bool:
    """Whether an element is, or holds, a link to a document."""
    return any(media_type_of(link.get("href") or "") for link in element.iter("a"))
