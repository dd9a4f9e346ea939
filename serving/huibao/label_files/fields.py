"""Which keys a label file may and must have, and what may stand in them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand under one key; `expected` says it in words."""

    fits: Callable[[Any], bool]
    expected: str
    required: bool = True


def is_text(value: object) -> bool:
    """Whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def is_texts(value: object) -> bool:
    """Whether a value is a list of texts (an empty list too)."""
    return isinstance(value, list) and all(is_text(entry) for entry in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_entries(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _is_text_mapping(value: object) -> bool:
    return isinstance(value, dict) and all(is_text(k) and is_text(v) for k, v in value.items())


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _optional(wanted: Field) -> Field:
    return Field(wanted.fits, wanted.expected, required=False)


_TEXT = Field(is_text, "a text")
_TEXTS = Field(is_texts, "a list of texts")
_TEXT_OR_NULL = Field(_or_null(is_text), "a text or null")
_VERSION = Field(_matches(r"\d+\.\d+"), 'a version in quotes such as "1.0"')
_LABEL_ID = Field(_matches(r"[a-z][a-z0-9_]*|[A-Z][A-Z_]*"), "an ASCII id")
_CODE = Field(_matches(r"[A-Z]\d*"), "a code such as A or A1")
_ENTRIES = Field(_is_entries, "a list of entries")
_EXAMPLE = {"text": _TEXT, "why": _optional(_TEXT), "instead": _optional(_TEXT)}

SET_FIELDS = {
    "set": _TEXT,
    "name": _TEXT,
    "version": _VERSION,
    "kind": Field(_one_of("one", "many", "span"), "one, many or span"),
    "about": _TEXT,
    "parents": _optional(_ENTRIES),
    "labels": _ENTRIES,
}
GROUP_FIELDS = {
    "id": _LABEL_ID,
    "code": _CODE,
    "name": _TEXT,
    "since": _VERSION,
    "definition": _TEXT,
}
CUE_FIELDS = {"positive": _TEXTS, "negative": _TEXTS}
EXAMPLE_FIELDS = {**_EXAMPLE, "instead": Field(lambda _: False, "nothing here", required=False)}
COUNTEREXAMPLE_FIELDS = {**_EXAMPLE, "why": _TEXT, "instead": _TEXT}
INDICATOR_FILE_FIELDS = {
    "id": _LABEL_ID,
    "name": _TEXT,
    "issuer": _TEXT_OR_NULL,
    "year": Field(_or_null(lambda value: isinstance(value, int)), "a year or null"),
    "complete": Field(lambda value: isinstance(value, bool), "true or false"),
    "source": _TEXT,
    "note": _optional(_TEXT),
    "indicators": _ENTRIES,
}
INDICATOR_FIELDS = {
    "id": _TEXT,
    "name": _TEXT,
    "parent": _TEXT_OR_NULL,
    "weight": Field(_or_null(_is_number), "a number of points or null"),
    "points": Field(
        lambda value: isinstance(value, list) and all(_is_number(part) for part in value),
        "a list of points",
        required=False,
    ),
    "categories": _TEXTS,
    "roles": _optional(_TEXTS),
    "note": _optional(_TEXT),
}
RULING_FILE_FIELDS = {
    "version": _VERSION,
    "title": _TEXT,
    "intro": _TEXTS,
    "procedure": _ENTRIES,
    "sections": _ENTRIES,
    "worked_example": _TEXT,
    "worked_notes": _TEXTS,
    "agreement_intro": _TEXT,
    "agreement_missing": _TEXT,
}
STEP_FIELDS = {"name": _TEXT, "text": _TEXT}
SECTION_FIELDS = {"id": _TEXT, "name": _TEXT, "set": _optional(_TEXT), "rules": _ENTRIES}
RULE_FIELDS = {"id": _TEXT, "rule": _TEXT, "examples": _optional(_TEXTS)}
HEADER_FIELDS = {
    "authors": Field(_is_text_mapping, "ids with their meaning"),
    "traits": Field(_is_text_mapping, "ids with their meaning"),
}
AGREEMENT_FIELDS = {"version": _VERSION, "measured": _TEXT, "labels": _ENTRIES}
AGREEMENT_ROW_FIELDS = {
    "set": _TEXT,
    "id": _TEXT,
    "measure": _TEXT,
    "items": Field(lambda value: isinstance(value, int) and value > 0, "a count"),
    "value": Field(lambda value: _is_number(value) and value <= 1, "a share from 0 to 1"),
}


def label_fields(name: str) -> dict[str, Field]:
    """The keys of one label of the set `name`: the common ones and those of its own."""
    common = {
        "id": _LABEL_ID,
        "name": _TEXT,
        "parent": _TEXT_OR_NULL,
        "since": _VERSION,
        "retired": _optional(_VERSION),
        "collapse_to": _TEXT_OR_NULL,
        "definition": _TEXT,
        "cues": Field(lambda value: isinstance(value, dict), "positive and negative cues"),
        "neighbours": Field(_is_text_mapping, "ids with the difference in words"),
        "examples": _ENTRIES,
        "counterexamples": _ENTRIES,
        "rulings": _optional(_TEXTS),
    }
    own: dict[str, dict[str, Field]] = {
        "categories": {"code": _CODE},
        "entities": {"inside": _TEXTS, "outside": _TEXTS, "normal_form": _TEXT},
        "genres": {"sequence": _TEXTS},
    }
    return {**common, **own.get(name, {})}


def field_faults(entry: Content, fields: Mapping[str, Field]) -> Iterator[str]:
    """Says which keys are missing, unknown or hold something else than they should."""
    for key in entry:
        if key not in fields:
            yield f"unknown key {key!r}"
    for key, field in fields.items():
        if key not in entry:
            if field.required:
                yield f"{key} is missing"
        elif not field.fits(entry[key]):
            yield f"{key} is {_shown(entry[key])}, expected {field.expected}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
