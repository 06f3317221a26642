"""The card of a data set, made of what goes by: counts, fields, time span, licence notes, known gaps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from archive.feed.formats import FIELDS, Setting, text
from archive.line import id_and_version, text_field

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Tally:
    """Counts what goes by, for the card."""

    def __init__(self) -> None:
        self.records = self.first_versions = self.undated = self.copied = self.hacked = 0
        self.sources: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.publishers: dict[str, str] = {}
        self.days = ["9999", ""]
        self.fetched = ["9999", ""]

    def over(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted."""
        for line in lines:
            self._count(line)
            yield line

    def _count(self, line: bytes) -> None:
        source = text_field(line, b"source_id") or ""
        self.records += 1
        self.first_versions += (id_and_version(line) or (b"", 0))[1] == 1
        self.sources[source] += 1
        self.publishers[source] = text_field(line, b"publisher") or source
        self.languages[text_field(line, b"language") or "unknown"] += 1
        self.kinds[text_field(line, b"body_kind") or ""] += 1
        self.copied += text_field(line, b"attribution") is not None
        self.hacked += text_field(line, b"integrity") != "clean"
        day = text_field(line, b"published_at")
        self.undated += day is None
        if day:
            _widen(self.days, day[:10])
        _widen(self.fetched, (text_field(line, b"fetched_at") or "")[:10])


def _widen(span: list[str], day: str) -> None:
    span[0], span[1] = min(span[0], day), max(span[1], day)


def card(tally: Tally, setting: Setting) -> str:
    """The data card: front matter that the hub reads, then words and counts."""
    return "\n".join(
        [*_front(tally, setting), "", *_words(tally, setting), "", *_gaps(tally, setting), "", *_licence()]
    )


def _front(tally: Tally, setting: Setting) -> list[str]:
    size = next((name for limit, name in _SIZES if tally.records < limit), "1M<n<10M")
    # Only ISO 639 codes are taken by the hub.
    spoken = sorted({one.partition("-")[0] for one in tally.languages if one.partition("-")[0].isalpha()} - {"unknown"})
    return [
        "---",
        f"pretty_name: {json.dumps(setting.title, ensure_ascii=False)}",
        f"language: {json.dumps([one for one in spoken if len(one) in (2, 3)])}",
        "license: other",
        "license_name: government-works-with-exceptions",
        f"size_categories: [{json.dumps(size)}]",
        "task_categories: [text-generation, text-classification, summarization]",
        "tags: [news, government, web-archive, indonesia]",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        '    path: "data/*.parquet"',
        "---",
    ]


def _words(tally: Tally, setting: Setting) -> list[str]:
    kept = ", ".join(f"{name} {count:,}" for name, count in tally.kinds.most_common())
    spoken = ", ".join(f"{name} {count:,}" for name, count in tally.languages.most_common(20))
    span = "none dated" if not tally.days[1] else f"{tally.days[0]} to {tally.days[1]}"
    return [
        f"# {setting.title}",
        "",
        "News of regional governments, each article one record with the place of the archived page it was read from.",
        f"Made by warkat{f' for {setting.operator}' if setting.operator else ''}.",
        "",
        "| | |", "|---|---|",
        f"| records (versions of articles) | {tally.records:,} |",
        f"| of them first versions | {tally.first_versions:,} |",
        f"| sources | {len(tally.sources):,} |",
        f"| published | {span} |",
        f"| fetched | {tally.fetched[0]} to {tally.fetched[1]} |" if tally.records else "| fetched | nothing |",
        f"| bodies | {kept} |",
        f"| languages | {spoken} |",
        "",
        "## Sources", "", "| source | publisher | records |", "|---|---|---|",
        *(f"| {name} | {_cell(tally.publishers[name])} | {count:,} |" for name, count in sorted(tally.sources.items())),
        "",
        "## Fields", "", "| field | meaning |", "|---|---|",
        *(f"| `{name}` | {_cell(text(name))} |" for name in FIELDS),
    ]  # fmt: skip


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def _gaps(tally: Tally, setting: Setting) -> list[str]:
    told = setting.told()
    taken = told.get("takedown", {})
    chosen = ", ".join(f"{key}={value}" for key, value in told.get("choice", {}).items())
    return [
        "## Known gaps", "",
        f"- {tally.undated:,} records have no date: a date is never guessed.",
        f"- {tally.records - tally.kinds.get('text', 0):,} records have no running text (see `body_kind`).",
        f"- {tally.hacked:,} records are of hacked-looking pages (see `integrity`).",
        f"- {taken.get('lines_kept_out', 0):,} records were kept out by {taken.get('entries', 0):,} takedown requests.",
        f"- Personal numbers {'are masked' if told.get('redacted') else 'are not masked'}.",
        f"- What was chosen: {_cell(chosen or 'all')}.",
        "- Pages that a site took down before the first visit, and pages that need JavaScript, are not here.",
    ]  # fmt: skip


def _licence() -> list[str]:
    return [
        "## Licence", "",
        "Indonesian law (UU 28/2014, article 43) lets works made by or for the Government be distributed unless",
        "they are declared protected. Texts copied from elsewhere name their source in `attribution` and are no",
        "government works: filter them out where that matters. This is no legal advice. People are named; handle",
        "personal data with care.",
        "",
    ]  # fmt: skip
