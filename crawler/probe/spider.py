"""The spider that asks what the probe wants to know: a crawl in all but its plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar

import scrapy
from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings

from archive.capture import Role
from crawler.faults import SITE_FAULTS, fault_name
from crawler.probe.look import Answer, Seen, look
from crawler.sources import Source
from crawler.visit import Visit, settings_of

UNREACHABLE = "warkat/robots_unreachable/"


class ProbeSpider(scrapy.Spider):
    """Looks at ``source`` once; what it saw is in ``seen`` when it has ended."""

    name = "probe"
    source: ClassVar[Source]
    visit: Visit
    seen: Seen | None = None
    _nothing: ClassVar[tuple[Request, ...]] = ()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """As for a crawl of the source."""
        super().update_settings(settings)
        if hasattr(cls, "source"):
            for name, value in settings_of(cls.source, settings).items():
                settings.set(name, value, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """Ask and look; there is nothing to yield."""
        self.seen = await look(self._ask, self.visit.archived, self.source)
        for request in self._nothing:
            yield request

    async def _ask(self, url: str, role: Role) -> Answer:
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, meta={"warkat_role": role})
        try:
            response = await self.crawler.engine.download_async(request)
        except SITE_FAULTS as fault:
            name, detail = fault_name(fault), str(fault)
            if name == "robots-unreachable":
                detail = self._why_no_rules() or detail
            return Answer(url, None, name, detail[:300])
        return Answer(url, self.visit.whole(response))

    def _why_no_rules(self) -> str:
        """What kept robots.txt from coming, as politeness noted it."""
        told = self.crawler.stats.get_stats() if self.crawler.stats else {}
        return next((str(cause) for name, cause in told.items() if name.startswith(UNREACHABLE)), "")
