"""The one form of text that rules and models see, and the way back to the source.

Real files write full-width punctuation, crawled copies half-width; some are Traditional, some carry
a space around every digit. `canonical_characters` settles widths and script one to one, so that
offsets stay; `canonical` cuts out a stretch of it, without line breaks and stray spaces, and says
where each character came from.
"""

import functools
import re
from collections.abc import Callable

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KEPT_FULL = {ord(sign): ord(sign) for sign in "，：；（）！？～"}
_SIGNS = str.maketrans(
    "\u00a0\u3000\t\v\f\u2002\u2003\u2009「」『』﹝﹞﹙﹚﹐﹑﹕﹔﹗﹖｡､｢｣●•∶",
    "        “”‘’〔〕（），、：；！？。、“”··：",
)
_TABLE = _FULL_WIDTH | _KEPT_FULL | _SIGNS
_WIDE = str.maketrans(",:;()!?", "，：；（）！？")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK = _HAN + "〇、。〈〉《》【】〔〕“”‘’，：；（）！？…—·％　○"
_NARROW_RUN = re.compile(r"[,:;()!?]+")
_STRAIGHT_QUOTE = re.compile(r'"|[。！？：]\s*\n|\n[ ]*\n')
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BREAK = re.compile(r"[ \n\r\u2028\u2029\u0085" + _INVISIBLE + "]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_IS_HAN = re.compile(f"[{_HAN}]")
_IS_LETTER = re.compile("[A-Za-z]")


def canonical_characters(text: str) -> str:
    """The text in canonical widths and Simplified script, one character for one.

    Digits, letters and signs become ASCII; punctuation beside Chinese text becomes full-width; straight
    double quotes become pairs.

    Returns:
        A string of the same length as `text`.

    Source: OpenCC t2s for the script; GB/T 15834 for the punctuation.
    """
    return _with_paired_quotes(_with_wide_punctuation(_simplified(text.translate(_TABLE))))


def canonical(
    characters: str, start: int, end: int, *, keep_breaks: bool = False
) -> tuple[str, tuple[int, ...]]:
    """Cuts canonical text out of a page, unwrapped and without stray spaces.

    Args:
        characters: `canonical_characters` of the whole page (made once, used for every block).
        start: First code point of the stretch.
        end: Code point after its last.
        keep_breaks: Whether line breaks stay, as between the rows of a table.

    Returns:
        The text and, for each of its characters, the offset in the page it came from.
    """
    text: list[str] = []
    origin: list[int] = []
    place = start
    for gap in _BREAK.finditer(characters, start, end):
        text.append(characters[place : gap.start()])
        origin.extend(range(place, gap.start()))
        place = gap.end()
        if gap.start() > start and gap.end() < end:
            left = origin[-1] if origin else gap.start()
            kept = _kept(characters[left], gap.group(), characters[gap.end()], keep_breaks)
            if kept and origin:
                text.append(kept)
                origin.append(gap.start() + max(gap.group().find(kept), 0))
    text.append(characters[place:end])
    origin.extend(range(place, end))
    return "".join(text), tuple(origin)


def is_traditional(text: str) -> bool:
    """Whether the script is Traditional: more than 2 % of the Han characters have a Simplified form."""
    changed = sum(a != b for a, b in zip(text, _simplified(text), strict=True))
    return changed > 0.02 * max(1, len(_IS_HAN.findall(text)))


def _kept(left: str, gap: str, right: str, keep_breaks: bool) -> str:
    """What stays of a gap of spaces and line breaks between two characters."""
    if "\n" in gap or "\r" in gap:
        if keep_breaks:
            return "\n"
        return " " if _IS_LETTER.match(left) and _IS_LETTER.match(right) else ""
    if " " not in gap:
        return ""
    if _IS_HAN.match(left) and _IS_HAN.match(right):
        return " "  # 张 某, or two signing units side by side
    return "" if _IS_CJK.match(left) or _IS_CJK.match(right) else " "


def _with_wide_punctuation(text: str) -> str:
    """Half-width punctuation that touches Chinese text, made full-width; 1,200 and 9:30 stay."""

    def widened(match: re.Match[str]) -> str:
        run_start, run_end = match.span()
        left = text[max(0, run_start - 40) : run_start].rstrip(" ")[-1:]
        right = text[run_end : run_end + 40].lstrip(" ")[:1]
        closes_line = match.group() == ")" and right in ("", "\n", "\r")
        if _IS_CJK.match(left) or _IS_CJK.match(right) or closes_line:
            return match.group().translate(_WIDE)
        return match.group()

    return _NARROW_RUN.sub(widened, text)


def _with_paired_quotes(text: str) -> str:
    """Straight quotes made “ and ” in turn; a full stop at a line's end closes what was left open."""
    if '"' not in text:
        return text
    opened = False

    def paired(match: re.Match[str]) -> str:
        nonlocal opened
        opened = match.group() == '"' and not opened
        return ("“" if opened else "”") if match.group() == '"' else match.group()

    return _STRAIGHT_QUOTE.sub(paired, text)


def _simplified(text: str) -> str:
    convert = _converter()
    converted = convert(text)
    if len(converted) == len(text):
        return converted
    singles = (convert(sign) for sign in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, singles, strict=True))


@functools.cache
def _converter() -> Callable[[str], str]:
    import opencc  # loads its dictionaries from disk

    return opencc.OpenCC("t2s").convert  # type: ignore[no-any-return]  # opencc has no stubs
