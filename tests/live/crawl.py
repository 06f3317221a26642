"""One crawl of a live site by the real command, as an operator would start it.

site → source TOML → `warkat init`, `warkat crawl` → collection → `warkat export` → records
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from tests.live.wordpress import Permalinks, WordPress

Channel = Literal["feed", "rest", "sitemap", "listing"]
SOURCE_ID = "contoh"
CRAWL_S = 300
"""How long one command may take before the test gives up."""

ARTICLE: dict[Permalinks, tuple[str, str]] = {
    "date": (r"^/\d{4}/\d{2}/\d{2}/[^/?]+/?$", ""),
    "name": (
        r"^/[a-z0-9-]+/?$",
        r"^/(feed|visi-dan-misi|struktur-organisasi|wp-[^/]*)/?$",
    ),
    "plain": (r"^/\?p=\d+$", ""),
}
"""Patterns of article addresses, and of addresses that only look like one, per permalink structure."""

SOURCE = """\
id = "{id}"
name = "Pemerintah Kabupaten Contoh"
level = "regency"
# A number that no regency has.
region_code = "35.70"
province_code = "ID-JI"
timezone = "WIB"
hosts = ["{host}"]
scheme = "http"
platform = "wordpress"
article = ['{article}']
not_article = [{not_article}]
# A later visit reads the first page only.
minimum_articles = 10

[[discovery]]
kind = "{kind}"
url = "{first}"
{page}
max_pages = 20

# The host is our own: it needs no rest between two requests.
[politeness]
delay_s = 0.0
"""


def command() -> list[str] | None:
    """Gives the `warkat` command beside this Python or on the path; None where it is not installed."""
    beside = Path(sys.executable).with_name("warkat")
    found = str(beside) if beside.exists() else shutil.which("warkat")
    return [found] if found else None


def addresses(channel: Channel, site: WordPress) -> tuple[str, str | None]:
    """Gives the first address of a channel and the pattern of the further ones, as paths."""
    mark = 987654321
    pages = {
        "feed": (site.feed(), site.feed(mark)),
        "rest": (site.rest(), site.rest(mark)),
        "listing": (site.listing(), site.listing(mark)),
        "sitemap": (site.sitemap(), None),
    }
    first, further = pages[channel]
    path = None if further is None else further.removeprefix(site.url).replace(str(mark), "{n}")
    return first.removeprefix(site.url), path


def source_toml(channel: Channel, site: WordPress) -> str:
    """Gives the definition of the site with one channel of discovery."""
    first, page = addresses(channel, site)
    article, not_article = ARTICLE[site.permalinks]
    return SOURCE.format(
        id=SOURCE_ID,
        host=site.url.removeprefix("http://"),
        article=article,
        not_article=f"'{not_article}'" if not_article else "",
        kind=channel,
        first=first,
        page="" if page is None else f'page = "{page}"',
    )


def warkat(*arguments: str) -> str:
    """Runs the command and gives its standard output.

    Raises:
        AssertionError: it ended with another status than 0; carries its words.
    """
    program = command()
    assert program is not None, "the warkat command is not installed"
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    call = [*program, *arguments]
    done = subprocess.run(call, capture_output=True, text=True, timeout=CRAWL_S, check=False, env=env)
    words = f"warkat {' '.join(arguments)} ended with {done.returncode}"
    assert done.returncode == 0, f"{words}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def export(collection: Path) -> list[dict[str, Any]]:
    """Gives the records of a collection."""
    return [json.loads(line) for line in warkat("-C", str(collection), "export").splitlines()]


def make_collection(folder: Path, site: WordPress) -> None:
    """Makes a collection that may ask the site although its address is no public one."""
    warkat("init", str(folder), "--operator", "Live tests", "--contact", "https://example.org/warkat")
    about = folder / "collection.toml"
    closed, allowed = "allow = []", f'allow = ["{site.url.removeprefix("http://")}"]'
    text = about.read_text()
    assert closed in text, text
    about.write_text(text.replace(closed, allowed))


def crawl_through(channel: Channel, site: WordPress, tmp_path: Path) -> list[dict[str, Any]]:
    """Makes a collection in `tmp_path`, crawls the site through one channel and gives the records."""
    make_collection(tmp_path, site)
    sources = tmp_path / "sources"
    sources.mkdir(exist_ok=True)
    (sources / f"{SOURCE_ID}.toml").write_text(source_toml(channel, site))
    warkat("-C", str(tmp_path), "crawl", SOURCE_ID)
    return export(tmp_path)
