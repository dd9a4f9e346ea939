"""Files of other tools: what a label folder gives them, and what it takes from them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from huibao.decisions import Decision, read_decisions
from huibao.decisions.proposals import DECISION_FOLDER, stored_decisions
from huibao.errors import LabelError, MissingExtraError
from huibao.exchange.answers import (
    BlockAnswers,
    answered_blocks,
    asked_sets,
    fingerprint_at,
    made_until,
)
from huibao.exchange.blocks import KnownBlocks
from huibao.exchange.doccano import doccano_line, doccano_records
from huibao.exchange.importing import Importer, ImportPlan
from huibao.exchange.label_map import LabelMap, Labels
from huibao.exchange.labelstudio.config import Control, labelstudio_config, own_controls
from huibao.exchange.labelstudio.exports import labelstudio_records
from huibao.exchange.labelstudio.tasks import filled_in, predicted, task_of
from huibao.exchange.own_lines import own_lines, own_plan
from huibao.exchange.prodigy import prodigy_records, prodigy_task
from huibao.exchange.record import Record, Stamp
from huibao.label_changes import History, load_history
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets
from huibao.review.blocks import ReviewBlock, ReviewPage
from huibao.review.pages import pages_to_review

# Those that need packages which serving does not have are found by their entry points.
EXTRAS = {"docbin": "spacy", "datasets": "train"}
_GROUP = "huibao.exports"

Writer = Callable[[Sequence[BlockAnswers], LabelSets, Path], int]


@dataclass(frozen=True)
class LabelFolder:
    """A label folder as other tools meet it: labels, history, blocks, decisions."""

    folder: Path

    @cached_property
    def sets(self) -> LabelSets:
        """The label sets in force."""
        return load_label_sets(self.folder)

    @cached_property
    def history(self) -> History:
        """Their changes."""
        return load_history(self.folder, self.sets)

    @cached_property
    def pages(self) -> dict[str, ReviewPage]:
        """The pages to review and the written corpus, by name."""
        return pages_to_review(self.folder, self.history, self.sets.fingerprint)

    @cached_property
    def blocks(self) -> tuple[ReviewBlock, ...]:
        """The blocks of all pages, of repeated ones the first."""
        return tuple(one for page in self.pages.values() for one in page.blocks if not one.repeats)

    def stamp(self, sets: Sequence[str] | None = None, at: int | None = None) -> Stamp:
        """Under which label sets something is sent out; `at` is a change, None the last."""
        number = self.history.number if at is None else at
        past = self.history.at(number)
        fingerprint = fingerprint_at(self.history, past.number, self.sets.fingerprint)
        return Stamp(number, fingerprint, asked_sets(sets))

    def project_config(self, sets: Sequence[str] | None = None) -> str:
        """The configuration of a Label Studio project that asks for the sets."""
        return labelstudio_config(self.sets, self.stamp(sets))

    def answers(
        self,
        sets: Sequence[str] | None = None,
        at: int | None = None,
        pages: Sequence[str] | None = None,
    ) -> list[BlockAnswers]:
        """The blocks with what counts of the decisions, as it was after change `at`."""
        stamp = self.stamp(sets, at)
        decisions = made_until(stored_decisions(self.folder, self.history), stamp.version)
        self._must_have(pages)
        blocks = (one for one in self.blocks if pages is None or one.page in pages)
        return list(answered_blocks(blocks, decisions, self.history.at(stamp.version), stamp))

    def stored_lines(
        self,
        sets: Sequence[str] | None = None,
        at: int | None = None,
        pages: Sequence[str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The stored decisions as they are, those made under change `at` or before."""
        self._must_have(pages)
        stored = made_until(
            read_decisions(self.folder / DECISION_FOLDER), self.stamp(None, at).version
        )
        kept = (
            one
            for one in stored
            if (sets is None or one.set in sets) and (pages is None or _page(one) in pages)
        )
        return own_lines(kept, KnownBlocks(self.blocks), self.history, self.sets.fingerprint)

    def import_plan(
        self,
        path: Path,
        tool: str,
        *,
        written: LabelMap | None = None,
        by: str | None = None,
        at: int | None = None,
    ) -> ImportPlan:
        """What taking over a file would do; nothing is stored.

        Raises:
            LabelError: the file cannot be read as one of the tool's.
        """
        stored: list[Decision] = stored_decisions(self.folder, self.history)
        blocks = KnownBlocks(self.blocks)
        content = _content(path, lines=tool != "labelstudio")
        if tool == "jsonl":
            return own_plan(content, blocks, self.history, self.sets.fingerprint, stored)
        importer = Importer(
            self.history, self.labels(written), self.sets.fingerprint, blocks, stored, at
        )
        return importer.plan(_records(content, tool, self.sets, by or path.stem))

    def labels(self, written: LabelMap | None = None) -> Labels:
        """The labels, to be found by the words of other tools."""
        return Labels(self.sets, self.history, written)

    def written(self, answers: Sequence[BlockAnswers], tool: str) -> str:
        """The file of a tool that reads JSON: all blocks, with what is known of them filled in."""
        if tool == "labelstudio":
            asked = {part for one in answers for part in one.stamp.sets}
            controls = own_controls(self.sets, asked)
            return _dumped([self._task(one, controls) for one in answers], indent=1) + "\n"
        if tool == "doccano":
            return lines_text(map(doccano_line, answers))
        return lines_text(prodigy_task(one, self.sets) for one in answers)

    def _task(self, answers: BlockAnswers, controls: Mapping[str, Control]) -> dict[str, Any]:
        """A project has the labels in force: no others are filled in."""
        stamp, predictions = answers.stamp, []
        if answers.states:
            predictions.append(filled_in(answers.states, stamp.version, controls))
        block = self._by_place[answers.place]
        if block.said is not None:
            model = self.pages[block.page].model
            predictions.append(predicted(block.said, block.start, block.text, model, controls))
        return task_of(answers, predictions)

    def _must_have(self, pages: Sequence[str] | None) -> None:
        if missing := set(pages or ()) - self.pages.keys():
            raise LabelError(f"there is no page {min(missing)!r}")

    @cached_property
    def _by_place(self) -> dict[str, ReviewBlock]:
        return {one.place: one for one in self.blocks}


