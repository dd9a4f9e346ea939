"""The service's own OpenAPI: which problems each route may answer, with examples, and what it takes."""

import copy
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from huibao.service.problems import KINDS, MEDIA_TYPE
from huibao.service.rendering import XLSX
from huibao.service.schemas import ProblemPart, SentShortTexts, SentTexts

Spec = dict[str, Any]
_TEXT = "云溪县投入20万元，举办培训班5期。"
_WAIT: Spec = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_BODY = ("bad_request", "slow_body", "too_large", "unsupported_media_type", "invalid_request",
         "too_much_for_now", "overloaded", "deadline_passed", "not_ready", "internal")  # fmt: skip
TEXT_PROBLEMS = (*_BODY, "not_found", "empty_text")
READ_PROBLEMS = (
    *TEXT_PROBLEMS, "unsupported_type", "converter_missing", "encrypted", "corrupt", "needs_ocr",
    "timeout",
)  # fmt: skip
QUERY_PROBLEMS = ("not_found", "invalid_request")
RELOAD_PROBLEMS = ("unauthorized", *QUERY_PROBLEMS, "bundle_refused")
_FILES: Spec = {
    "type": "object",
    "properties": {
        "file": {
            "description": "One file is answered by one answer; several by a list.",
            "type": "array",
            "items": {"type": "string", "format": "binary"},
        },
        "files": {
            "description": "Files that are answered by a list, also when there is one.",
            "type": "array",
            "items": {"type": "string", "format": "binary"},
        },
    },
    "minProperties": 1,
    "additionalProperties": False,
}


def problem_responses(names: Iterable[str]) -> dict[int | str, Spec]:
    """The problems of a route by status, each with an example."""
    by_status: dict[int | str, Spec] = {}
    for name in dict.fromkeys(names):
        kind = KINDS[name]
        entry = by_status.setdefault(kind.status, {"description": "", "content": {}})
        entry["description"] = "; ".join(filter(None, (entry["description"], kind.title)))
        content = entry["content"].setdefault(
            MEDIA_TYPE, {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
        )
        content["examples"][name] = {
            "summary": kind.title,
            "value": {
                "type": kind.type,
                "title": kind.title,
                "status": kind.status,
                "detail": kind.about,
                "instance": "/v1/read",
                "request_id": "0d2a6c1e9b7f4e55",
            },
        }
        if kind.status in (429, 503):
            entry["headers"] = copy.deepcopy(_WAIT)
    return by_status


def read_body() -> Spec:
    """What /v1/read takes."""
    body = texts_body()
    body["requestBody"]["content"]["multipart/form-data"] = {"schema": copy.deepcopy(_FILES)}
    return body


def texts_body() -> Spec:
    """One text or a list of texts."""
    return _json_body(_one_of(SentTexts.model_json_schema()), {"text": _TEXT})


def short_texts_body() -> Spec:
    """One text or a list of texts, under headings."""
    schema = _one_of(SentShortTexts.model_json_schema())
    return _json_body(schema, {"texts": [_TEXT], "path": ["二、主要做法"]})


def json_body_of(shape: type[BaseModel]) -> Spec:
    """A body in a shape, its parts written out where they are used."""
    schema = shape.model_json_schema()
    parts = schema.pop("$defs", {})
    content = {"application/json": {"schema": _written_out(schema, parts)}}
    return {"requestBody": {"required": True, "content": content}}


def _written_out(schema: Any, parts: Spec) -> Any:  # noqa: ANN401 (any part of a JSON schema)
    if isinstance(schema, list):
        return [_written_out(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _written_out(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {key: _written_out(value, parts) for key, value in schema.items()}


def read_formats() -> Spec:
    """The other media types of a page."""
    return {
        "text/html": {"schema": {"type": "string"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    }


def describe(app: FastAPI, *, keyed: bool) -> None:
    """Completes the document that FastAPI makes: the shape of problems, and keys where they are asked."""
    made = app.openapi

    def complete() -> Spec:
        document = made()
        parts = document.setdefault("components", {})
        schema = ProblemPart.model_json_schema()
        parts.setdefault("schemas", {})["Problem"] = schema
        parts["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer"},
            "login": {"type": "http", "scheme": "basic"},  # a key as password, for Label Studio
        }
        for path, routes in document["paths"].items():
            for route in routes.values():
                if path.startswith("/v1/") and (keyed or path.endswith("/reload")):
                    route["security"] = [{"key": []}]
        return document

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _json_body(schema: Spec, example: Spec) -> Spec:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def _one_of(schema: Spec) -> Spec:
    """`text` or `texts`, never both: said as two shapes, since pydantic's document has only one."""
    shapes = []
    for name in ("text", "texts"):
        properties = {
            key: value
            for key, value in schema["properties"].items()
            if key in (name, *(set(schema["properties"]) - {"text", "texts"}))
        }
        kept = copy.deepcopy(properties)
        examples = kept[name].pop("examples", None)
        kept[name] = next(one for one in kept[name]["anyOf"] if one["type"] != "null")
        kept[name]["examples"] = examples
        if name == "texts":
            kept[name]["minItems"] = 1
        shapes.append(
            {
                "type": "object",
                "description": schema["description"],
                "properties": kept,
                "required": [name],
                "additionalProperties": False,
            }
        )
    return {"oneOf": shapes}
