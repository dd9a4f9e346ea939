"""Answers cut down to what a client asked for by dot paths: `reports.blocks.role,warnings`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import GenericAlias
from typing import Any, get_args

from pydantic import BaseModel

from huibao.service.problems import Problem
from huibao.service.schemas import PagePart

Tree = Mapping[str, "Tree"]


def field_tree(asked: str | None) -> Tree | None:
    """The members to keep, None for all.

    Raises:
        Problem: invalid_request, naming the path that no page has.
    """
    if asked is None:
        return None
    paths = [path.strip(" ") for path in asked.split(",")]
    unknown = [path for path in paths if path not in known_paths()]
    if unknown:
        raise Problem(
            "invalid_request",
            "The request does not fit what is taken here.",
            errors=[
                {"parameter": "fields", "detail": f"no page has {path[:80]!r}"} for path in unknown
            ],
        )
    tree: dict[str, Any] = {}
    for path in sorted(paths, key=len, reverse=True):
        place = tree
        *above, last = path.split(".")
        for part in above:
            place = place.setdefault(part, {})
        place[last] = {}  # a shorter path comes later and takes all below it
    return tree


def trimmed_to(tree: Tree | None, entries: Any) -> Any:  # noqa: ANN401 (any JSON value)
    """The same JSON with only the members of the tree; an empty tree keeps all."""
    if not tree:
        return entries
    if isinstance(entries, list):
        return [trimmed_to(tree, entry) for entry in entries]
    if isinstance(entries, dict):
        return {
            name: trimmed_to(tree[name], entry) for name, entry in entries.items() if name in tree
        }
    return entries


@cache
def known_paths() -> frozenset[str]:
    """Every dot path that a page may have."""
    return frozenset(_paths(PagePart, ""))


def fields_pattern() -> str:
    """What `field_tree` takes, as a regular expression for the contract."""
    path = "|".join(re.escape(path) for path in sorted(known_paths()))
    return f"^ *({path})( *, *({path}))* *$"


def _paths(part: type[BaseModel], prefix: str) -> Iterable[str]:
    for name, field in part.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield path
        inside = _part_in(field.annotation)
        if inside is not None:
            yield from _paths(inside, f"{path}.")


def _part_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 (any annotation)
    if isinstance(annotation, type) and not isinstance(annotation, GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((part for one in get_args(annotation) if (part := _part_in(one))), None)
