"""The form of a source definition, checked whole: every fault of a file is listed at once.

A ``Source`` is a value: frozen, comparable, without behaviour that touches disk or network.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
"""Hours east of UTC of the three Indonesian zones; none of them has daylight saving time."""


class SourceInvalid(ValueError):
    """A definition of ours is wrong: nothing is crawled until it is mended.

    Attributes:
        faults: one text per fault, each naming the file and the key.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _is_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as fault:
        raise ValueError(f"not a regular expression: {fault}") from fault
    return value


@lru_cache(maxsize=256)
def _zone_of(name: str) -> dt.tzinfo:
    return dt.timezone(dt.timedelta(hours=ZONES[name])) if name in ZONES else zoneinfo.ZoneInfo(name)


def _is_zone(value: str) -> str:
    try:
        _zone_of(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be WIB, WITA, WIT or a name such as 'Asia/Tokyo'") from None
    return value


def _is_schedule(value: str) -> str:
    from crawler.sources.cadence import parse_cadence  # late: most files state none

    parse_cadence(value)
    return value


Pattern = Annotated[str, AfterValidator(_is_pattern)]
"""A regular expression, searched in path and query of an address."""

Platform = Literal["generic", "wordpress", "lokomedia", "phpmu", "popojicms", "opensid", "laravel", "codeigniter"]
"""The software a site runs on: each has a template in ``sources/platforms`` and layouts in ``pages``."""

TlsFault = Literal["expired", "self-signed", "name-mismatch", "untrusted"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Discovery(_Part):
    """One place where article addresses come from."""

    kind: Literal["listing", "feed", "sitemap", "rest", "json"]
    url: str
    """Absolute, or a path on the first host."""
    page: str | None = None
    """Address of a further page with ``{n}``; None where there is no pagination."""
    start: int = Field(default=2, ge=0)
    """Number of the first further page."""
    step: int = Field(default=1, ge=1)
    """How much the number grows from page to page: 1, or the items of a page where the site counts those."""
    max_pages: int = Field(default=50, ge=1)
    """Pages read at most on one visit."""
    links: str | None = None
    """CSS selector of the elements that hold the links of a listing; None looks at the whole page."""
    items: str | None = None
    """Where the list stands in a JSON document: names joined by dots; None where the document is the list."""
    address: str | None = None
    """Address of an article of a JSON document, fields of its item in braces: ``/berita/{slug}``, ``{url}``."""
    changed: str | None = None
    """Field of an item of a JSON document that says when it was published or changed."""
    title: str | None = None
    """Field of an item of a JSON document that holds the title."""


class Select(_Part):
    """CSS selectors that override those of the platform; each a list tried in order."""

    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    """Elements inside the body that are none of it."""
    cut_after: tuple[str, ...] = ()
    """Texts of headings (or CSS selectors beginning with ``css:``) from which the body is cut."""


class Politeness(_Part):
    """How hard we may knock at this host."""

    delay_s: float = Field(default=2.0, ge=0)
    """Seconds between the end of one request and the start of the next; slow answers and Crawl-delay make it longer.
    0, for servers of your own, takes no notice of how slow they answer."""
    max_requests: int = Field(default=500, ge=1)
    """Requests on one visit."""
    look_again: int = Field(default=50, ge=0)
    """Published articles looked at again on one visit."""
    timeout_s: float = Field(default=60.0, gt=0)


class Tls(_Part):
    """Certificate faults that are known and let through, each visit recording the verdict."""

    allow: tuple[TlsFault, ...] = ()
    reason: str | None = None

    @model_validator(mode="after")
    def _reason_given(self) -> Tls:
        if self.allow and not self.reason:
            raise ValueError("tls.allow needs tls.reason: say why the fault is let through")
        return self


class Source(_Part):
    """One government's news site."""

    id: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")
    name: str = Field(min_length=1)
    """Official name of the publisher."""
    level: Literal["province", "regency", "city", "office", "village", "other"]
    region_code: str | None = Field(default=None, pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")
    region_code_bps: str | None = Field(default=None, pattern=r"^\d{2,10}$")
    province_code: str | None = Field(default=None, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")
    timezone: Annotated[str, AfterValidator(_is_zone)]
    """WIB, WITA, WIT, or a name of the IANA database for sites elsewhere."""
    language: str = "id"
    hosts: tuple[str, ...] = Field(min_length=1)
    """Host names (with port where it is not the scheme's own); the first is canonical, others are aliases."""
    scheme: Literal["https", "http"] = "https"
    platform: Platform = "generic"
    """Gives ``article``, ``not_article``, ``discovery`` and ``soft_errors`` where the file leaves them out."""
    schedule: Annotated[str, AfterValidator(_is_schedule)] | None = None
    """When it is visited: a cron expression in its own zone, or ``every 12h``; None leaves it to the collection."""
    enabled: bool = True
    status: Literal["untried", "working", "broken"] = "untried"
    checked_on: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\d$")
    discovery: tuple[Discovery, ...] = Field(min_length=1)
    article: tuple[Pattern, ...] = Field(min_length=1)
    """Patterns of article addresses."""
    not_article: tuple[Pattern, ...] = ()
    """Patterns that are no article although one of ``article`` fits."""
    select: Select = Select()
    politeness: Politeness = Politeness()
    tls: Tls = Tls()
    cookies: bool = False
    """Whether the site needs cookies to answer at all."""
    soft_errors: tuple[str, ...] = ()
    """Texts that mark an error page sent with status 200."""
    minimum_articles: int = Field(default=1, ge=0)
    """Fewest article addresses that discovery must find; fewer breaks the contract (exit status 30)."""

    @property
    def zone(self) -> dt.tzinfo:
        """The site's zone: a fixed offset for the Indonesian ones, else as the IANA database has it."""
        return _zone_of(self.timezone)

    @property
    def base_url(self) -> str:
        """Scheme and canonical host, without a slash at the end."""
        return f"{self.scheme}://{self.hosts[0]}"
