"""The lines above and below a report's body: title, speaker, signing unit, date."""

from collections.abc import Sequence

from huibao.report import BlockKind
from huibao.text.front_matter import (
    glued_title,
    is_annex,
    is_date,
    is_document_number,
    is_field,
    is_letterhead,
    is_salutation,
    is_section_title,
    is_speaker,
    is_subtitle,
    is_title_like,
    is_unit,
    names_a_report,
)
from huibao.text.numbering import Marker
from huibao.text.passages import Passage

_HEAD = 12  # lines of masthead, title, unit, date, speaker above a body
_LONG_TITLE = 80
_SIGNED_ROWS = 3  # units that sign together

Markers = Sequence[Marker | None]


def without_glued_title(passages: Sequence[Passage]) -> list[Passage]:
    """The paragraphs with a title parted from the text that only a space sets off."""
    if not passages or passages[0].kind != "text":
        return list(passages)
    first = passages[0]
    cut = glued_title(first.text)
    if not cut:
        return list(passages)
    return [first.part(0, cut), first.part(cut, len(first.text)), *passages[1:]]


def head_kinds(body: Sequence[Passage], markers: Markers, tables: set[int]) -> list[BlockKind]:
    """The kinds of the lines above the body, empty if no title is among them."""
    kinds: list[BlockKind] = []
    named = False
    for index, passage in enumerate(body[:_HEAD]):
        if index in tables or passage.kind not in ("text", "box"):
            break
        kind = _head_kind(passage, markers[index], kinds, named=named)
        if passage.kind == "box" and (kind is None or not names_a_report(passage.text)):
            # The red head, a secrecy mark, a receiving stamp: beside the title, wherever it stands.
            kind = "signature" if kind == "signature" else "paragraph"
        if kind is None:
            break
        kinds.append(kind)
        if kind == "title":
            named = named or names_a_report(passage.text)
        elif kind == "paragraph" or _is_masthead(passage.text):
            named = False
    return kinds if "title" in kinds else []


def signatures(body: Sequence[Passage], markers: Markers, tables: set[int], first: int) -> set[int]:
    """The units and dates below a text, as indices of `body` from `first` on."""
    found: set[int] = set()
    plain = [
        index
        for index in range(max(first, 1), len(body))
        if index not in tables and markers[index] is None and body[index].kind == "text"
    ]
    signing = {index for index in plain if _signs(body[index].text)}
    for index in plain:
        if is_date(body[index].text) or _is_masthead(body[index].text):
            found.add(index)
            above = index - 1
            while above in signing and index - above <= _SIGNED_ROWS:
                found.add(above)
                above -= 1
    last = len(body) - 1
    while last >= first and last not in found and _stands_below_signature(body[last].text):
        last -= 1
    if last in signing:
        found.add(last)
    return found


def _head_kind(
    passage: Passage, marker: Marker | None, above: Sequence[BlockKind], *, named: bool
) -> BlockKind | None:
    """The kind of a line of the head, None where the body begins."""
    text = passage.text
    if is_document_number(text):
        return "paragraph"
    if is_letterhead(text) and not above:
        return "signature"
    if is_salutation(text) or (is_field(text) and not names_a_report(text)):
        return None
    if is_date(text) or (above and is_speaker(text)) or _is_masthead(text):
        return "signature"
    if marker is not None and marker.system != "dash":
        return None
    if is_subtitle(text):
        return "title"
    if named and is_unit(text) and not names_a_report(text) and not is_section_title(text):
        return "signature"
    return "title" if _is_title(passage, named=named) else None


def _is_title(passage: Passage, *, named: bool) -> bool:
    text = passage.text
    long_title = len(text) <= _LONG_TITLE and names_a_report(text[-50:])
    if not (is_title_like(text) or long_title):
        return False
    if not named or passage.centred:
        return True
    return names_a_report(text) and not is_section_title(text)


def _is_masthead(text: str) -> bool:
    """Whether unit and date share one line, as above a circular or below a letter."""
    unit, space, date = text.rpartition(" ")
    return bool(space) and len(text) <= 50 and is_date(date) and is_unit(unit.strip())


def _signs(text: str) -> bool:
    text = text.strip("（）()").removesuffix("供稿").strip() or text
    if text[0].isdigit():
        return False
    return (is_unit(text) or is_speaker(text)) and not is_section_title(text) and not is_annex(text)


def _stands_below_signature(text: str) -> bool:
    return (
        is_annex(text) or text[0] in "（(" or text.startswith(("抄送", "分送", "联系人", "主题词"))
    )
