"""The desk: a label folder that people work on, kept up with what others change in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from huibao.corpus_check import marked_pages
from huibao.decisions import DecisionStore, Folding, corpus_decisions
from huibao.decisions.proposals import CORPUS_FOLDER, DECISION_FOLDER
from huibao.errors import LabelError, ReviewError
from huibao.label_changes import History, load_history, mend_folder
from huibao.label_changes.history import change_files
from huibao.label_files import load_label_sets
from huibao.label_files.loading import forget_loaded
from huibao.label_files.strict_yaml import SET_NAMES
from huibao.labels import LabelSet, LabelSets
from huibao.review.blocks import ReviewBlock, ReviewPage
from huibao.review.journal import Journal
from huibao.review.pages import PAGE_FOLDER, pages_to_review
from huibao.review.people import People, read_people
from huibao.review.standing import Standing
from huibao.review.work import WORK_FILE, Work

_Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DeskView:
    """What lies on the desk at one moment: label sets, pages and what stands on their blocks."""

    labels: LabelSets
    history: History
    pages: dict[str, ReviewPage]
    standing: Standing
    journal: Journal = field(repr=False)

    @cached_property
    def blocks(self) -> dict[str, ReviewBlock]:
        """All blocks by place, in the order of pages."""
        return {block.place: block for page in self.pages.values() for block in page.blocks}

    @cached_property
    def same_text(self) -> dict[str, list[ReviewBlock]]:
        """All blocks by the key of their text."""
        found: dict[str, list[ReviewBlock]] = {}
        for block in self.blocks.values():
            found.setdefault(block.text_sha, []).append(block)
        return found

    @cached_property
    def by_id(self) -> dict[str, ReviewBlock]:
        """All blocks by the id in their address."""
        return {block.id: block for block in self.blocks.values()}

    def block(self, place: str) -> ReviewBlock:
        """The block of a place.

        Raises:
            ReviewError: no_such_block.
        """
        if place not in self.blocks:
            raise ReviewError("no_such_block", "No page on the desk has that block.")
        return self.blocks[place]

    def label_set(self, part: str) -> LabelSet:
        """A label set by its id."""
        return next(one for one in self.labels if one.id == part)


class Desk:
    """A label folder with pages, people and decisions; one caller at a time."""

    def __init__(self, folder: Path) -> None:
        """Reads the folder.

        Raises:
            LabelError: a label file, page, decision or the list of people is faulty.
        """
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: _Stamp = ()
        self._stores: dict[str, DecisionStore] = {}
        self._view = self._read()
        self.work = Work(folder / WORK_FILE)

    @property
    def people(self) -> People:
        """Who reviews, as the file has it now."""
        return read_people(self.folder)

    def store(self, person: str) -> DecisionStore:
        """A person's own file: what two wrote without each other is merged without a conflict."""
        if person not in self._stores:
            path = self.folder / DECISION_FOLDER / f"{person}.jsonl"
            self._stores[person] = DecisionStore(path)
        return self._stores[person]

    @contextmanager
    def held(self) -> Iterator[DeskView]:
        """The desk for one caller, with all that anybody has changed until now.

        Raises:
            LabelError: what was changed is faulty.
        """
        with self._lock:
            if self._stamp != self._stamped():
                self._view = self._read()
            self._view.standing.add(self._view.journal.fresh())
            yield self._view

    def _read(self) -> DeskView:
        """All of the folder, read until nobody changes it meanwhile."""
        while True:
            mend_folder(self.folder)
            before = self._stamped()
            forget_loaded()
            try:
                view = self._whole_view()
            except LabelError:
                if before == self._stamped():
                    raise
                continue
            if before == self._stamped():
                self._stamp = before
                return view

    def _whole_view(self) -> DeskView:
        labels = load_label_sets(self.folder)
        history = load_history(self.folder, labels)
        pages = pages_to_review(self.folder, history, labels.fingerprint)
        standing = Standing(pages, Folding(history))
        journal = Journal(self.folder / DECISION_FOLDER)
        marked, _ = marked_pages(self.folder / CORPUS_FOLDER)
        standing.add(journal.unknown(corpus_decisions(marked, history)))
        standing.add(journal.fresh())
        return DeskView(labels, history, pages, standing, journal)

    def _stamped(self) -> _Stamp:
        """The files that tell whether label sets or pages are others than before."""
        paths = change_files(self.folder) + sorted((self.folder / PAGE_FOLDER).glob("*.jsonl"))
        paths += [path for name in SET_NAMES if (path := self.folder / f"{name}.yaml").exists()]
        return tuple((path.name, path.stat().st_mtime_ns) for path in paths)
