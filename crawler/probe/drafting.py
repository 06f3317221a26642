"""From what the probe has seen to a definition, and what it is sure of. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.capture import ContentUndecodable
from crawler.probe.look import Place, Seen
from crawler.probe.patterns import FEW, patterns_of
from crawler.sources import Source
from crawler.sources.identity import canonical_address, is_article
from crawler.sources.platforms import template, with_platform

Sureness = Literal["sure", "likely", "guess", "no"]

FITS = 0.95
"""Share of the articles that the patterns of a platform must fit for the file to leave its own out."""

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the probe found out, or did not."""

    name: str
    value: str
    sure: Sureness
    why: str = ""


def draft(seen: Seen) -> tuple[Table, list[Finding]]:
    """The table of the source file, without status, and the findings that led to it."""
    source, articles = seen.source, seen.articles()
    platform = seen.recognised.platform
    table: Table = {name: value for name in _WHO if (value := getattr(source, name)) not in (None, ())}
    table |= {"timezone": source.timezone, "hosts": list(source.hosts)}
    if seen.home.capture is not None and seen.home.capture.url.startswith("http://"):
        table["scheme"] = "http"
    if platform != "generic":
        table["platform"] = platform
    findings = [_address(seen), _robots(seen), _platform(seen)]
    findings.append(_patterns(table, seen, articles))
    places = _working(table, seen)
    findings += [_place_finding(kind, table, places, seen) for kind in ("rest", "feed", "sitemap", "listing")]
    if places and not _is_as_platform(places, platform):
        table["discovery"] = [_how(place, platform) for place in places]
        table["not_article"] = _shut_out(table, places)
    if not table.get("not_article"):
        table.pop("not_article", None)
    findings.append(_language(table, seen))
    return table, findings


_WHO = ("id", "name", "level", "region_code", "region_code_bps", "province_code")


def made(table: Table) -> Source:
    """A source as the loader would make it of the table."""
    return Source.model_validate(with_platform(table))


def _patterns(table: Table, seen: Seen, articles: Sequence[str]) -> Finding:
    """Article patterns of the table: the platform's where they fit, else those that the addresses show."""
    told = seen.place("feed") or seen.place("rest")
    if not articles:
        return Finding("article", "", "no", "no addresses that look like articles")
    fitting = sum(is_article(url, made(table)) for url in articles) / len(articles)
    if table.get("platform") and fitting >= FITS:
        return Finding("article", "as the platform has it", "sure" if told else "likely", f"{fitting:.0%} fit")
    found = patterns_of(canonical_address(url, seen.source) for url in articles)
    if not found.article:
        return Finding("article", "", "no", f"{len(articles)} addresses have nothing in common")
    table["article"] = list(dict.fromkeys([*found.article, *_further_patterns(table, seen, found.article)]))
    why = f"{found.share:.0%} of {len(articles)} addresses, {'named by feed or REST' if told else 'by their looks'}"
    return Finding("article", "  ".join(table["article"]), "sure" if told and found.share >= FITS else "likely", why)


def _further_patterns(table: Table, seen: Seen, already: Sequence[str]) -> tuple[str, ...]:
    """Patterns of older articles, which no feed reaches: of what elsewhere fits the platform's and not those found."""
    usual = made(
        {**table, "platform": seen.recognised.platform, "article": template(seen.recognised.platform)["article"]}
    )
    elsewhere = {
        canonical_address(url, usual)
        for place in seen.places
        for url in place.urls
        if is_article(url, usual) and not any(re.search(one, urlsplit(url).path) for one in already)
    }
    return patterns_of(elsewhere).article if len(elsewhere) >= FEW else ()


def _working(table: Table, seen: Seen) -> list[Place]:
    """Of each kind the place that gives most articles; a listing only where REST does not tell everything."""
    if "article" not in table and "platform" not in table:
        return []
    source, best = made(table), []
    for kind in ("rest", "feed", "sitemap", "listing"):
        of_kind = [place for place in seen.places if place.how.kind == kind]
        counted = [(_count(place, source), place.how.page is not None, -at) for at, place in enumerate(of_kind)]
        if counted and max(counted)[0]:
            best.append(of_kind[-max(counted)[2]])
    has_rest = any(place.how.kind == "rest" for place in best)
    return [place for place in best if not (has_rest and place.how.kind in ("sitemap", "listing"))]


