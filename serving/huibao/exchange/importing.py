"""Records of other tools as decisions of ours: everything is checked before anything is stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from huibao.decisions import Decision, ManyValue, MarkedSpan, SpanValue, text_key
from huibao.decisions.decision import Value
from huibao.errors import LabelError
from huibao.exchange.answers import fingerprint_at
from huibao.exchange.blocks import KnownBlocks
from huibao.exchange.label_map import Labels, Target
from huibao.exchange.offsets import fitted_spans
from huibao.exchange.record import Record, Stamp
from huibao.label_changes import History
from huibao.labels import SetKind

Word = tuple[str, str | None]  # of another tool, with the label set where the tool tells it
SPAN_SET = "entities"


@dataclass(slots=True)
class ImportPlan:
    """What would be stored of a file, and what would not and why.

    Args:
        records: How many records were read.
        decisions: Those that are new.
        known: How many were stored before.
        unknown: Words that mean none of our labels, with how often each stands there.
        dropped: Words that the map leaves out, with how often each stands there.
        refused: Records that do not fit, one sentence each.
        mended: Spans that were counted anew, one sentence each.
        people: Whoever is named in the file.
    """

    records: int = 0
    decisions: list[Decision] = field(default_factory=list)
    known: int = 0
    unknown: Counter[Word] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        """What a person reads before agreeing."""
        yield f"{self.records} records: {len(self.decisions)} new decisions, {self.known} known"
        yield from (f"mended: {sentence}" for sentence in self.mended)
        yield from (f"left out by the map: {word} ({n})" for word, n in self.dropped.items())
        yield from (f"refused: {sentence}" for sentence in self.refused)
        for (word, part), times in self.unknown.most_common():
            yield f"unknown label: {word}{f' of {part}' if part else ''} ({times})"


@dataclass
class Importer:
    """Makes decisions of the records of one file.

    Args:
        history: Of the label folder.
        labels: Its labels, to be found by the words of others.
        fingerprint: Of the label sets in force.
        blocks: The blocks at hand.
        stored: All decisions there are.
        version: Of records that tell none; None takes the earliest that had all labels of the file.
    """

    history: History
    labels: Labels
    fingerprint: str
    blocks: KnownBlocks
    stored: Sequence[Decision]
    version: int | None = None
    _plan: ImportPlan = field(default_factory=ImportPlan, init=False)
    _meaning: dict[Word, Target | None] = field(default_factory=dict, init=False)

    def plan(self, records: Iterable[Record]) -> ImportPlan:
        """What an import would do; nothing is stored.

        Nothing at all is to be imported while `unknown` names a word.
        """
        told, plan = list(records), self._plan
        plan.records, plan.people = len(told), {record.by for record in told}
        self._learn(told)
        if plan.unknown:
            return plan
        ids = {one.id for one in self.stored}
        occasions = {_occasion(one) for one in self.stored} - {None}
        for record in told:
            try:
                decisions = list(self._decisions(record))
            except LabelError as error:
                plan.refused.append(f"{record.source}: {error}")
                continue
            for one in decisions:
                if one.id in ids or _occasion(one) in occasions:
                    plan.known += 1
                else:
                    plan.decisions.append(one)
                    ids.add(one.id)
        return plan

    def _learn(self, records: Iterable[Record]) -> None:
        """Finds what every word of the file means, and notes those that mean nothing."""
        words = Counter(word for record in records for word in _words(record))
        for word, times in words.items():
            try:
                self._meaning[word] = self.labels.meant(*word)
            except KeyError:
                self._plan.unknown[word] += times
                continue
            if self._meaning[word] is None:
                self._plan.dropped[word[0]] += times

    @cached_property
    def _in_file(self) -> frozenset[Target]:
        """All our labels that the file speaks of: they certainly were on somebody's screen."""
        return frozenset(one for one in self._meaning.values() if one is not None)

    @cached_property
    def _earliest(self) -> int | None:
        """The earliest version that had all labels of the file: of later ones it says nothing."""
        for number in range(self.history.number + 1):
            if all(one.id in self.history.ids_at(one.set, number) for one in self._in_file):
                return number
        return None

    def _decisions(self, record: Record) -> Iterator[Decision]:
        place = self.blocks.place_of(record.place, record.text)
        version = self._version(record.stamp)
        for part, kind in self.history.kinds.items():
            value = self._value(record, part, kind)
            if value is None:
                continue
            self._refuse_foreign(part, value, version)
            yield Decision(
                place=place,
                text_sha=text_key(record.text),
                set=part,
                value=value,
                version=version,
                by=self.labels.person(record.by),
                at=record.at,
                kind=record.kind,
                mode=record.mode,
                seconds=record.seconds,
                shown=record.shown.get(part, {}),
            )

    def _version(self, stamp: Stamp | None) -> int:
        if stamp is None:
            version = self._earliest if self.version is None else self.version
            if version is None:
                raise LabelError(
                    "its labels were never in force together, tell the version by --at"
                )
            return version
        known = 0 <= stamp.version <= self.history.number
        if not known or stamp.fingerprint != fingerprint_at(
            self.history, stamp.version, self.fingerprint
        ):
            raise LabelError(
                f"it was made with label sets {stamp.fingerprint} after change {stamp.version}, "
                "which are none of this folder's"
            )
        return stamp.version

    def _value(self, record: Record, part: str, kind: SetKind) -> Value | None:
        """What a record answers to one label set; None where it was not asked or says nothing."""
        given = (self._meaning[word] for word in _given(record))
        yes = tuple(dict.fromkeys(one.id for one in given if one and one.set == part))
        screen = self._screen(record, part)
        asked = part in record.stamp.sets if record.stamp else bool(screen)
        spans = record.spans if kind == "span" else None
        if (yes or spans) and not asked:
            raise LabelError(f"{part} was not asked for, but there is an answer")
        if yes and kind == "span":
            raise LabelError(f"{yes[0]} is of {part}: it needs a place in the text")
        if len(yes) > 1 and kind == "one":
            raise LabelError(f"{part} takes one label, there are {', '.join(yes)}")
        if not asked:
            return None
        if kind == "one":
            return yes[0] if yes else None
        if kind == "many":
            no = tuple(one for one in screen if one not in yes)
            return ManyValue(yes, None if record.stamp else no)
        if spans is None:
            return None
        return SpanValue(tuple(self._marked(record, part)), None if record.stamp else screen)

    def _screen(self, record: Record, part: str) -> tuple[str, ...]:
        """The labels of a set that the person certainly saw."""
        own = {self._meaning[word, None] for word in record.offered}
        ids = {one.id for one in own if one and one.set == part}
        return tuple(sorted(ids or {one.id for one in self._in_file if one.set == part}))

    def _marked(self, record: Record, part: str) -> Iterator[MarkedSpan]:
        for span in fitted_spans(record.spans or (), record.text):
            if span.counted:
                self._plan.mended.append(
                    f"{record.source}: {span.text!r} was counted in {span.counted}, "
                    f"it stands at {span.start}..{span.end}"
                )
            target = self._meaning[span.label, part]
            if target is not None:
                yield MarkedSpan(span.start, span.end, span.text, target.id)

    def _refuse_foreign(self, part: str, value: Value, version: int) -> None:
        said = {value} if isinstance(value, str) else set[str]()
        if isinstance(value, ManyValue):
            said = {*value.yes, *(value.no or ())}
        elif isinstance(value, SpanValue):
            said = {*(span.label for span in value.spans), *(value.judged or ())}
        if foreign := said - self.history.ids_at(part, version):
            raise LabelError(f"{part} had no label {min(foreign)} after change {version}")


def _given(record: Record) -> Iterator[Word]:
    for part, labels in record.labels.items():
        yield from ((label, part) for label in labels)


def _words(record: Record) -> Iterator[Word]:
    yield from _given(record)
    yield from ((label, None) for label in record.offered)
    yield from ((span.label, SPAN_SET) for span in record.spans or ())


def _occasion(decision: Decision) -> tuple[str, str, str, datetime] | None:
    """On one occasion a person answers a question once; None where nobody noted the time."""
    try:
        at = datetime.fromisoformat(decision.at)
    except ValueError:
        return None
    return decision.place, decision.set, decision.by, at if at.tzinfo else at.astimezone()
