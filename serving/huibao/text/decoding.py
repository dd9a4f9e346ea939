"""Knows how Chinese text files are encoded and which encoding a file's bytes are in."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from huibao.errors import FileError

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Order breaks ties. UTF-8 stands here too: one damaged byte must not make a file GB 18030.
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# Files and pages that call themselves gb2312 or gbk hold characters of GB 18030 (镕, 喆, 㙍), those
# that say big5 hold Hong Kong's; the larger set reads the smaller one unchanged.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32-le": "utf-32-le",
    "utf-32-be": "utf-32-be",
}
CLOSE = 0.02
_DAMAGE_WEIGHT = 2
_SAMPLE_BYTES = 1 << 20
_MOST_CONTROLS = 0.02
_MOST_DAMAGE = 0.3
_MOST_NULS = 0.1
# Prose scores 0.6 and more; bytes of another kind of file find a reading too, with rare signs alone.
_LEAST_SCORE = 0.1
_FEWEST_SIGNS = 100
_PLAIN = re.compile(r"[\t\n\v\f\r\x1a -~]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file without its byte order mark, and the encoding it was read with."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decoded_text(data: bytes, *, forced: str | None = None, declared: str | None = None) -> Decoded:
    """Turns the bytes of a text file into text.

    Order of trust: the caller's encoding, a byte order mark, strict UTF-8, the encoding the file
    declares, the encoding that gives the largest share of common characters.

    Args:
        data: the whole file.
        forced: encoding chosen by the caller; its word is final.
        declared: encoding named inside the file (a web page's charset); believed if it fits.

    Raises:
        FileError: unsupported_type for an unknown encoding name or bytes that are no text.
    """
    if forced is not None:
        return _forced(data, forced)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _with_damage_noted(data[len(mark) :], encoding)
    if _is_utf8(data):
        return _with_damage_noted(data, "utf-8")
    known = _canonical_name(declared) if declared else None
    if known is not None and "\ufffd" not in data.decode(known, "replace"):
        return Decoded(data.decode(known), known)
    return _best(data)


def encoding_scores(data: bytes) -> dict[str, float]:
    """How well each candidate encoding fits: share of common characters, minus weighted damage.

    Characters of ASCII say nothing (four of the five encodings share them) and are not counted.
    """
    sample = data[:_SAMPLE_BYTES]
    return {name: _score(sample.decode(name, "replace")) for name in _CANDIDATES}


def _score(text: str) -> float:
    counts = Counter(text)
    common = _common_characters()
    telling = hits = damage = 0
    for character, count in counts.items():
        if _PLAIN.match(character):
            continue
        telling += count
        if character in common:
            hits += count
        elif character == "\ufffd" or not character.isprintable():
            damage += count
    return (hits - _DAMAGE_WEIGHT * damage) / telling if telling else 1.0


def _best(data: bytes) -> Decoded:
    scores = encoding_scores(data)
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    decoded = _with_damage_noted(data, best)
    if _is_binary(decoded.text, scores[best]):
        raise FileError(
            "unsupported_type",
            "the file holds no text and is of no known type; save it as .docx or plain text",
        )
    rivals = [
        name
        for name in ranked[1:]
        if scores[best] - scores[name] < CLOSE and data.decode(name, "replace") != decoded.text
    ]
    if not rivals:
        return decoded
    note = f"the encoding is uncertain: read as {best}, {' or '.join(rivals)} fits as well"
    return Decoded(decoded.text, best, (*decoded.warnings, note))


def _is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8; the last character may be cut, many a NUL means UTF-16.

    Two-byte sequences alone prove nothing: a few GB 18030 pairs in a row look the same.
    """
    if data.count(0) > _MOST_NULS * len(data):
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return data.isascii() or max(text, default="\0") >= "\u0800"


def _forced(data: bytes, forced: str) -> Decoded:
    encoding = _canonical_name(forced)
    if encoding is None:
        known = ", ".join(_CANDIDATES)
        raise FileError("unsupported_type", f"encoding {forced!r} is not known, expected {known}")
    for mark, marked in _MARKS:
        if data.startswith(mark) and (marked == encoding or codecs.lookup(forced).name == "utf-16"):
            return _with_damage_noted(data[len(mark) :], marked)
    return _with_damage_noted(data, encoding)


def _canonical_name(name: str) -> str | None:
    try:
        return _SUPERSETS.get(codecs.lookup(name.strip()).name)
    except (LookupError, ValueError):
        return None


def _with_damage_noted(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    note = f"{text.count(chr(0xFFFD))} damaged characters stand as U+FFFD (read as {encoding})"
    return Decoded(text, encoding, (note,))


def _is_binary(text: str, score: float) -> bool:
    sample = text[:_SAMPLE_BYTES]
    plain = len(_PLAIN.findall(sample))
    controls = sum(sample.count(chr(code)) for code in range(32) if not _PLAIN.match(chr(code)))
    return (
        controls > _MOST_CONTROLS * len(sample)
        or sample.count("\ufffd") > _MOST_DAMAGE * len(sample)
        or (score < _LEAST_SCORE and len(sample) - plain > max(_FEWEST_SIGNS, plain))
    )


@cache
def _common_characters() -> frozenset[str]:
    from huibao.yaml_files import packaged_yaml

    lists: dict[str, str] = packaged_yaml("huibao.text", "common_characters.yaml")
    return frozenset("".join(lists.values())) - {"\n", " "} | frozenset(
        "，。、；：？！“”‘’（）《》—…\u3000"
    )
