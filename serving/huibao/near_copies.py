"""Which reports of a batch are copies of each other, whatever masks and numbers were changed in them."""

import functools
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Sketch = npt.NDArray[np.uint32]

PERMUTATIONS = 128
ALIKE = 0.6  # share of common shingles from which on two reports count as copies
PASSAGE = 60  # Chinese characters from which on a paragraph can be a copied passage
_BAND = 4  # values of a sketch that must agree for two reports to be compared at all
_SHINGLE = 5  # characters
_SHORTEST = 40  # Chinese characters; below that a text is a form, and forms are alike
_AT_A_TIME = 4096  # shingles hashed together …
_TOGETHER = 8  # … under so many permutations: 256 kB of memory
_HAN = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff]+")
_HIDDEN = re.compile("某+|[零〇一二两三四五六七八九十百千万亿]+")
_LOW_BITS = np.uint64(32)  # of a product; the hash is what stands above them
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketched:
    """A report as it is compared: its id, its sketch, and the day it was issued if it says so."""

    id: str
    sketch: Sketch | None
    issued: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A report that repeats another; `alike` is the share of common shingles, 0 to 1."""

    id: str
    alike: float


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Reports that are copies of each other: the earliest one and the others, in their order."""

    source: str
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """A paragraph that stands in several reports: (report id, block index) of each, source first."""

    places: tuple[tuple[str, int], ...]
    characters: int


def comparable_text(text: str) -> str:
    """The Chinese characters of a canonical text without numbers and masks.

    Copies of one report circulate with ***, xxxx or ___ in the place of different words and figures:
    what no mask can stand for is what they have in common.
    """
    return _HIDDEN.sub("", _HAN.sub("", text))


def sketch_of(text: str) -> Sketch | None:
    """The MinHash sketch of a canonical text, None where it is too short to compare.

    Returns:
        Shape (128,): the smallest hash of its five-character shingles under each permutation.

    Source: Broder, On the resemblance and containment of documents, 1997.
    """
    bare = comparable_text(text)
    if len(bare) < _SHORTEST:
        return None
    signs = np.frombuffer(bare.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    shingles = np.zeros(len(signs) - _SHINGLE + 1, dtype=np.uint64)
    for offset in range(_SHINGLE):
        shingles = shingles * _ODD + signs[offset : offset + len(shingles)]
    shingles = _mixed(shingles)
    least = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    factors, summands = _permutations()
    for start in range(0, len(shingles), _AT_A_TIME):
        part = shingles[start : start + _AT_A_TIME]
        for first in range(0, PERMUTATIONS, _TOGETHER):
            some = slice(first, first + _TOGETHER)
            moved = factors[some, None] * part
            moved += summands[some, None]
            least[some] = np.minimum(least[some], moved.min(axis=1))
    return (least >> _LOW_BITS).astype(np.uint32)


def alike(one: Sketch, other: Sketch) -> float:
    """The estimated share of common shingles of two texts (its standard error is 0.04)."""
    return float(np.mean(one == other))


def copy_groups(reports: Iterable[Sketched], *, least: float = ALIKE) -> tuple[CopyGroup, ...]:
    """The groups of reports that are copies of each other.

    The source of a group is the report that was issued first; without a day, the one that comes first.

    Args:
        reports: In their order; ids must differ.
        least: The share of common shingles from which on two reports are copies.
    """
    known = [report for report in reports if report.sketch is not None]
    leaders = _Groups(len(known))
    for one, other in _candidates([report.sketch for report in known if report.sketch is not None]):
        if leaders.of(one) != leaders.of(other) and _alike(known[one], known[other]) >= least:
            leaders.join(one, other)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(known)):
        members[leaders.of(index)].append(index)
    return tuple(
        _group([known[index] for index in group]) for group in members.values() if len(group) > 1
    )


def shared_passages(
    reports: Iterable[tuple[str, Sequence[str]]], *, least: int = PASSAGE
) -> tuple[SharedPassage, ...]:
    """The long paragraphs that stand in more than one report, whole and apart from masks and numbers.

    Args:
        reports: Of each report its id and the canonical texts of its blocks.
        least: Chinese characters from which on a paragraph counts.
    """
    places: dict[bytes, list[tuple[str, int]]] = defaultdict(list)
    sizes: dict[bytes, int] = {}
    for report, texts in reports:
        for index, text in enumerate(texts):
            bare = comparable_text(text) if len(text) >= least else ""
            if len(bare) >= least:
                digest = hashlib.blake2b(bare.encode(), digest_size=16).digest()
                places[digest].append((report, index))
                sizes[digest] = len(bare)
    return tuple(
        SharedPassage(tuple(found), sizes[digest])
        for digest, found in places.items()
        if len({report for report, _ in found}) > 1
    )


def _group(reports: Sequence[Sketched]) -> CopyGroup:
    source = min(reports, key=lambda report: report.issued or "9999")
    others = (report for report in reports if report is not source)
    return CopyGroup(source.id, tuple(Copy(one.id, _alike(source, one)) for one in others))


def _alike(one: Sketched, other: Sketched) -> float:
    return 0.0 if one.sketch is None or other.sketch is None else alike(one.sketch, other.sketch)


def _candidates(sketches: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs that agree in one band; in a full bucket each report is compared to the first ones."""
    for start in range(0, PERMUTATIONS, _BAND):
        buckets: Mapping[bytes, list[int]] = defaultdict(list)
        for index, sketch in enumerate(sketches):
            bucket = buckets[sketch[start : start + _BAND].tobytes()]
            yield from ((first, index) for first in bucket)
            if len(bucket) < _BAND:
                bucket.append(index)


class _Groups:
    """Which reports hang together: each names another of its group, the first names itself."""

    def __init__(self, size: int) -> None:
        self._leader = list(range(size))

    def of(self, index: int) -> int:
        """The first report of the group."""
        while self._leader[index] != index:
            self._leader[index] = self._leader[self._leader[index]]
            index = self._leader[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Makes two groups one."""
        first, second = sorted((self.of(one), self.of(other)))
        self._leader[second] = first


@functools.cache
def _permutations() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Odd factors and summands, the same ones everywhere and for ever."""
    numbers = _mixed(np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) * _ODD)
    return numbers[:PERMUTATIONS] | np.uint64(1), numbers[PERMUTATIONS:]


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers with all bits well mixed (the finalizer of splitmix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(31))
    return mixed
