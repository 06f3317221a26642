"""What can be wrong with a source, by name: what it means, and what a person does about it. The names are stable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that can be wrong."""

    means: str
    to_do: str
    passes: bool = False
    """Whether it often passes by itself: nobody is called before it has lasted a while."""


CAUSES: dict[str, Cause] = {
    "host-unknown": Cause("its name leads nowhere", "see whether it has a new name, or is suspended", passes=True),
    "host-silent": Cause("nobody answers", "open the site; if it is up, we may be shut out", passes=True),
    "certificate": Cause("its certificate has a fault", "tell the office, or let the fault through: [tls] allow"),
    "blocked": Cause("it forbids us", "write to the site's owner; never disguise the crawler"),
    "rate-limited": Cause("it asks for long pauses", "raise delay_s, or visit it less often", passes=True),
    "robots-disallowed": Cause("its robots.txt forbids the news pages", "write to the site's owner"),
    "robots-unreachable": Cause("its robots.txt cannot be had", "nothing is fetched until it can", passes=True),
    "server-errors": Cause("its server fails", "wait, or tell the office", passes=True),
    "listing-gone": Cause("where it listed its news is nothing now", "find the new place: warkat sources probe"),
    "channel-unreadable": Cause("what lists its news is no longer what it was", "probe it: warkat sources probe"),
    "nothing-found": Cause("its listing names no article any more", "the layout changed: probe it, mend the patterns"),
    "channel-silent": Cause("one place of discovery gives nothing, others do", "take it out, or find its successor"),
    "fewer-than-usual": Cause("far fewer articles than it usually lists", "see whether part of the site moved"),
    "stale": Cause("nothing new for longer than it ever was silent", "see whether the news is published elsewhere now"),
    "dates-gone": Cause("its articles have lost their dates", "the layout changed: name the date's place in [select]"),
    "bodies-short": Cause("its articles became far shorter", "the layout changed: name the body's place in [select]"),
    "pages-unread": Cause("its pages give no article", "the layout changed, or the pages are no articles"),
    "costlier": Cause("it takes many more requests to get an article", "look for a trap or for doubled addresses"),
    "new-fault": Cause("pages fail in a way they never did", "see what the report says of it"),
    "moved": Cause("it leads to another host", "add the host to hosts, or change the source"),
    "injected": Cause("more pages look hacked", "tell the office; the pages are set aside"),
    "pages-vanish": Cause("many articles are gone at once", "a rebuilt site, or deletions: keep what we have"),
    "trapped": Cause("it makes addresses without end", "narrow the article patterns or max_pages"),
    "budget-short": Cause("visits end before all is fetched", "raise max_requests, or visit it oftener"),
    "never-ends": Cause("visits are cut short, again and again", "see what ends them: the report says it"),
    "archive": Cause("our own archive takes or gives nothing", "see the message: disk, damage or a lock"),
    "unknown": Cause("the visit failed", "see the report"),
}  # fmt: skip
