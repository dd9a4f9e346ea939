"""What the headers and footers of a Word file say: lines that every page repeats, and boxes."""

from collections.abc import Iterable, Iterator

from lxml import etree

from huibao.text.formats.docx_content import boxes_in
from huibao.text.formats.ooxml import MC, W

_DRAWN = frozenset({MC + "AlternateContent", W + "drawing", W + "pict", W + "object"})


def running_lines(
    headers: Iterable[etree._Element], footers: Iterable[etree._Element]
) -> dict[str, None]:
    """The lines that say more than a page number, each once.

    Boxes of headers are no part of them: letters carry their red head there, which is read with
    the text. Boxes of footers hold page numbers.
    """
    lines: dict[str, None] = {}
    low = list(footers)
    places = [*headers, *low, *(box for part in low for box in boxes_in(part))]
    for place in places:
        for text in _own_lines(place):
            if says_more_than_a_number(text):
                lines[text] = None
    return lines


def says_more_than_a_number(text: str) -> bool:
    """Whether a line has words of its own beside those around a page number."""
    return sum(sign.isalpha() for sign in text if sign not in "第页共") > 1


def _own_lines(part: etree._Element) -> Iterator[str]:
    """The paragraphs of a header, footer or box, each without the boxes that hang on it."""
    stack = list(reversed(part))
    while stack:
        element = stack.pop()
        if element.tag == W + "p":
            yield "".join(_own_text(element)).strip()
        elif element.tag != W + "txbxContent":
            stack.extend(reversed(element))


def _own_text(paragraph: etree._Element) -> Iterator[str]:
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag == W + "t":
            yield element.text or ""
        elif element.tag not in _DRAWN:
            stack.extend(reversed(element))
