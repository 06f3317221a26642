"""Learning a site from its pages: what stands on all of them is the frame, what is new on each is the article.

::

    pages -> texts seen on three pages -> each page read without them -> paths of title, text and date, by vote

A page that a person has checked counts more than any vote: the box is then the one that holds the checked text, and
the blocks in it that are none of the text are dropped wherever they stand again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.record import Skip

from .extract import LEARNT, MAX_LEARNT, capture_of, host_of, source_of
from .letters import folded
from .profile import HEAD, Profile, block_texts, digest_of, path_of, place_of
from .reader import open_page
from .sight import Page, Sight, see
from .survey import Survey
from .title import without_site_name

SEEN_ON = 3
"""Pages with different leads on which a text must stand to be the frame's."""

AGREED = 0.5
"""Share of the pages that must agree on a path."""

OWN = 0.8
"""Share of new texts on the path that most prose is on: what repeats there now and then is still text."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

LITTLE = 80
"""Characters of new prose a page that a path of the frame may hold: the ends of cards."""

MIN_LINE = 12
"""Letters of a line that a checked text is searched for; shorter ones stand anywhere."""


@dataclass(frozen=True, slots=True)
class _Known:
    """One page to learn from."""

    html: str
    url: str
    checked: str
    """Its text, letters and digits only, as a person has checked it; empty where nobody has."""


def learn(pages: Iterable[tuple[str, str, str | None]]) -> Profile:
    """The profile of a site.

    Args:
        pages: HTML, address, and checked text or None, of articles of one site; their order does not matter.

    Returns:
        The profile. ``extract`` also finds it by itself, for pages of the same hosts.
    """
    known = sorted(
        {_Known(html, url, folded(checked or "")) for html, url, checked in pages},
        key=lambda page: (page.url, page.html, page.checked),
    )
    tally = _tally(known)
    profile = Profile(len(known), tally.seen())
    sights = [(page, sight) for page in known if isinstance(sight := _look(page, profile), Sight)]
    titles = _agreed(Counter(path for _, sight in sights if (path := _title_path(sight))), len(sights))
    boxes, dropped = _boxes(sights)
    learnt = replace(profile, titles=titles, boxes=boxes, dropped=dropped or tally.frame_paths())
    if len(LEARNT) >= MAX_LEARNT:
        LEARNT.clear()
    LEARNT.update(dict.fromkeys((host_of(page.url) for page in known), learnt))
    return learnt


@dataclass(slots=True)
class _Tally:
    """How often texts and paths were met."""

    pages: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    """Pages by digest of a text."""
    paths: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Paths by digest of a text."""
    blocks: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Digests by path."""
    prose: dict[str, int] = field(default_factory=dict)
    """Characters of prose by digest."""

    def add(self, opened: Page, shown: set[frozenset[str]]) -> None:
        """Count one page; one with the texts of another is the same page under another address."""
        texts = ((at, text) for at, text in block_texts(opened.survey) if folded(text) and not _is_dated(text))
        found = [(at, digest_of(text, place_of(opened.survey, at))) for at, text in texts]
        digests = frozenset(digest for _, digest in found)
        if digests in shown:
            return
        shown.add(digests)
        self.pages += 1
        for title in (opened.stated.page_title, opened.stated.first("og:title")):
            digests |= {digest_of(title, HEAD), digest_of(without_site_name(title), HEAD)} if title else set()
        self.texts.update(digests)
        for at, digest in found:
            path = path_of(opened.survey, at)
            self.paths[digest].add(path)
            self.blocks[path][digest] += 1
            self.prose[digest] = opened.survey.good[at]

    def new_share(self, path: str) -> float:
        """Share of the blocks of a path whose text stands on few pages."""
        blocks = self.blocks[path]
        return sum(count for digest, count in blocks.items() if self.texts[digest] < SEEN_ON) / sum(blocks.values())

    def seen(self) -> frozenset[str]:
        """What stands on half of the pages, or on three where other texts do not change either."""
        own = self.text_path()
        return frozenset(
            digest
            for digest, count in self.texts.items()
            if count >= SEEN_ON and (count >= AGREED * self.pages or own not in self.paths[digest])
        )

    def text_path(self) -> str:
        """The path that most of the new prose is on; empty where it is not new throughout."""
        new = {path: self.new_prose(path) for path in self.blocks}
        path = max(sorted(new), key=new.__getitem__, default="")
        return path if path and self.new_share(path) >= OWN else ""

    def new_prose(self, path: str) -> int:
        """Characters of prose on a path that stand on few pages."""
        return sum(self.prose.get(digest, 0) for digest in self.blocks[path] if self.texts[digest] < SEEN_ON)

    def frame_paths(self) -> frozenset[str]:
        """Paths of which most blocks stand on other pages too, and that hold hardly any prose of their own."""
        frame: set[str] = set()
        for path, blocks in self.blocks.items():
            is_frame = self.new_share(path) < AGREED and self.new_prose(path) < LITTLE * self.pages
            if sum(blocks.values()) >= 4 and is_frame:
                frame.add(path)
        return frozenset(frame)


def _is_dated(text: str) -> bool:
    """Whether a line is a date: that of one page stands beside its title in the lists of others."""
    return len(text) <= 60 and _YEAR.search(text) is not None


def _tally(pages: list[_Known]) -> _Tally:
    tally, shown = _Tally(), set[frozenset[str]]()
    for page in pages:
        opened = _open(page, None)
        if not isinstance(opened, Skip):
            tally.add(opened, shown)
    return tally


def _open(page: _Known, profile: Profile | None) -> Page | Skip:
    return open_page(capture_of(page.html, page.url), source_of(page.html, page.url), profile)


def _look(page: _Known, profile: Profile) -> Sight | Skip:
    opened = _open(page, profile)
    return opened if isinstance(opened, Skip) else see(opened)


def _title_path(sight: Sight) -> str | None:
    survey = sight.page.survey
    if sight.title is None or sight.title.heading is None:
        return None
    at = survey.position.get(sight.title.heading)
    return path_of(survey, at) if at is not None else None


def _agreed(votes: Counter[str], pages: int) -> tuple[str, ...]:
    return tuple(
        path
        for path, count in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        if count >= max(2, AGREED * pages)
    )


def _boxes(sights: list[tuple[_Known, Sight]]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Paths of the boxes of text, and of the blocks in them that are none."""
    votes: Counter[str] = Counter()
    kept: dict[str, list[bool]] = defaultdict(list)
    checked = [(page, sight) for page, sight in sights if page.checked]
    for page, sight in checked:
        inside = _in_checked(sight.page.survey, page.checked)
        if (box := _smallest_box(sight.page.survey, inside)) is not None:
            votes[path_of(sight.page.survey, box)] += 1
            for at, is_text in inside.items():
                if box <= at <= sight.page.survey.last[box]:
                    kept[path_of(sight.page.survey, at)].append(is_text)
    if votes:
        return tuple(path for path, _ in votes.most_common()), frozenset(
            path for path, of in kept.items() if not any(of)
        )
    votes.update(path_of(sight.page.survey, sight.boxes[0]) for _, sight in sights if len(sight.boxes) == 1)
    return _agreed(votes, len(sights)), frozenset()


def _in_checked(survey: Survey, checked: str) -> dict[int, bool]:
    """Blocks of a page, and whether their text is in the checked one."""
    texts = ((at, folded(text)) for at, text in block_texts(survey))
    return {
        at: text in checked or (len(text) > 400 and text[40:200] in checked)
        for at, text in texts
        if len(text) >= MIN_LINE
    }


def _smallest_box(survey: Survey, inside: dict[int, bool]) -> int | None:
    """The smallest element that holds nine tenths of the text."""
    held = {at: survey.own[at] for at, is_text in inside.items() if is_text}
    total = sum(held.values())
    if not total:
        return None
    at = max(held, key=lambda place: held[place])
    while (
        survey.parent[at] > 0
        and sum(size for place, size in held.items() if at <= place <= survey.last[at]) < 0.9 * total
    ):
        at = survey.parent[at]
    return survey.parent[at] if survey.tags[at] == "p" and survey.parent[at] > 0 else at
