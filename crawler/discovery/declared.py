"""Items of a JSON document of the site's own, by what its source file says about them.

::

    items = "data.berita"    {"data": {"berita": [{"slug": "panen-raya", "tgl": "05 Agustus 2026"}]}}
    address = "/berita/{slug}"      -> https://contohkab.go.id/berita/panen-raya
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urljoin

from crawler.discovery.harvest import Harvest
from crawler.discovery.rest import looks_like_html, parsed_json
from crawler.sources.source import Discovery

_FIELD = re.compile(r"\{([^{}]+)\}")


def read_items(text: str, how: Discovery, harvest: Harvest) -> str | None:
    """Hand the items of a JSON document to the harvest.

    Returns:
        The problem with the document, or None.
    """
    if looks_like_html(text):
        return "html-instead-of-json"
    found = parsed_json(text)
    if found is None:
        return "not-json"
    items = _at(found, how.items) if how.items else found
    if isinstance(items, dict):
        items = list(items.values())  # PHP writes a list with gaps as an object
    if not isinstance(items, list):
        return "no-items"
    base = harvest.source.base_url + "/"
    for item in items:
        address = _filled(how.address or "", item)
        if address is None:
            harvest.ignored["bad-url"] += 1
            continue
        claims = [_text(_at(item, how.changed))] if how.changed else []
        harvest.link(urljoin(base, address), claims, _text(_at(item, how.title)) if how.title else None)
    return None


def _filled(address: str, item: Any) -> str | None:
    """The address with the item's fields in place of their names; None where one is missing or no text."""
    fields = {name: _text(_at(item, name)) for name in _FIELD.findall(address)}
    if not all(fields.values()):
        return None
    if len(fields) == 1 and f"{{{next(iter(fields))}}}" == address:
        return next(iter(fields.values()))  # the field is an address already
    return _FIELD.sub(lambda field: quote(fields[field[1]] or "", safe="/%-._~"), address)


def _at(value: Any, path: str | None) -> Any:
    """What lies at names joined by dots; numbers count into lists. None where nothing does."""
    for step in (path or "").split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    """A text or a whole number as text; None for all else and for the empty text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None
