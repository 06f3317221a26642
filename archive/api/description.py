"""The interface in OpenAPI 3.1, made of the table of addresses and of the record's own JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archive.api.questions import Parameter
from archive.record import json_schema
from archive.version import VERSION

if TYPE_CHECKING:
    from archive.api.routes import Address

_NULL_TEXT = {"type": ["string", "null"]}
_REFUSALS = {
    "400": "The request cannot be answered as it stands.", "404": "There is no such article.",
    "451": "The article is on the takedown list.", "503": "It would take too long, or the index cannot be read.",
    "401": "A token is needed.", "403": "This server does not go by that name.",
}  # fmt: skip


def openapi(addresses: Sequence[Address]) -> dict[str, Any]:
    """The document."""
    schema = json_schema()
    parts = schema.pop("$defs", {})
    for key in ("$schema", "$id"):
        schema.pop(key, None)
    schemas = {"Article": _moved(schema)} | {name: _moved(one) for name, one in parts.items()} | _pages()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "warkat", "version": VERSION,
            "description": "Records of an archive of government news. Read-only.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in addresses},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _operation(address: Address) -> dict[str, Any]:
    parameters = [_parameter(one) for one in address.parameters]
    if address.of_article:
        parameters.append({
            "name": "id", "in": "path", "required": True, "description": "id of the article",
            "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        })  # fmt: skip
    name = address.path.removeprefix("/api/").replace("/{id}", "_one").replace("/", "_")
    answers = {
        "200": {
            "description": "The answer.",
            "headers": {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{address.returns}"}}},
        },
        "304": {"description": "You have it: the ETag is the same."},
    }  # fmt: skip
    for status, says in _REFUSALS.items():
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers[status] = {"description": says, "content": content}
    return {"operationId": name, "summary": address.says, "parameters": parameters, "responses": answers}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: Any = dict(one.schema)
    if "enum" in schema:
        schema = {"type": "string", **schema}
    if one.repeats:
        schema = {"type": "array", "items": schema, "minItems": 1}
    told = {"name": one.name, "in": "query", "description": one.says, "schema": schema}
    return told | ({"style": "form", "explode": True} if one.repeats else {})


def _moved(value: Any) -> Any:
    """A schema whose references point into this document."""
    if isinstance(value, dict):
        return {
            key: one.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(one)
            for key, one in value.items()
        }
    return [_moved(one) for one in value] if isinstance(value, list) else value


def _page(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    fields = {"items": {"type": "array", "items": item}, **more}
    return {"type": "object", "required": list(fields), "properties": fields, "additionalProperties": False}


def _change(article: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "string"}
    event = {
        "type": "object", "required": ["schema", "event", "id", "source_id", "url", "status", "at", "since"],
        "properties": {
            "schema": {"const": "warkat/event/1"}, "event": {"enum": ["missing", "gone", "returned"]}, "id": text,
            "source_id": text, "url": text, "status": {"type": "integer"}, "at": text, "since": text,
        },
    }  # fmt: skip
    return {
        "type": "object", "required": ["change"],
        "properties": {
            "change": {"enum": ["new", "changed", "missing", "gone", "returned"]}, "record": article, "event": event,
        },
        "oneOf": [{"required": ["record"]}, {"required": ["event"]}], "additionalProperties": False,
    }  # fmt: skip


def _pages() -> dict[str, Any]:
    article = {"$ref": "#/components/schemas/Article"}
    change = _change(article)
    count = {"type": "integer", "minimum": 0}
    source = {
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "name": {"type": "string"}, "level": _NULL_TEXT, "region_code": _NULL_TEXT,
            "province_code": _NULL_TEXT, "records": count, "articles": count, "first_fetched_at": _NULL_TEXT,
            "last_fetched_at": _NULL_TEXT,
        },
        "required": ["id", "name", "records", "articles"],
    }  # fmt: skip
    run = {
        "type": "object", "required": ["run_id", "sources"],
        "properties": {
            "run_id": {"type": "string"}, "exit_status": {"type": ["integer", "null"]},
            "sources": {"type": "array", "items": {"type": "object"}},
        },
    }  # fmt: skip
    return {
        "ArticlePage": _page(article, next=_NULL_TEXT),
        "ChangePage": _page(change, next={"type": "string"}, more={"type": "boolean"}),
        "SourcePage": _page(source),
        "RunPage": _page(run, next=_NULL_TEXT),
        "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                "detail": {"type": "string"},
            },
        },
    }  # fmt: skip
