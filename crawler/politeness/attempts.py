"""From Scrapy's answers and exceptions to the plain values that decisions are made of."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.politeness.pauses import Attempt

_CHALLENGES = (
    ("Cf-Mitigated", "challenge"),  # Cloudflare
    ("X-Amzn-Waf-Action", "challenge"),  # AWS WAF, sent with 202
    ("X-Amzn-Waf-Action", "captcha"),  # AWS WAF, sent with 405
)


def attempt_of(request: Request, response: Response) -> Attempt:
    """What an answer says for the decision about its host."""
    return Attempt(
        status=None if "dataloss" in response.flags else response.status,
        number=attempt_number(request),
        retry_after=header_text(response, "Retry-After"),
        challenged=any((header_text(response, name) or "").strip().lower() == value for name, value in _CHALLENGES),
    )


def attempt_number(request: Request) -> int:
    """1 for a first attempt, 2 for the first retry."""
    return int(request.meta.get("retry_times", 0)) + 1


def network_faults(settings: BaseSettings) -> tuple[type[Exception], ...]:
    """The exceptions that mean "nobody answered": Scrapy's RETRY_EXCEPTIONS."""
    return tuple(load_object(fault) for fault in settings.getlist("RETRY_EXCEPTIONS"))


def header_text(response: Response, name: str) -> str | None:
    """Value of a header as Latin-1 text (RFC 9110 section 5.5), or None."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
