"""What may be asked, parameter by parameter: the table that requests are checked by and that OpenAPI is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.feed.choice import INTEGRITIES, Choice


class RequestInvalid(ValueError):
    """A request that cannot be answered as it stands; says every fault at once."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question."""

    name: str
    says: str
    schema: Mapping[str, Any]
    """JSON Schema of its value."""
    repeats: bool = False


_DAY = {"type": "string", "format": "date", "pattern": r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
_WORD = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^\u0000-\u001f]+$"}

SOURCE = Parameter("source", "id of a source; may be given several times", _WORD, repeats=True)
FILTERS = (
    SOURCE,
    Parameter("province", "ISO 3166-2", {"type": "string", "pattern": "^ID-[A-Z]{2}$"}),
    Parameter("section", "as printed, without regard to case", _WORD),
    Parameter("language", "BCP 47", {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"}),
    Parameter("integrity", "whether the page is the government's own; default clean", {"enum": ["clean", "suspect"]}),
    Parameter("attribution", "none: without texts copied from a named source", {"enum": ["any", "none", "only"]}),
    Parameter("published_from", "first day, as the site dates it", _DAY),
    Parameter("published_until", "the day behind the last", _DAY),
    Parameter("fetched_from", "first day of the fetch, UTC", _DAY),
    Parameter("fetched_until", "the day behind the last", _DAY),
)
LIMIT = Parameter("limit", "how many at most; default 20", {"type": "integer", "minimum": 1, "maximum": 200})
CURSOR = Parameter(
    "cursor", "`next` of the page before", {"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"}
)
SINCE = Parameter(
    "since", "`next` of the changes before, or the cursor of an export; without it from the beginning",
    {"type": "string", "maxLength": 60_000, "pattern": "^[A-Za-z0-9_-]+$"},
)  # fmt: skip


def asked(given: Iterable[tuple[str, str]], known: Iterable[Parameter]) -> dict[str, Any]:
    """The parameters of a request, checked.

    Raises:
        RequestInvalid: one is unknown, given twice, or has no such value.
    """
    parameters = {one.name: one for one in known}
    found: dict[str, Any] = {}
    faults = []
    for name, value in given:
        one = parameters.get(name)
        if one is None:
            faults.append(f"no parameter {_short(name)}; there are: {', '.join(parameters) or 'none'}")
        elif name in found and not one.repeats:
            faults.append(f"{name} is given twice")
        elif fault := fault_of(value, one.schema):
            faults.append(f"{name}: {_short(value)} {fault}")
        elif one.repeats:
            found.setdefault(name, []).append(value)
        else:
            found[name] = int(value) if one.schema.get("type") == "integer" else value
    if faults:
        raise RequestInvalid("; ".join(faults[:10]))
    return found


def fault_of(value: str, schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a value, in words."""
    if "enum" in schema:
        return None if value in schema["enum"] else f"is none of {', '.join(schema['enum'])}"
    if schema["type"] == "integer":
        if not re.fullmatch("-?[0-9]{1,9}", value) or not schema["minimum"] <= int(value) <= schema["maximum"]:
            return f"is no number from {schema['minimum']} to {schema['maximum']}"
        return None
    if len(value) > schema.get("maxLength", 200) or not re.search(schema.get("pattern", ""), value) or "\n" in value:
        return "has no such form"
    if schema.get("format") == "date" and not _is_day(value):
        return "is no day"
    return None


def _is_day(value: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _short(value: str) -> str:
    """A hostile word, fit to be shown."""
    return repr(value[:60])


def choice_of(found: Mapping[str, Any]) -> Choice:
    """The filters of a request as a choice of the feed."""
    return Choice(
        sources=frozenset(found["source"]) if "source" in found else None,
        provinces=_one(found, "province"), sections=_one(found, "section"), languages=_one(found, "language"),
        integrities=frozenset({found.get("integrity", INTEGRITIES[0])}), attribution=found.get("attribution", "any"),
        published_from=found.get("published_from"), published_until=found.get("published_until"),
        fetched_from=found.get("fetched_from"), fetched_until=found.get("fetched_until"),
    )  # fmt: skip


def _one(found: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset({found[name]}) if name in found else frozenset()
