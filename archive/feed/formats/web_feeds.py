"""Atom (RFC 4287) and JSON Feed 1.1: the newest articles of each source, each province, and all.

``all.atom``, ``all.json``, ``source/<id>.atom``, ``province/<ID-JI>.json`` and so on. An article stands in a feed
once, with its newest version, ordered by when it was fetched: a site's own date may be missing.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from archive.feed.formats import Setting
from archive.feed.formats.json_ld import name_of
from archive.line import id_and_version, record_of, text_field

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(?:[+-]\d\d:\d\d|Z)$")
_LONGEST = 256_000
"""Bytes of a line above which a feed links to the article and does not hold it."""


class _Newest:
    """The newest lines of one feed."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lines: dict[bytes, tuple[str, bytes]] = {}

    def add(self, article: bytes, at: str, line: bytes) -> None:
        known = self._lines.get(article)
        if known is None or at >= known[0]:
            self._lines[article] = (at, line)
        if len(self._lines) > 2 * self._limit:
            self._lines = dict(self._kept())

    def _kept(self) -> list[tuple[bytes, tuple[str, bytes]]]:
        return sorted(self._lines.items(), key=lambda one: (one[1][0], one[0]), reverse=True)[: self._limit]

    def records(self) -> Iterator[dict[str, Any]]:
        for _, (_, line) in self._kept():
            yield record_of(line)


def write(lines: Iterable[bytes], folder: Path, setting: Setting) -> int:
    """Write the feeds; how many records were looked at."""
    everything = _Newest(setting.per_feed)
    provinces: dict[str, _Newest] = {}
    source, of_source, count = "", _Newest(setting.per_feed), 0
    for count, line in enumerate(lines, 1):
        article, _ = id_and_version(line) or (b"", 0)
        at = text_field(line, b"fetched_at") or ""
        name = text_field(line, b"source_id") or ""
        if name != source:
            _put(folder, f"source/{source}", of_source, setting)
            source, of_source = name, _Newest(setting.per_feed)
        kept = line if len(line) <= _LONGEST else _shortened(line)
        of_source.add(article, at, kept)
        everything.add(article, at, kept)
        if province := text_field(line, b"province_code"):
            provinces.setdefault(province, _Newest(setting.per_feed)).add(article, at, kept)
    _put(folder, f"source/{source}", of_source, setting)
    for province, newest in sorted(provinces.items()):
        _put(folder, f"province/{province}", newest, setting)
    _put(folder, "all", everything, setting)
    return count


def _shortened(line: bytes) -> bytes:
    told = record_of(line)
    words = told["body_text"][:2000]
    return json.dumps(told | {"body_text": words, "body_html": f"<p>{escape(words)} …</p>"}).encode()


def _put(folder: Path, name: str, newest: _Newest, setting: Setting) -> None:
    records = list(newest.records())
    if name == "source/":
        return
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    title = setting.title
    if name.startswith("source/") and records:
        title = f"{records[0]['publisher']} – {setting.title}"
    elif name.startswith("province/"):
        title = f"{name[9:]} – {setting.title}"
    (folder / f"{name}.atom").write_text(_atom(name, title, records, setting), encoding="utf-8")
    told = _json_feed(name, title, records, setting)
    (folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _xml(words: str) -> str:
    return escape(_NO_XML.sub("\ufffd", words))


def _atom(name: str, title: str, records: list[dict[str, Any]], setting: Setting) -> str:
    own = f"{setting.base_url.rstrip('/')}/{name}.atom" if setting.base_url else ""
    updated = records[0]["fetched_at"] if records else "1970-01-01T00:00:00Z"
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_xml(own or _feed_name(name, setting))}</id>",
        f"<title>{_xml(title)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{_xml(setting.operator or setting.title)}</name></author>",
        '<generator uri="https://github.com/warkat/warkat">warkat</generator>',
    ]
    if own:
        out.append(f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>')
    out.extend(_entry(told) for told in records)
    return "\n".join([*out, "</feed>\n"])


def _feed_name(name: str, setting: Setting) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"warkat:{setting.title}:{name}").urn


def _entry(told: dict[str, Any]) -> str:
    people = told["authors"] or [told["publisher"]]
    published = rfc3339(told["published_at"])
    return "\n".join(
        [
            "<entry>",
            f"<id>{name_of(told['id'])}</id>",
            f"<title>{_xml(told['title'])}</title>",
            f'<link rel="alternate" type="text/html" href={quoteattr(_NO_XML.sub("", told["canonical_url"]))}/>',
            f"<updated>{told['fetched_at']}</updated>",
            *([f"<published>{published}</published>"] if published else []),
            *(f"<author><name>{_xml(person)}</name></author>" for person in people),
            *(f"<category term={quoteattr(_NO_XML.sub('', tag))}/>" for tag in _topics(told)),
            f'<content type="html">{_xml(told["body_html"])}</content>',
            "</entry>",
        ]
    )


def _topics(told: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([*([told["section"]] if told["section"] else []), *told["tags"]]))


def rfc3339(instant: str | None) -> str | None:
    """An instant as feeds want it; None where the site gave only a day: a time of day is not invented."""
    found = _INSTANT.match(instant or "")
    if not instant or not found:
        return None
    return instant if found[1] else f"{instant[:16]}:00{instant[16:]}"


def _json_feed(name: str, title: str, records: list[dict[str, Any]], setting: Setting) -> dict[str, Any]:
    told: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": title}
    if setting.base_url:
        told["feed_url"] = f"{setting.base_url.rstrip('/')}/{name}.json"
    return told | {"items": [_item(one) for one in records]}


def _item(told: dict[str, Any]) -> dict[str, Any]:
    item = {
        "id": name_of(told["id"]),
        "url": told["canonical_url"],
        "title": told["title"],
        "content_html": told["body_html"],
        "content_text": told["body_text"],
        "summary": told["subtitle"],
        "image": told["images"][0]["url"] if told["images"] else None,
        "date_published": rfc3339(told["published_at"]),
        "date_modified": told["fetched_at"],
        "authors": [{"name": name} for name in told["authors"] or [told["publisher"]]],
        "tags": _topics(told),
        "language": told["language"],
        "attachments": [
            {"url": one["url"], "mime_type": one["media_type"] or "application/octet-stream"}
            for one in told["attachments"]
        ],
    }
    return {key: value for key, value in item.items() if value not in (None, [])}
