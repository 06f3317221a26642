"""A page of charts, drawn here as SVG: records per day and source, and how the last visits went. No script in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from archive.api.library import Library

DAYS = 60
_MOST = 7
"""Sources with a colour of their own; the rest is one."""
_COLOURS = ("#1b6ca8", "#c8553d", "#588b3e", "#8e5aa8", "#c99700", "#2a9d8f", "#d16d9e", "#8a8f98")
_RUNS, _ROWS = 40, 60
_STYLE = """
:root{color-scheme:light dark;--line:#8884}body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;
padding:0 1rem}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}svg{width:100%;height:auto;display:block}
svg text{font:11px system-ui,sans-serif;fill:currentColor}.line{stroke:var(--line)}ul{list-style:none;padding:0;
display:flex;flex-wrap:wrap;gap:.2rem 1rem}i{display:inline-block;width:.8em;height:.8em;margin-right:.4em}
.scroll{overflow-x:auto}table{border-collapse:collapse}th{text-align:left;font-weight:400;padding-right:1rem;
white-space:nowrap}td{padding:1px}td span{display:block;width:.9rem;height:.9rem;border-radius:2px;font-size:.6rem;
line-height:.9rem;text-align:center;color:#fff}.fine{background:#588b3e}.not{background:#c8553d}
"""


def charts_page(library: Library, today: str) -> str:
    """The page.

    Args:
        library: whose figures.
        today: the last day drawn, ``YYYY-MM-DD``.
    """
    records, articles, sources = library.index.counts()
    title = escape(library.collection.about.title)
    body = (
        f"<p>{records:,} records of {articles:,} articles from {sources:,} sources.</p>"
        if records
        else "<p>There are no records yet. Begin with: <code>warkat crawl SOURCE</code></p>"
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{body}'
        f"<h2>Records per day and source, last {DAYS} days</h2>{_per_day(library, today)}"
        f"<h2>Last visits</h2>{_visits(library)}</body></html>"
    )


def _per_day(library: Library, today: str) -> str:
    end = date.fromisoformat(today)
    days = [(end - timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    found = [row for row in library.index.per_day(days[0]) if row[0] <= today]
    if not found:
        return "<p>Nothing was fetched in these days.</p>"
    totals: Counter[str] = Counter()
    for _, source, count in found:
        totals[source] += count
    named = [name for name, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))[:_MOST]]
    stacks: dict[str, Counter[str]] = {day: Counter() for day in days}
    for day, source, count in found:
        stacks[day][source if source in named else "others"] += count
    shown = [*named, *(["others"] if len(totals) > len(named) else [])]
    legend = "".join(
        f'<li><i style="background:{colour}"></i>{escape(name)}</li>'
        for name, colour in zip(shown, _colours(shown), strict=True)
    )
    return bars(days, stacks, shown) + f"<ul>{legend}</ul>"


def _colours(names: Sequence[str]) -> list[str]:
    return [_COLOURS[-1] if name == "others" else _COLOURS[n] for n, name in enumerate(names)]


def bars(days: Sequence[str], stacks: dict[str, Counter[str]], shown: Sequence[str]) -> str:
    """Stacked bars, one a day, with a scale."""
    width, height, left, foot = 960, 240, 46, 22
    top = max(1, max(sum(stack.values()) for stack in stacks.values()))
    step = (width - left) / len(days)
    out = [f'<svg viewBox="0 0 {width} {height + foot}" role="img" aria-label="Records per day">']
    for share in (0, 0.5, 1):
        y = height - share * (height - 12)
        out.append(f'<line class="line" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{round(top * share):,}</text>')
    for n, day in enumerate(days):
        y = float(height)
        for name, colour in zip(shown, _colours(shown), strict=True):
            if count := stacks[day][name]:
                tall = count / top * (height - 12)
                y -= tall
                out.append(
                    f'<rect x="{left + n * step:.1f}" y="{y:.1f}" width="{step - 1:.1f}" height="{tall:.1f}" '
                    f'fill="{colour}"><title>{day} {escape(name)}: {count:,}</title></rect>'
                )
        if n % 10 == 0:
            out.append(f'<text x="{left + n * step:.1f}" y="{height + 16}">{day[5:]}</text>')
    return "".join(out) + "</svg>"


def _visits(library: Library) -> str:
    names = sorted(path.parent.name for path in library.collection.runs.glob("*/report.json"))[-_RUNS:]
    runs = [run for name in names if (run := library.run(name))]
    if not runs:
        return "<p>There were no visits yet.</p>"
    rows: dict[str, dict[str, str]] = {}
    for run in runs:
        for visit in run["sources"]:
            rows.setdefault(str(visit["source_id"]), {})[run["run_id"]] = str(visit["outcome"])
    troubled = sorted(rows, key=lambda name: (all(v == "fine" for v in list(rows[name].values())[-1:]), name))
    lines = "".join(
        f"<tr><th scope=row>{escape(name)}</th>"
        + "".join(_cell(rows[name].get(run["run_id"]), run["run_id"]) for run in runs)
        + "</tr>"
        for name in troubled[:_ROWS]
    )
    more = f"<p>and {len(rows) - _ROWS:,} sources more</p>" if len(rows) > _ROWS else ""
    return f'<div class="scroll"><table>{lines}</table></div>{more}'


def _cell(outcome: str | None, run: str) -> str:
    if outcome is None:
        return "<td></td>"
    said = escape(f"{run}: {outcome}", quote=True)
    look, sign = ("fine", "") if outcome == "fine" else ("not", "!")
    return f'<td><span class="{look}" title="{said}" aria-label="{said}">{sign}</span></td>'
