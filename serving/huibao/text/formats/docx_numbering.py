"""Renders Word's automatic numbering: 一、（一）1. stand in no run of text, they must be counted.

Source: ECMA-376-1:2016, 17.9 (numbering), and what Word shows where the two differ.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from huibao.text.formats.docx_styles import Styles, is_on, value_of, whole_number
from huibao.text.formats.number_formats import formatted_number
from huibao.text.formats.ooxml import MC, W

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
# Bullets of symbol fonts sit in the private use area and mean nothing outside the font.
_SYMBOLS = {
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf0a7": "▪",
    "\uf0b2": "◇",
    "\uf0b7": "•",
    "\uf0d8": "➢",
    "\uf0e8": "➔",
    "\uf0fc": "✓",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and what its label looks like."""

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    style: str | None = None
    legal: bool = False
    restart: int | None = None
    suffix: str = "tab"


@dataclass(slots=True)
class _List:
    """An abstract list: its levels and, while a file is read, how far each has counted."""

    levels: dict[int, Level]
    counts: list[int | None]


class Numbering:
    """Counts a file's lists; ask for labels once per paragraph, in reading order."""

    def __init__(self, parts: Iterable[etree._Element], styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._list_of: dict[str, str] = {}
        self._own_levels: dict[str, dict[int, Level]] = {}
        self._own_starts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()
        self._linked: dict[str, str] = {}
        for part in parts:
            for abstract in part.iterchildren(W + "abstractNum"):
                self._add_list(abstract)
            for number in part.iterchildren(W + "num"):
                self._add_number(number)

    def label(self, properties: etree._Element | None) -> str:
        """The label in front of a paragraph, with what separates it from the text; often empty."""
        number, depth = self._place(properties)
        counted = self._lists.get(self._abstract_of(number))
        if counted is None:
            return ""
        level = self._level(number, depth, counted)
        self._count(number, depth, counted)
        if level.number_format == "bullet":
            text = "".join(_bullet(sign) for sign in level.text)
        else:
            text = self._numbered(level, number, counted)
        return text + _gap(text, level.suffix) if text else ""

    def _place(self, properties: etree._Element | None) -> tuple[str, int]:
        """The list and the depth of a paragraph; number and depth are inherited independently.

        A heading style often carries the depth alone, or no depth where the list names the style.
        """
        own = None if properties is None else properties.find(W + "numPr")
        number, depth = value_of(own, "numId"), value_of(own, "ilvl")
        from_style = number is None
        chain = self._styles.chain(self._styles.style_of(properties))
        for _, style in chain:
            inherited = style.find(f"{W}pPr/{W}numPr")
            number = value_of(inherited, "numId") if number is None else number
            depth = value_of(inherited, "ilvl") if depth is None else depth
        if number is None or number == "0":
            return "", 0
        if from_style or value_of(own, "ilvl") is None:
            named = self._depth_of_style(number, [name for name, _ in chain])
            if named is not None:
                return number, named
        return number, min(whole_number(depth) or 0, _LEVELS - 1)

    def _depth_of_style(self, number: str, names: Sequence[str]) -> int | None:
        counted = self._lists.get(self._abstract_of(number))
        for name in names if counted is not None else ():
            for depth in range(_LEVELS):
                if self._level(number, depth, counted).style == name:
                    return depth
        return None

    def _abstract_of(self, number: str) -> str:
        """The list that counts for a number; a list may only point to a style's list."""
        abstract = self._list_of.get(number, "")
        for _ in range(_LEVELS):
            style = self._styles.named(self._linked.get(abstract, ""))
            if style is None:
                break
            target = value_of(style.find(f"{W}pPr/{W}numPr"), "numId")
            abstract = self._list_of.get(target or "", abstract)
        return abstract

    def _level(self, number: str, depth: int, counted: _List | None) -> Level:
        own = self._own_levels.get(number, {}).get(depth)
        if own is not None:
            return own
        return counted.levels.get(depth, Level()) if counted is not None else Level()

    def _count(self, number: str, depth: int, counted: _List) -> None:
        """Moves the counter of one level on and sets the deeper ones back."""
        start = self._own_starts.get(number, {}).get(depth)
        current = counted.counts[depth]
        if current is None or (start is not None and (number, depth) not in self._restarted):
            default = self._level(number, depth, counted).start
            counted.counts[depth] = default if start is None else start
        else:
            counted.counts[depth] = current + 1
        self._restarted.add((number, depth))
        for deeper in range(depth + 1, _LEVELS):
            restart = self._level(number, deeper, counted).restart
            if restart is None or depth < restart:
                counted.counts[deeper] = None

    def _numbered(self, level: Level, number: str, counted: _List) -> str:
        def shown(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            other = self._level(number, depth, counted)
            count = counted.counts[depth]
            kind = "decimal" if level.legal else other.number_format
            return formatted_number(other.start if count is None else count, kind)

        if level.number_format == "none" and not level.text.strip("%123456789."):
            return ""
        return _PLACE.sub(shown, level.text)

    def _add_list(self, abstract: etree._Element) -> None:
        name = abstract.get(W + "abstractNumId", "")
        levels = {
            _depth(element): _level_from(element, Level())
            for element in abstract.iterchildren(W + "lvl")
        }
        self._lists[name] = _List(levels, [None] * _LEVELS)
        link = value_of(abstract, "numStyleLink")
        if link is not None:
            self._linked[name] = link

    def _add_number(self, element: etree._Element) -> None:
        number = element.get(W + "numId", "")
        self._list_of[number] = value_of(element, "abstractNumId") or ""
        counted = self._lists.get(self._list_of[number])
        for override in element.iterchildren(W + "lvlOverride"):
            depth = _depth(override)
            start = whole_number(value_of(override, "startOverride"))
            if start is not None:
                self._own_starts.setdefault(number, {})[depth] = start
            own = override.find(W + "lvl")
            if own is not None:
                base = counted.levels.get(depth, Level()) if counted is not None else Level()
                level = _level_from(own, replace(base, style=None))
                self._own_levels.setdefault(number, {})[depth] = level


def _depth(element: etree._Element) -> int:
    return min(whole_number(element.get(W + "ilvl")) or 0, _LEVELS - 1)


def _level_from(element: etree._Element, base: Level) -> Level:
    start = whole_number(value_of(element, "start"))
    text = element.find(W + "lvlText")
    return Level(
        start=base.start if start is None else start,
        number_format=_number_format(element) or base.number_format,
        text=base.text if text is None else text.get(W + "val", ""),
        style=value_of(element, "pStyle") or base.style,
        legal=is_on(value_of(element, "isLgl")),
        restart=whole_number(value_of(element, "lvlRestart")),
        suffix=value_of(element, "suff") or base.suffix,
    )


def _number_format(element: etree._Element) -> str | None:
    """A level's format; a custom one (01, 001 …) keeps its decimal twin in mc:Fallback."""
    fallback = f"{MC}AlternateContent/{MC}Fallback"
    return value_of(element, "numFmt") or value_of(element.find(fallback), "numFmt")


def _bullet(sign: str) -> str:
    return _SYMBOLS.get(sign, "•" if "\ue000" <= sign <= "\uf8ff" else sign)


def _gap(label: str, suffix: str) -> str:
    """What stands between label and text: nothing after 、 or ）, a space after `1.`.

    Word sets a tab in both cases; without any gap `1.` and 2024年 would read as a decimal number.
    """
    return "" if suffix == "nothing" or label[-1] in "、．）。：〕】" else " "
