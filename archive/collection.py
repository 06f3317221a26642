"""A collection on disk: where everything lies, and who answers for it.

``collection.toml`` is the only file in it that a person writes. Everything but ``archive/`` can be
deleted and made again.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from archive.disk import make_folder, sync_folder
from archive.takedown import TakenDown

FILE = "collection.toml"


class CollectionInvalid(ValueError):
    """The folder is no collection, or its ``collection.toml`` is wrong; lists every fault.

    Attributes:
        faults: one text per fault, naming file and key.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _is_place(value: str) -> str:
    host, port = value, ""
    if re.fullmatch(r"\[.*\]:\d+|[^:]*:\d+", value):
        host, _, port = value.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise ValueError(f"{value!r} is no address or address:port; names are not taken here") from None
    if port and not 0 < int(port) < 65536:
        raise ValueError(f"{value!r} has no such port")
    return value


class Network(BaseModel):
    """Exceptions from the rule that only public addresses are asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: tuple[Annotated[str, AfterValidator(_is_place)], ...] = ()
    """``address`` or ``address:port`` of inner servers that may be crawled."""
    proxy: str | None = None
    """Address of a proxy for all requests."""
    authorities: str | None = None
    """File with certificates of further authorities to trust."""


class Schedule(BaseModel):
    """When sources are visited that state no schedule of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usual: str = "every 12h"
    """An interval or a cron expression in each source's own zone."""


class Alarm(BaseModel):
    """Whom to tell when something new needs a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str | None = None
    """Words of a command, split as a shell would, run without one; the message goes to its standard input."""
    format: Literal["text", "json"] = "text"
    """What it gets: a text for a mail, or JSON for a webhook."""


class About(BaseModel):
    """``collection.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    operator: str = ""
    """Who runs this collection; goes into warcinfo."""
    contact: str = Field(default="", pattern=r"^[^\r\n()]*$")
    """Address of a page or mailbox where a site's owner reaches the operator; goes into the user agent."""
    network: Network = Network()
    takedown: tuple[TakenDown, ...] = ()
    """Articles that are kept out of exports, API and replay; the WARC files stay."""
    schedule: Schedule = Schedule()
    alarm: Alarm = Alarm()


@dataclass(frozen=True, slots=True)
class Collection:
    """An open collection."""

    root: Path
    about: About

    @property
    def catalog(self) -> Path:
        """The rebuildable memory."""
        return self.root / "catalog.sqlite3"

    @property
    def records(self) -> Path:
        """Folder of the JSON Lines."""
        return self.root / "records"

    @property
    def runs(self) -> Path:
        """Folder of the run reports."""
        return self.root / "runs"

    @property
    def own_sources(self) -> Path:
        """Folder of source files that belong to this collection alone."""
        return self.root / "sources"

    @property
    def index(self) -> Path:
        """The CDXJ index over all files."""
        return self.root / "indexes" / "index.cdxj"

    def archive(self, source_id: str) -> Path:
        """Folder of a source's WARC files: the precious ones."""
        return self.root / "archive" / source_id

    def set_aside(self, source_id: str) -> Path:
        """Folder of what failed validation and of bytes cut off torn files."""
        return self.root / "set-aside" / source_id

    def warc_files(self, source_id: str | None = None) -> list[Path]:
        """WARC files in the order in which they were begun, growing ones included."""
        return sorted(
            p for p in (self.root / "archive").glob(f"{source_id or '*'}/*.warc.gz*") if p.suffix in (".gz", ".open")
        )

    def warc_file(self, source_id: str, filename: str) -> Path:
        """The file that a locator names, closed or still growing."""
        closed = self.archive(source_id) / filename
        return closed if closed.exists() else closed.with_name(filename + ".open")


def open_collection(root: Path) -> Collection:
    """Read ``collection.toml``.

    Raises:
        CollectionInvalid: there is none, or it is wrong.
    """
    path = root / FILE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CollectionInvalid([f"{root}: no {FILE} here; make a collection with: warkat init {root}"]) from None
    except OSError as fault:
        raise CollectionInvalid([f"{path}: cannot be read: {fault.strerror}"]) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CollectionInvalid([f"{path}: {fault}"]) from fault
    try:
        return Collection(root, About.model_validate(told))
    except ValidationError as fault:
        raise CollectionInvalid(
            [f"{path}: {'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors()]
        ) from fault


TEMPLATE = """\
# A warkat collection. Only archive/ is precious: everything else is made from it again.

title = {title}

# Who runs this collection, and where a site's owner reaches you: a page or a mailbox.
# Both go into the archive; the contact goes into the user agent of every request.
operator = {operator}
contact = {contact}

[network]
# Only public addresses are asked. Name the inner servers that may be crawled: ["10.1.2.3:8080"]
allow = []

[schedule]
# When sources are visited that say nothing of it themselves: "every 12h", or a cron expression in their own zone.
usual = "every 12h"

[alarm]
# Told when something new needs a person, the message on its standard input:
# command = "mail -s warkat you@your.example"
# command = "curl -sS -H 'Content-Type: application/json' --data-binary @- https://hooks.your.example/x"
# format = "json"

# Articles that nobody is shown any more, by id or url. The WARC files stay as they are.
# [[takedown]]
# url = "https://contoh.go.id/berita/…"
# on = 2026-01-31
# reason = "…"
"""


def make_collection(root: Path, title: str, operator: str = "", contact: str = "") -> Collection:
    """Make the folders and ``collection.toml`` of a new collection.

    Raises:
        FileExistsError: there is a collection already.
    """
    import json  # a JSON string without \\u escapes is a TOML basic string too

    make_folder(root)
    filled = TEMPLATE.format(
        **{
            k: json.dumps(v, ensure_ascii=False)
            for k, v in (("title", title), ("operator", operator), ("contact", contact))
        }
    )
    with (root / FILE).open("x", encoding="utf-8") as file:
        file.write(filled)
        file.flush()
        os.fsync(file.fileno())
    for name in ("archive", "records", "runs", "sources"):
        make_folder(root / name)
    sync_folder(root)
    return open_collection(root)