def _page(decision: Decision) -> str:
    return decision.place.rpartition("@")[0]


def lines_text(objects: Iterable[Any]) -> str:
    """Objects as JSON lines."""
    return "".join(f"{_dumped(one)}\n" for one in objects)


def installed_writer(name: str) -> Writer:
    """The writer of a form that needs more packages; it writes the judged blocks and counts them.

    Raises:
        MissingExtraError: the packages are not installed.
    """
    for point in entry_points(group=_GROUP, name=name):
        try:
            writer: Writer = point.load()
        except ImportError as error:
            raise _missing(name) from error
        return writer
    raise _missing(name)


def _missing(name: str) -> MissingExtraError:
    return MissingExtraError(f"an export to {name}", EXTRAS[name])


def _records(content: Any, tool: str, sets: LabelSets, by: str) -> Iterator[Record]:  # noqa: ANN401
    if tool == "labelstudio":
        return labelstudio_records(content, sets)
    return (doccano_records if tool == "doccano" else prodigy_records)(content, by)


def _content(path: Path, *, lines: bool) -> Any:  # noqa: ANN401 (as the file has it)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        parts = text.split("\n") if lines else [text]
        content = [json.loads(part) for part in parts if part.strip() or not lines]
        # JSON can spell half a surrogate pair, which no file could hold that quotes it.
        _dumped(content).encode()
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{path.name} is no JSON in UTF-8") from error
    return content if lines else content[0]


def _dumped(value: Any, indent: int | None = None) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, indent=indent)
