"""What of a Word file's XML is on the page: changes accepted, text boxes once, hidden text not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from huibao.text.formats.docx_styles import Styles, is_on, value_of
from huibao.text.formats.ooxml import MC, M, W

# Wrappers that carry content and mean nothing for it: links, tags of old Office versions, fields,
# inserted and moved-in text.
_WRAPPERS = frozenset(
    W + name for name in ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir")
) | {W + "bdo", W + "sdtContent", MC + "Choice", MC + "Fallback"}
# What a reader of the final document does not see.
_DELETED = frozenset({W + "del", W + "moveFrom"})
_DRAWINGS = frozenset({W + "drawing", W + "pict", W + "object"})
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}
# Tick boxes of forms, the only symbols of the Wingdings fonts that reports use as text.
_SYMBOLS = {
    "F0A8": "□",
    "F06F": "□",
    "F0A3": "□",
    "F071": "□",
    "F0FE": "☑",
    "F052": "☑",
    "F0FC": "✓",
    "F0FB": "✗",
}
_UNKNOWN_SYMBOL = "•"
# Text art of old Word files: the red head of a letter, more often than not.
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"


@dataclass(slots=True)
class Inline:
    """A paragraph's own text, and what hangs on it: text boxes, text art and note references."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    art: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    endnotes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, soft breaks as newlines."""
        return "".join(self.pieces)


def content_of(parent: etree._Element, left_out: Counter[str]) -> Iterator[etree._Element]:
    """The children of body, paragraph, table, row or cell that are on the page, wrappers opened.

    `left_out` counts what is passed over, by its name for a warning.
    """
    stack: list[Iterator[etree._Element]] = [iter(parent)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in _WRAPPERS:
            stack.append(iter(child))
        elif child.tag in _DELETED:
            left_out["deleted passages"] += 1
        elif child.tag == W + "sdt":
            if not is_on(value_of(child.find(W + "sdtPr"), "showingPlcHdr")):
                stack.append(iter(child.iterchildren(W + "sdtContent")))
        elif child.tag == MC + "AlternateContent":
            stack.append(iter(_shown_choice(child)))
        elif child.tag == W + "altChunk":
            left_out["embedded files"] += 1
        else:
            yield child


def _shown_choice(alternatives: etree._Element) -> list[etree._Element]:
    """The first choice; the fallback repeats it for old programs and counts where none is given."""
    choices = [child for child in alternatives if child.tag == MC + "Choice"]
    shown = choices or [child for child in alternatives if child.tag == MC + "Fallback"]
    return shown[:1]


def is_mark_deleted(properties: etree._Element | None) -> bool:
    """Whether a paragraph's end is deleted, so that its text runs on in the next paragraph."""
    run = None if properties is None else properties.find(W + "rPr")
    return run is not None and any(run.find(tag) is not None for tag in _DELETED)


def inline_of(
    paragraph: etree._Element, style: str, styles: Styles, left_out: Counter[str]
) -> Inline:
    """The text, text boxes and note references of a paragraph."""
    found = Inline()
    hidden_by_style = styles.hides(style)
    for element in content_of(paragraph, left_out):
        if element.tag == W + "r":
            if _is_hidden(element, styles, hidden_by_style):
                left_out["hidden passages"] += 1
            else:
                _add_run(element, found, left_out)
        elif element.tag in (M + "oMath", M + "oMathPara"):
            found.pieces.extend(text.text or "" for text in element.iter(M + "t"))
    return found


def _is_hidden(run: etree._Element, styles: Styles, hidden_by_style: bool) -> bool:
    properties = run.find(W + "rPr")
    if properties is None:
        return hidden_by_style
    own = value_of(properties, "vanish")
    if own is not None:
        return is_on(own)
    style = value_of(properties, "rStyle")
    return hidden_by_style or (style is not None and styles.hides(style))


def _add_run(run: etree._Element, found: Inline, left_out: Counter[str]) -> None:
    for element in content_of(run, left_out):
        tag = element.tag
        if tag == W + "t":
            found.pieces.append(element.text or "")
        elif tag in _DRAWINGS:
            _add_drawing(element, found)
        elif tag == W + "footnoteReference":
            found.footnotes.append(element.get(W + "id", ""))
        elif tag == W + "endnoteReference":
            found.endnotes.append(element.get(W + "id", ""))
        else:
            found.pieces.append(_signs_of(element))


def _signs_of(element: etree._Element) -> str:
    """The text that a part of a run other than w:t stands for; field codes stand for none."""
    tag = element.tag
    if tag == W + "br":
        return "\n" if element.get(W + "type", "textWrapping") == "textWrapping" else ""
    if tag == W + "sym":
        return _SYMBOLS.get((element.get(W + "char") or "").upper(), _UNKNOWN_SYMBOL)
    if tag == W + "ruby":
        return "".join(text.text or "" for text in element.iterfind(f"{W}rubyBase//{W}t"))
    return _SIGNS.get(str(tag), "")


def boxes_in(drawing: etree._Element) -> Iterator[etree._Element]:
    """The text boxes of a drawing or group of drawings; those inside a box belong to that box."""
    for element in _drawn(drawing):
        if element.tag == W + "txbxContent":
            yield element


def _add_drawing(drawing: etree._Element, found: Inline) -> None:
    for element in _drawn(drawing):
        if element.tag == W + "txbxContent":
            found.boxes.append(element)
        elif element.tag == _TEXT_PATH:
            found.art.append(str(element.get("string") or ""))


def _drawn(drawing: etree._Element) -> Iterator[etree._Element]:
    """What a drawing is made of, outside in; a text box is not entered."""
    stack = [drawing]
    while stack:
        element = stack.pop()
        yield element
        if element.tag == MC + "AlternateContent":
            stack.extend(_shown_choice(element))
        elif element.tag != W + "txbxContent":
            stack.extend(reversed(element))
