"""Changes single values of a YAML text and leaves every other character, comments too, in place."""

from collections.abc import Mapping
from typing import Any

import yaml

from huibao.errors import LabelError
from huibao.yaml_files import Loader

_WIDTH = 100


class _PlainDumper(yaml.SafeDumper):
    """Writes a value that stands twice twice: people read these files."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def yaml_text(value: object) -> str:
    """A value as YAML in blocks, its keys in their own order."""
    return yaml.dump(value, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def shown_value(value: object) -> str:
    """A value on one line of YAML; a text always in quotes."""
    if isinstance(value, str):
        text = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf"))
    else:
        text = yaml.safe_dump(
            value, default_flow_style=True, allow_unicode=True, width=float("inf")
        )
    return text.removesuffix("...\n").strip()


def with_value(text: str, entries: str, entry: str, key: str, value: object) -> str:
    """The text with another value under a key; a key that is not there comes behind `since` or `id`.

    Args:
        text: Of a label file.
        entries: The key of its list, `labels` or `indicators`.
        entry: The id of one of the list, empty for a key of the file itself.
        key: Which one is set.
        value: The new value.
    """
    node = _mapping_at(text, entries, entry)
    for name, old in node.value:
        if name.value == key:
            start, end = name.end_mark.index, _content_end(old)
            tail = text[start:end][len(text[start:end].rstrip()) :]
            return f"{text[:start]}: {shown_value(value)}{tail}{text[end:]}"
    anchor = next(
        name for wanted in ("since", "id") for name, _ in node.value if name.value == wanted
    )
    indent = " " * anchor.start_mark.column
    place = _line_end(text, anchor.start_mark.index)
    return f"{text[:place]}{indent}{key}: {shown_value(value)}\n{text[place:]}"


def without_key(text: str, entries: str, entry: str, key: str) -> str:
    """The text without a key whose value stands on the key's own line."""
    for name, _ in _mapping_at(text, entries, entry).value:
        if name.value == key:
            start = text.rfind("\n", 0, name.start_mark.index) + 1
            return text[:start] + text[_line_end(text, start) :]
    return text


def with_entry(text: str, entries: str, entry: Mapping[str, Any], *, after: str | None) -> str:
    """The text with one more entry in its list, behind another or at the end."""
    items = _list_at(text, entries).value
    place = len(text)
    if after is not None:
        ids = [_value(item, "id") for item in items]
        following = ids.index(after) + 1
        if following < len(items):
            place = text.rfind("\n", 0, items[following].start_mark.index) + 1
    indent = " " * (items[0].start_mark.column - 2)
    added = "".join(f"{indent}{line}\n" for line in yaml_text([dict(entry)]).splitlines())
    head = text[:place]
    return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{added}{text[place:]}"


def _mapping_at(text: str, entries: str, entry: str) -> yaml.MappingNode:
    if not entry:
        return _root(text)
    for item in _list_at(text, entries).value:
        if _value(item, "id") == entry:
            found: yaml.MappingNode = item
            return found
    raise LabelError(f"no entry {entry!r} in the list {entries}")


def _list_at(text: str, entries: str) -> yaml.SequenceNode:
    for name, value in _root(text).value:
        if name.value == entries and isinstance(value, yaml.SequenceNode):
            return value
    raise LabelError(f"no list {entries}")


def _root(text: str) -> yaml.MappingNode:
    node = yaml.compose(text, Loader=Loader)
    if not isinstance(node, yaml.MappingNode):
        raise LabelError("expected a mapping of keys to values")
    return node


def _value(node: yaml.MappingNode, key: str) -> object:
    return next((value.value for name, value in node.value if name.value == key), None)


def _content_end(node: yaml.Node) -> int:
    """Where the last word of a value ends; comments behind a list in blocks are not its own."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _content_end(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end


def _line_end(text: str, place: int) -> int:
    """Where the line behind the one of `place` begins."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1
