"""What a page says (``Article``) and what we hand on (``Record``), with the JSON Schema.

The only room that knows JSON field names. A record is a pure function of the capture, the source
and the reader version, plus the version number that the article's history gives it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = "warkat/article/1"
VERSION_FIELDS = ("text_digest", "published_at", "subtitle", "section", "images", "attachments", "integrity")
"""A new version is made when one of these differs from the version before, and only then."""

Precision = Literal["second", "minute", "day", "month", "relative", "none"]
DateOrigin = Literal["meta", "json-ld", "selector", "feed", "url", "dateline", "none"]
BodyKind = Literal["text", "image", "document", "table", "empty"]
Integrity = Literal["clean", "suspect", "injected"]


class RecordInvalid(ValueError):
    """Our reader made something that the contract forbids: the capture is kept, the record set aside."""


class Image(BaseModel):
    """A picture of the article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="absolute URL")
    caption: str | None = Field(description="caption as printed near the picture")
    alt: str | None = Field(description="alternative text of the element")


class Attachment(BaseModel):
    """A document that the article links to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="absolute URL")
    title: str | None = Field(description="text of the link")
    media_type: str | None = Field(description="media type guessed from the address, e.g. application/pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says, without provenance. Field meanings are those of ``Record``."""

    canonical_url: str
    title: str
    published_at: str | None
    published_precision: Precision
    published_raw: str | None
    published_from: DateOrigin
    body_text: str
    body_html: str
    body_kind: BodyKind
    extractor: str
    subtitle: str | None = None
    modified_at: str | None = None
    authors: tuple[str, ...] = ()
    credit_raw: str | None = None
    credit_unit: str | None = None
    attribution: str | None = None
    dateline: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    integrity: Integrity = "clean"
    integrity_reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    shortlink: str | None = None
    """The address that the page states of itself and that no change of its title changes (``?p=12``); becomes one of
    the record's ``aliases``."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A page that gave no article, with the reason that the report counts."""

    reason: str
    """Short stable name, e.g. ``not-an-article``, ``soft-error``, ``undecodable``."""
    detail: str = ""
    """What was seen, for the person who looks into it."""


Reading = Article | Skip


class Record(BaseModel):
    """One version of one article: the line that other tools read."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="warkat article record")

    schema_: Literal["warkat/article/1"] = Field(alias="schema", description="name and version of this contract")
    id: str = Field(pattern="^[0-9a-f]{32}$", description="stable id: source id and canonical URL, hashed")
    version: int = Field(ge=1, description="1, 2, … counted per id")
    source_id: str = Field(min_length=1, description="id of the source definition")
    publisher: str = Field(min_length=1, description="official name of the government")
    region_code: str | None = Field(description='Kemendagri code, a string, e.g. "35.10"')
    region_code_bps: str | None = Field(description="BPS code, a string")
    province_code: str | None = Field(description='ISO 3166-2, e.g. "ID-JI"')
    url: str = Field(description="address that was fetched")
    canonical_url: str = Field(description="address that identifies the article")
    aliases: list[str] = Field(description="other addresses of the same article")
    title: str = Field(min_length=1, description="title, without the name of the site")
    subtitle: str | None = Field(description="line above or below the title")
    published_at: str | None = Field(
        pattern=r"^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d)?)?$",
        description="ISO 8601 with the site's offset, as precise as printed; null rather than a guess",
    )
    published_precision: Precision = Field(description="how precise published_at is")
    published_raw: str | None = Field(description="the date as printed")
    published_from: DateOrigin = Field(description="where the date was found")
    modified_at: str | None = Field(description="last change as the page states it")
    authors: list[str] = Field(description="people named as writers")
    credit_raw: str | None = Field(description="end mark as printed, e.g. (hms/dhe)")
    credit_unit: str | None = Field(description="office named in the end mark")
    attribution: str | None = Field(description="source that the text was copied from, as printed")
    dateline: str | None = Field(description="place before the first sentence")
    section: str | None = Field(description="section or category")
    tags: list[str] = Field(description="tags, in the order of the page")
    language: str | None = Field(description="BCP 47")
    body_text: str = Field(description="paragraphs joined by an empty line")
    body_html: str = Field(description="the same as clean HTML")
    body_kind: BodyKind = Field(description="what the body consists of")
    images: list[Image] = Field(description="pictures of the article")
    attachments: list[Attachment] = Field(description="documents it links to")
    integrity: Integrity = Field(description="whether the page is the government's own")
    integrity_reasons: list[str] = Field(description="what says so")
    text_digest: str = Field(pattern="^sha256:[0-9a-f]{64}$", description="over the normalized title and text")
    warnings: list[str] = Field(description="named oddities")
    fetched_at: str = Field(description="UTC instant of the capture")
    warc_filename: str = Field(description="base name of the WARC file; while it grows it carries the suffix .open")
    warc_record_offset: int = Field(ge=0, description="first byte of the gzip member in that file")
    warc_record_length: int = Field(gt=0, description="bytes of the gzip member")
    warc_record_id: str = Field(description="WARC-Record-ID of the response")
    payload_digest: str = Field(description="WARC-Payload-Digest of the response")
    extractor: str = Field(description="reader name and version, page object, layout version")


def article_id(source_id: str, canonical_url: str) -> str:
    """The stable id: first 32 hex digits of SHA-256 over source id, a line feed and the canonical URL."""
    return hashlib.sha256(f"{source_id}\n{canonical_url}".encode()).hexdigest()[:32]


def text_digest(title: str, body_text: str) -> str:
    """``sha256:`` over title and text, in NFC, each run of white space one blank."""
    plain = " ".join(unicodedata.normalize("NFC", f"{title}\n{body_text}").split())
    return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def fingerprint(record: Record) -> str:
    """Digest over ``VERSION_FIELDS``: two records of an article with the same one are the same version."""
    named = record.model_dump(include=set(VERSION_FIELDS), by_alias=True)
    ordered = json.dumps([named[field] for field in VERSION_FIELDS], ensure_ascii=False)
    return hashlib.sha256(ordered.encode()).hexdigest()


def to_line(record: Record) -> str:
    """The record as one JSON line without line feed: UTF-8, contract's key order, nothing left out.

    U+2028 and U+2029 are escaped, because some readers of JSON Lines break lines there.
    """
    line = json.dumps(record.model_dump(by_alias=True), ensure_ascii=False, separators=(",", ":"))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def from_line(line: str) -> Record:
    """A record from its JSON line.

    Raises:
        RecordInvalid: the line is no record of this contract; says every field that is wrong.
    """
    try:
        return Record.model_validate_json(line)
    except ValueError as fault:
        raise RecordInvalid(str(fault)) from fault


def json_schema() -> dict[str, Any]:
    """The contract as JSON Schema 2020-12."""
    schema = Record.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:{SCHEMA}", **schema}