def _count(place: Place, source: Source) -> int:
    return len({canonical_address(url, source) for url in place.urls if is_article(url, source)})


def _place_finding(kind: str, table: Table, chosen: list[Place], seen: Seen) -> Finding:
    place = next((one for one in chosen if one.how.kind == kind), None) or seen.place(kind)
    if place is None:
        tried = [one for one in seen.asked if one.capture is None or one.capture.status != 200]
        return Finding(kind, "", "no", f"{len(tried)} addresses gave no document" if tried else "not looked for")
    source = made(table) if "article" in table or "platform" in table else seen.source
    shown = place.how.url + (f", further pages {place.how.page}" if place.how.page else "")
    if place.how.page and (place.how.start, place.how.step) != (2, 1):
        shown += f" from {place.how.start} in steps of {place.how.step}"
    count = _count(place, source)
    sure: Sureness = "guess" if not count else "likely" if kind == "listing" and not place.how.page else "sure"
    return Finding(kind, shown, sure, f"{count} articles")


def _is_as_platform(places: list[Place], platform: str) -> bool:
    """Whether all places of the platform's template work, and so the file need not name any."""
    usual = {(how["kind"], how["url"]) for how in template(platform)["discovery"]}
    return platform != "generic" and usual == {(place.how.kind, place.how.url) for place in places}


def _how(place: Place, platform: str) -> Table:
    how = place.how.model_dump(exclude_defaults=True) | {"kind": place.how.kind}
    if platform == "wordpress" and place.how.kind == "feed" and place.how.url.endswith("/feed/"):
        how["page"] = place.how.url + "?paged={n}"
    return {name: how[name] for name in ("kind", "url", "page", "start", "step") if name in how}


def _shut_out(table: Table, places: list[Place]) -> list[str]:
    """Patterns for places of discovery whose own addresses look like articles."""
    source = made(table)
    tails = [urlsplit(source.base_url + place.how.url if place.how.url.startswith("/") else place.how.url).path
             for place in places]  # fmt: skip
    already = list(table.get("not_article", []))
    return already + [
        f"^{re.escape(tail)}/?$".replace(r"\-", "-")
        for tail in dict.fromkeys(tail.rstrip("/") for tail in tails)
        if tail and is_article(source.base_url + tail, source)
    ]


# what is told and goes into no table


def _address(seen: Seen) -> Finding:
    capture = seen.home.capture
    if capture is None:
        return Finding("address", seen.home.url, "no", f"{seen.home.fault} {seen.home.detail}".strip())
    tls = f"certificate {capture.tls}" if capture.tls else "no encryption"
    return Finding("address", capture.url, "sure" if capture.status == 200 else "no", f"status {capture.status}, {tls}")


def _robots(seen: Seen) -> Finding:
    if seen.robots is None:
        return Finding("robots", "", "no", "not asked")
    if seen.robots.status != 200:
        return Finding("robots", "none", "sure", f"status {seen.robots.status}")
    try:
        lines = [line.strip() for line in seen.robots.text.splitlines()]
    except ContentUndecodable:
        lines = []
    delay = next((line for line in lines if line.lower().startswith("crawl-delay")), "")
    refused = sum(line.lower().startswith("disallow:") and len(line) > len("disallow:") for line in lines)
    return Finding("robots", "obeyed", "sure", ", ".join(filter(None, (f"{refused} rules", delay))))


def _platform(seen: Seen) -> Finding:
    found = seen.recognised
    if not found.traces:
        return Finding("platform", "generic", "guess", "no known trace")
    sure: Sureness = "sure" if found.weight >= 0.9 else "likely"
    return Finding("platform", found.platform, sure, "; ".join(found.traces))


def _language(table: Table, seen: Seen) -> Finding:
    told = seen.outline.language if seen.outline else None
    language = (told or "").replace("_", "-").lower()
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", language):
        return Finding("language", "id", "guess", "the page does not say")
    if language.startswith("en"):
        return Finding("language", "id", "guess", f"the page says {told!r}, as templates do; see the samples")
    if language.partition("-")[0] != "id":
        table["language"] = language
    return Finding("language", language, "likely", "the page says so")
