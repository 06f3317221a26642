"""What warkat promises of the files it writes, beyond the standard (docs: formats)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from archive.warc.damage import DAMAGED
from archive.warc.verify.links import Place, place_of
from archive.warc.verify.members import Fault
from archive.warc.verify.record import Record

OPEN = ".open"
REPAIRED = "repairedFrom"
"""Field of the metadata record that ``repair`` puts behind the first record of a repaired file."""
_NAME = re.compile(r"(?P<source>.+)-(?P<stamp>\d{14})-(?P<serial>\d{5})-(?P<label>[^-]+)\.warc\.gz\Z", re.ASCII)
_OUR_LABEL = re.compile(r"[0-9a-f]{8}\Z")
_SOFTWARE = re.compile(rb"(?im)^software:[ \t]*warkat\b")
_REPAIRED = re.compile(rb"(?m)^" + REPAIRED.encode() + rb": ")
_DAMAGED = re.compile(rb"(?m)^" + DAMAGED.encode() + rb": ")
_FOLLOWS = {"response": "request", "request": "metadata", "metadata": "response"}
_ASKED = ("warc-warcinfo-id", "warc-block-digest", "warc-payload-digest")
_MEMBER_HEAD = re.compile(rb"\x1f\x8b\x08\0\0\0\0\0[\0\x04][\x03\xff]")
"""How our writer begins each gzip member: no name, no time, Unix as zlib says or unknown as ISA-L says."""


def is_ours(path: Path, first: Record) -> bool:
    """Whether warkat wrote a file: its first record says so, or, where that is lost, its name."""
    if first.kind == "warcinfo":
        return _SOFTWARE.search(first.block.text) is not None
    name = _NAME.match(path.name.removesuffix(OPEN))
    return name is not None and _OUR_LABEL.match(name["label"]) is not None


def is_repair_note(record: Record) -> bool:
    """Whether this record says that the file is what a repair saved."""
    return record.kind == "metadata" and _REPAIRED.search(record.block.text) is not None


def is_gap_note(record: Record) -> bool:
    """Whether this record stands where healing took damaged bytes out of a growing file."""
    return record.kind == "metadata" and _DAMAGED.search(record.block.text) is not None


def is_our_member_head(head: bytes) -> bool:
    """Whether a gzip member begins as our writer begins it."""
    return _MEMBER_HEAD.match(head) is not None


class OurRules:
    """Looks at the records of one of our files in their order.

    Where damage took records away, the order is looked at again from the next exchange on.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = _NAME.match(path.name.removesuffix(OPEN))
        self._last = "metadata"
        self._exchange: Record | None = None
        self.repaired = False
        """The file says that it was repaired: what lost its partners is known and no error."""

    def file_faults(self) -> list[Fault]:
        """What is wrong with the file's name and place."""
        if self._name is None:
            return [Fault("ours-filename", f"{self._path.name!r} is not SOURCE-TIME-SERIAL-LABEL.warc.gz")]
        folder = self._path.absolute().parent
        if folder.parent.name == "archive" and folder.name != self._name["source"]:
            return [Fault("ours-source", f"a file of {self._name['source']} lies in the folder of {folder.name}")]
        return []

    def interrupt(self) -> None:
        """Bytes were passed over here: what follows need not fit what came before."""
        self._last, self._exchange = "", None

    def add(self, record: Record) -> Iterator[tuple[Place, Fault]]:
        """Check the next record; what it shows of the one before comes as a place of its own."""
        if record.head.version not in ("1.1", ""):
            record.faults.append(Fault("ours-version", f"a WARC/{record.head.version} record"))
        if record.ordinal == 1:
            self._check_warcinfo(record)
        if record.ordinal == 1 and record.kind == "warcinfo":
            return
        if is_repair_note(record):
            self.repaired = True
        elif not record.whole or is_gap_note(record):
            self.interrupt()
        else:
            self._check_fields(record)
            yield from self._check_order(record)

    def finish(self) -> Iterator[tuple[Place, Fault]]:
        """What the end of the file leaves open."""
        if self._last in ("response", "request") and self._exchange is not None:
            rule = "ours-exchange-unfinished" if self._path.name.endswith(OPEN) else "ours-exchange-incomplete"
            yield place_of(self._exchange), Fault(rule, f"the file ends after the {self._last} of this exchange")

    def _check_warcinfo(self, record: Record) -> None:
        named = record.fields.get("warc-filename")
        if named is None:
            record.faults.append(Fault("ours-field-missing", f"a first record ({record.kind}) without warc-filename"))
        elif named != self._path.name.removesuffix(OPEN):
            record.faults.append(Fault("ours-filename-differs", f"WARC-Filename is {named[:120]!r}"))

    def _check_fields(self, record: Record) -> None:
        for name in _ASKED:
            if name not in record.fields:
                record.faults.append(Fault("ours-field-missing", f"a {record.kind} record without {name}"))
        date = record.fields.get("warc-date", "")
        month = date[:4] + date[5:7]
        if self._name is not None and month > self._name["stamp"][:6]:
            record.faults.append(Fault("ours-month", f"a record of {date[:7]} in a file of {self._name['stamp'][:6]}"))
        message = record.block.message
        if record.kind != "request" and message is not None and message.coding is not None:
            text = "Transfer-Encoding in a stored response, whose body carries no chunk framing"
            record.faults.append(Fault("ours-transfer-encoding", text))

    def _check_order(self, record: Record) -> Iterator[tuple[Place, Fault]]:
        """Response or revisit, request, metadata, the last two concurrent to the first."""
        kind = "response" if record.kind == "revisit" else record.kind
        if kind not in _FOLLOWS:
            record.faults.append(Fault("ours-kind", f"a {record.kind} record among the exchanges"))
            return
        wanted = _FOLLOWS.get(self._last, kind)
        if kind == "response":
            if wanted != "response" and self._exchange is not None:
                text = f"no {wanted} record follows the {self._last} of this exchange"
                yield place_of(self._exchange), Fault("ours-exchange-incomplete", text)
            self._exchange = record
        elif kind != wanted:
            record.faults.append(Fault("ours-exchange-order", f"a {kind} record where a {wanted} record should be"))
        if kind != "response" and self._last:
            self._check_partner(record)
        self._last = kind if self._exchange is not None else ""

    def _check_partner(self, record: Record) -> None:
        first = self._exchange
        if first is None or record.fields.get("warc-concurrent-to") != first.fields.get("warc-record-id"):
            text = f"a {record.kind} record that is not concurrent to the response before it"
            record.faults.append(Fault("ours-exchange-order", text))
            return
        for name, rule in (("warc-target-uri", "ours-exchange-order"), ("warc-date", "concurrent-date-differs")):
            if record.fields.get(name) != first.fields.get(name):
                record.faults.append(Fault(rule, f"its {name} is not that of the response"))
