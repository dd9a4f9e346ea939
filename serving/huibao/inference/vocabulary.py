"""Characters to token ids: one character one token, a run of mask signs one token."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from huibao.errors import BundleError

PAD, UNKNOWN, START, SEPARATOR, MASK, BLANK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[BLK]"
DECILES = tuple(f"[P{decile}]" for decile in range(10))
KINDS = ("[TITLE]", "[HEADING]", "[PARAGRAPH]", "[ITEM]", "[TABLE]", "[SIGNATURE]")
PATH = "[PATH]"
SPECIAL = (PAD, UNKNOWN, START, SEPARATOR, MASK, BLANK, *DECILES, *KINDS, PATH)

# xx, XX县, ___万元, ****, ×月: what a report's editor blotted out. Latin words are no masks.
_BLANKS = re.compile(r"(?<![A-Za-z])(?:[xX]+|[×╳]+)(?![A-Za-z])|[_*]+")
_BLANK_SIGNS = frozenset("xX×╳_*")  # every blank has one of them


class Tokens(Struct, frozen=True):
    """Token ids with, for each, the half-open stretch of characters it stands for."""

    ids: tuple[int, ...]
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a model, id = place; `SPECIAL` are among them, first in a vocabulary of ours."""

    tokens: Sequence[str]
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {token: place for place, token in enumerate(self.tokens)}
        lacking = [token for token in SPECIAL if token not in ids]
        if lacking:
            raise BundleError(f"vocabulary lacks the token {lacking[0]}")
        if len(ids) != len(self.tokens):
            raise BundleError("vocabulary names a token twice")
        object.__setattr__(self, "_ids", ids)

    def __len__(self) -> int:
        return len(self.tokens)

    def id_of(self, token: str) -> int:
        """The id of a token, that of [UNK] where the vocabulary lacks it."""
        return self._ids.get(token, self._ids[UNKNOWN])

    @cached_property
    def characters(self) -> tuple[int, ...]:
        """The ids of single characters: all that text is read as; word pieces are never used."""
        return tuple(place for place, token in enumerate(self.tokens) if len(token) == 1)

    def encode(self, text: str) -> Tokens:
        """The tokens of a canonical text; spaces and line breaks have none."""
        signs = "".join(text.split())
        if len(signs) == len(text) and (_BLANK_SIGNS.isdisjoint(text) or not _BLANKS.search(text)):
            # As nearly all text is: a range holds a million places in as much memory as one.
            return Tokens(self._ids_of(text), range(len(text)), range(1, len(text) + 1))
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        place = 0
        for blank in _BLANKS.finditer(text):
            self._add_characters(text, place, blank.start(), ids, starts, ends)
            ids.append(self._ids[BLANK])
            starts.append(blank.start())
            ends.append(blank.end())
            place = blank.end()
        self._add_characters(text, place, len(text), ids, starts, ends)
        return Tokens(tuple(ids), tuple(starts), tuple(ends))

    def _add_characters(
        self, text: str, start: int, end: int, ids: list[int], starts: list[int], ends: list[int]
    ) -> None:
        places = [place for place in range(start, end) if not text[place].isspace()]
        ids += self._ids_of("".join(text[start:end].split()))
        starts += places
        ends += [place + 1 for place in places]

    def _ids_of(self, signs: str) -> tuple[int, ...]:
        return tuple(map(self._ids.get, signs, itertools.repeat(self._ids[UNKNOWN])))


def read_vocabulary(path: Path) -> Vocabulary:
    """Reads a `vocab.txt`, one token a line."""
    return Vocabulary(tuple(path.read_text("utf-8").removesuffix("\n").split("\n")))


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Writes a `vocab.txt`, one token a line."""
    path.write_text("\n".join(vocabulary.tokens) + "\n", "utf-8")


def vocabulary_of(counts: Iterable[tuple[str, int]], *, at_least: int) -> Vocabulary:
    """The vocabulary of all characters seen `at_least` times, most frequent first, then by code point."""
    kept = sorted(
        ((sign, count) for sign, count in counts if count >= at_least and not sign.isspace()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return Vocabulary((*SPECIAL, *(sign for sign, _ in kept)))
