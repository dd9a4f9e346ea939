"""The verbs and nouns of `words.yaml`, ready to be found in a clause."""

import functools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from huibao.yaml_files import packaged_yaml

Kind = Literal["verb", "light", "audience", "cut", "noun"]


_FIRST_HALVES = ("宣传", "学习", "受教育", "帮扶", "创建", "宣讲")
_SECOND_HALVES = ("覆盖", "教育", "工作", "服务")


class Word(Struct, frozen=True):
    """A word of the list at its place; `deed` is the verb class, None where its object tells it."""

    start: int
    end: int
    text: str
    kind: Kind
    deed: str | None


@dataclass(frozen=True, slots=True)
class Instead:
    """Objects that give their verbs another class."""

    verbs: frozenset[str]
    objects: tuple[str, ...]
    deed: str


class Endings:
    """Words that a text may end in."""

    def __init__(self, names: Iterable[str]) -> None:
        """Takes the words in any order."""
        self._longest_first = tuple(sorted(names, key=len, reverse=True))

    def of(self, text: str, start: int = 0, end: int = sys.maxsize) -> str | None:
        """The longest of the words that the text between two places ends in."""
        if not text.endswith(self._longest_first, start, end):
            return None
        return next(one for one in self._longest_first if text.endswith(one, start, end))

    def __contains__(self, word: str) -> bool:
        """Whether it is one of the words."""
        return word in self._longest_first


@dataclass(frozen=True, slots=True)
class Words:
    """What `words.yaml` holds."""

    kinds: Mapping[str, tuple[Kind, str | None]]
    sizes: Mapping[str, tuple[int, ...]]
    noun_tails: re.Pattern[str]
    rate_tails: re.Pattern[str]
    nominal: frozenset[str]
    makers: frozenset[str]
    links: Endings
    changes: Endings
    leading: re.Pattern[str]
    trailing: re.Pattern[str]
    levels: re.Pattern[str]
    objects: Mapping[str, str]
    instead: tuple[Instead, ...]
    events: tuple[str, ...]
    people: tuple[str, ...]
    crowd: re.Pattern[str]
    after_people: tuple[str, ...]
    finishing: re.Pattern[str]
    defaults: Mapping[str, str]
    persons: frozenset[str]
    anywhere: frozenset[str]
    after_subject: re.Pattern[str]

    def found(self, text: str, start: int, end: int) -> list[Word]:
        """The words between two places that govern or cut, longest first at each, none overlapping.

        A verb that is the first half of a noun (培训教室, 化解率) is none of them.
        """
        out: list[Word] = []
        for word in self._words_at(text, start, end):
            if word.kind == "noun":
                if out and out[-1].end == word.start and self._joins(out[-1], word):
                    out.pop()
            elif self._stands_free(text, word, start) and not self._is_noun_half(text, word, out):
                out.append(word)
        return out

    def _words_at(self, text: str, start: int, end: int) -> Iterator[Word]:
        """The words of the list, the longest at each place, none overlapping."""
        place = start
        while place < end:
            for size in self.sizes.get(text[place], ()):
                found = text[place : place + size]
                if found in self.kinds and place + size <= end:
                    yield Word(place, place + size, found, *self.kinds[found])
                    place += size
                    break
            else:
                place += 1

    def _joins(self, verb: Word, noun: Word) -> bool:
        """宣传 | 教育活动 is one noun, 排查 | 矛盾纠纷 is not."""
        return verb.text in _FIRST_HALVES and noun.text.startswith(_SECOND_HALVES)

    def _stands_free(self, text: str, word: Word, start: int) -> bool:
        """Whether a verb of one character is a word at all."""
        if len(word.text) > 1 or word.kind == "cut" or word.text in self.anywhere:
            return True
        before = text[word.start - 1 : word.start] if word.start > start else ""
        return not before or not before.isalnum() or self.after_subject.match(before) is not None

    def _is_noun_half(self, text: str, word: Word, earlier: Sequence[Word]) -> bool:
        if word.kind == "cut":
            return False
        if len(word.text) > 1 and self.rate_tails.match(text, word.end):
            return True
        tail = self.noun_tails.match(text, word.end) if word.text in self.nominal else None
        last = earlier[-1] if earlier else None
        if tail is None:
            made = last is not None and last.text in self.makers and word.text in self.nominal
            return made and text[word.end : word.end + 1].isalpha()
        governed = any(one.kind != "cut" for one in earlier)
        return governed or len(tail.group()) == 1

    def deed_of(self, noun: str) -> str | None:
        """The class that an object tells, by the longest noun that it ends in."""
        for size in range(min(len(noun), 8), 0, -1):
            deed = self.objects.get(noun[-size:])
            if deed:
                return deed
        return None

    def deed(self, verb: str, deed: str, noun: str | None) -> str:
        """The class of a verb with its object."""
        for one in self.instead:
            if noun and verb in one.verbs and noun.endswith(one.objects):
                return one.deed
        return deed


@functools.cache
def words() -> Words:
    """The words of the shipped list; a word of two lists is what the first says, nouns before verbs."""
    data: dict[str, Any] = packaged_yaml("huibao.facts", "words.yaml")
    kinds: dict[str, tuple[Kind, str | None]] = {}

    def take(names: Iterable[str], kind: Kind, deed: str | None) -> None:
        for name in names:
            kinds.setdefault(name, (kind, deed))

    take(data["nouns"], "noun", None)
    for deed, names in data["audience"].items():
        take(names, "audience", deed)
    for deed, names in data["verbs"].items():
        take(names, "verb", deed)
    take(data["light"], "light", None)
    take(data["cuts"], "cut", None)
    objects = {name: deed for deed, names in data["objects"].items() for name in names}
    return Words(
        kinds=kinds,
        sizes=_sizes(kinds),
        noun_tails=re.compile(data["noun_tails"]),
        rate_tails=re.compile(data["rate_tails"]),
        nominal=frozenset(data["nominal"]),
        makers=frozenset(data["makers"]),
        links=Endings(data["links"]),
        changes=Endings(data["changes"]),
        leading=re.compile(data["leading"]),
        trailing=re.compile(f"(?:{data['trailing']})$"),
        levels=re.compile(data["levels"]),
        objects=objects,
        instead=tuple(
            Instead(frozenset(one["verbs"]), tuple(one["objects"]), one["class"])
            for one in data["instead"]
        ),
        events=tuple(data["events"]),
        people=tuple(data["people"]),
        crowd=_any(data["people"]),
        after_people=tuple(data["after_people"]),
        finishing=re.compile(data["finishing"]),
        defaults=data["defaults"],
        persons=frozenset(data["persons"]),
        anywhere=frozenset(data["anywhere"]),
        after_subject=re.compile(data["after_subject"]),
    )


def _sizes(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long the names are that begin with a character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for name in names:
        sizes.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(some, reverse=True)) for first, some in sizes.items()}


def _any(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, the longest first; those that begin alike stand together, to be tried less."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    return re.compile(
        "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    )
