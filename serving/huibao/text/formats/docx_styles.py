"""What a Word paragraph inherits from its style and the styles that one is based on."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

from lxml import etree

from huibao.text.formats.ooxml import W

_VAL = W + "val"
_OFF = ("0", "false", "off")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$")
_CONTENTS = re.compile(r"(?:toc \d|toc heading|目录( ?\d)?)$")
_WHOLE = re.compile(r"[0-9]{1,9}")
# Strict files give lengths with a unit where others count twips (1/20 pt) without one.
_MEASURE = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{0,9})?)(mm|cm|in|pt|pc|pi)?")
_TWIPS = {"mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440.0, "pt": 20.0, "pc": 240.0, "pi": 240.0}
# Word's own size where neither the styles nor the runs give one, in half points.
_DEFAULT_HALF_POINTS = 21.0
# Offices' styles rest on three or four others; a chain of thousands is made to take time.
_LONGEST_CHAIN = 16
_TWIPS_PER_HALF_POINT = 10.0


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """The w:val of a child, None without the child; a child without a value is on: "1"."""
    child = None if parent is None else parent.find(W + name)
    return None if child is None else cast(str, child.get(_VAL, "1"))


def is_on(value: str | None) -> bool:
    """Whether the value of a switch such as w:vanish means yes."""
    return value is not None and value not in _OFF


def whole_number(value: str | None) -> int | None:
    """A count as Word writes it, None for anything else."""
    return int(value) if value is not None and _WHOLE.fullmatch(value) else None


class Styles:
    """The styles of a Word file; every answer looks at the paragraph first, then up its styles."""

    def __init__(self, parts: Iterable[etree._Element]) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: str | None = None
        self._base_paragraph: etree._Element | None = None
        self._base_run: etree._Element | None = None
        for part in parts:
            self._base_paragraph = part.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
            self._base_run = part.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
            for style in part.iterchildren(W + "style"):
                name = style.get(W + "styleId", "")
                self._styles.setdefault(name, style)
                if style.get(W + "type") == "paragraph" and is_on(style.get(W + "default")):
                    self._default = name
        self.chain = cache(self._chain)
        self.hides = cache(self._hides)
        self.outline_of = cache(self._outline_of)
        self.is_contents = cache(self._is_contents)

    def style_of(self, properties: etree._Element | None) -> str:
        """The id of a paragraph's style, the file's default style where it names none."""
        return value_of(properties, "pStyle") or self._default or ""

    def named(self, style: str) -> etree._Element | None:
        """The style with this id."""
        return self._styles.get(style)

    def _chain(self, style: str) -> tuple[tuple[str, etree._Element], ...]:
        """The style and all it is based on, nearest first; a circle ends where it closes."""
        found: dict[str, etree._Element] = {}
        name: str | None = style
        while name in self._styles and name not in found and len(found) < _LONGEST_CHAIN:
            found[name] = self._styles[name]
            name = value_of(found[name], "basedOn")
        return tuple(found.items())

    def _hides(self, style: str) -> bool:
        for _, element in self.chain(style):
            switch = value_of(element.find(W + "rPr"), "vanish")
            if switch is not None:
                return is_on(switch)
        return False

    def _is_contents(self, style: str) -> bool:
        return any(_CONTENTS.match(name) for name in self._names(style))

    def _outline_of(self, style: str) -> int | None:
        for _, element in self.chain(style):
            level = _outline_level(element.find(W + "pPr"))
            if level is not None:
                return level
        headings = (_HEADING.match(name) for name in self._names(style))
        return next((int(match[1]) - 1 for match in headings if match), None)

    def outline(self, properties: etree._Element | None) -> int | None:
        """The heading level that a paragraph declares, 1 = highest, None for body text."""
        own = _outline_level(properties)
        level = self.outline_of(self.style_of(properties)) if own is None else own
        return None if level is None or level > 8 else level + 1

    def is_centred(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph is set in the middle of the line."""
        for holder in self._holders(properties):
            side = value_of(holder, "jc")
            if side is not None:
                return side == "center"
        return False

    def indent(self, properties: etree._Element | None, run: etree._Element | None) -> float:
        """Where the first line begins, in characters right of the margin.

        `run` is the w:rPr of the paragraph's first run; its font size measures a character.
        """
        settings: dict[str, str] = {}
        for holder in self._holders(properties):
            element = holder.find(W + "ind")
            for key, value in () if element is None else element.attrib.items():
                settings.setdefault(str(key).rpartition("}")[2], str(value))
        em = self._half_points(properties, run) * _TWIPS_PER_HALF_POINT
        left = _characters(settings, ("leftChars", "startChars"), ("left", "start"), em)
        first = _characters(settings, ("firstLineChars",), ("firstLine",), em)
        hanging = _characters(settings, ("hangingChars",), ("hanging",), em)
        return max(0.0, round(left + (first or -hanging), 2))

    def _half_points(self, properties: etree._Element | None, run: etree._Element | None) -> float:
        holders = [run, *(e.find(W + "rPr") for _, e in self.chain(self.style_of(properties)))]
        for holder in (*holders, self._base_run):
            said = value_of(holder, "sz") or ""
            size = _number(said)
            if size > 0:
                return size / _TWIPS_PER_HALF_POINT if said[-1].isalpha() else size
        return _DEFAULT_HALF_POINTS

    def _names(self, style: str) -> Iterator[str]:
        for _, element in self.chain(style):
            yield (value_of(element, "name") or "").strip().lower()

    def _holders(self, properties: etree._Element | None) -> Iterator[etree._Element]:
        """All w:pPr that speak of a paragraph, nearest first."""
        own = (element.find(W + "pPr") for _, element in self.chain(self.style_of(properties)))
        for holder in (properties, *own, self._base_paragraph):
            if holder is not None:
                yield holder


def _outline_level(properties: etree._Element | None) -> int | None:
    return whole_number(value_of(properties, "outlineLvl"))


def _number(value: str | None) -> float:
    """A measure as a number, lengths in twips; 0 for none and for what is no measure."""
    match = _MEASURE.fullmatch(value or "")
    return float(match[1]) * _TWIPS.get(match[2], 1.0) if match else 0.0


def _characters(
    settings: dict[str, str], hundredths: tuple[str, ...], twips: tuple[str, ...], em: float
) -> float:
    """An indent in characters; Word believes the count of characters before the length."""
    for name in hundredths:
        if _number(settings.get(name)):
            return _number(settings[name]) / 100
    for name in twips:
        if name in settings:
            return _number(settings[name]) / em
    return 0.0
