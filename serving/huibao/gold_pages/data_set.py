"""A data set for one version of the label sets: pages by part, and how much there is of each label."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from huibao.annotation import Annotation, Annotator, PageAnnotation
from huibao.decisions.preview import MIN_GOLD
from huibao.errors import LabelError
from huibao.gold_pages.judging import decided_pages
from huibao.gold_pages.parts import PARTS, divided, read_parts
from huibao.jsonl import dumped, page_json
from huibao.label_changes import labels_meant, load_history
from huibao.label_files import load_label_sets

ABOUT = "data_set.json"
OPEN = "open"  # counted beside the parts: blocks of which nobody has said whether they have a label
Counts = Mapping[str, Mapping[str, Counter[str]]]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Pages as people labelled them, under one version of the label sets.

    Args:
        version: Number of the last change that is in it, 0 before any.
        fingerprint: Of the label sets.
        labels: The ids in force, by set.
        pages: By part.
        division: The part of each page by name; to be written, so that it never changes.
        apart: Names of pages that are near copies of two parts at once and therefore in none.
    """

    version: int
    fingerprint: str
    labels: Mapping[str, tuple[str, ...]]
    pages: Mapping[str, tuple[PageAnnotation, ...]]
    division: Mapping[str, str]
    apart: tuple[str, ...]

    def counts(self) -> Counts:
        """By set and label, the blocks of each part that have it for certain, and the open ones."""
        found = {
            part: {label: Counter[str]() for label in labels}
            for part, labels in self.labels.items()
        }
        for name, pages in self.pages.items():
            for annotation in (one for page in pages for one in page.annotations):
                for part, label, certain in _said(annotation):
                    if label in found[part]:
                        found[part][label][name if certain else OPEN] += 1
        return found

    def few(self) -> Iterator[tuple[str, str, int]]:
        """Set, label and number of blocks where these are too few to train or to score with trust."""
        for part, labels in self.counts().items():
            for label, count in labels.items():
                certain = sum(count[name] for name in PARTS)
                if certain < MIN_GOLD:
                    yield part, label, certain

    def lines(self) -> Iterator[str]:
        """What a person reads of it."""
        yield f"label sets {self.fingerprint}, version {self.version}"
        for name in PARTS:
            blocks = sum(len(one.blocks) for page in self.pages[name] for one in page.annotations)
            yield f"{name}: {len(self.pages[name])} pages, {blocks} blocks"
        yield from (f"in no part, near copies of two: {name}" for name in self.apart)
        width = max(len(label) for labels in self.labels.values() for label in labels)
        for part, labels in self.counts().items():
            yield f"{part:<{width}} " + "".join(f"{name:>7}" for name in (*PARTS, OPEN))
            for label, count in labels.items():
                yield f"{label:<{width}} " + "".join(f"{count[name]:7}" for name in (*PARTS, OPEN))
        for part, label, certain in self.few():
            yield f"few examples: {part} {label} has {certain}, {MIN_GOLD} are wanted"


def data_set(folder: Path, *, at: int | None = None) -> DataSet:
    """The pages of a label folder with what people decided on them, in their parts.

    Args:
        folder: The label folder.
        at: Number of the change after which the label sets are wanted; None is the last.

    Raises:
        LabelError: there is no such change, or a page or a decision cannot be read.
    """
    sets = load_label_sets(folder)
    history = load_history(folder, sets)
    wanted = history if at is None else history.at(at)
    whole = wanted.number == history.number
    pages = decided_pages(folder, wanted)
    division = divided(pages, read_parts(folder))
    return DataSet(
        version=wanted.number,
        fingerprint=sets.fingerprint
        if whole
        else history.changes[wanted.number].fingerprint_before,
        labels=wanted.in_force,
        pages={
            part: tuple(page for page in pages if division.parts.get(page.page.name) == part)
            for part in PARTS
        },
        division=division.parts,
        apart=division.apart,
    )


def write_data_set(built: DataSet, folder: Path) -> None:
    """Writes each page as `PART/NAME.json` (huibao/1, personal names too), and what is in them.

    Raises:
        LabelError: the folder holds something else than a data set.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / ABOUT).exists():
        raise LabelError(f"{folder} holds something else than a data set, name another folder")
    by = Annotator("person", "gold", str(built.version), built.fingerprint)
    for part in PARTS:
        (folder / part).mkdir(parents=True, exist_ok=True)
        for old in (folder / part).glob("*.json"):
            old.unlink()
        for page in built.pages[part]:
            path = folder / part / f"{page.page.name.replace('/', '_')}.json"
            if path.exists():
                raise LabelError(f"two pages are called {page.page.name}")
            entries = page_json(replace(page, annotator=by), with_persons=True)
            path.write_text(dumped(entries) + "\n", "utf-8")
    (folder / ABOUT).write_text(dumped(_about(built), indent=1) + "\n", "utf-8")


def _said(annotation: Annotation) -> Iterator[tuple[str, str, bool]]:
    """Set and label of what is said of a report, and whether it is certain."""
    if annotation.genre:
        yield "genres", annotation.genre, True
    for block in annotation.blocks:
        given = [("roles", block.role.label)]
        given += [("categories", tag.label) for tag in block.categories]
        given += [("arenas", tag.label) for tag in block.arenas]
        given += [("entities", kind) for kind in {entity.type for entity in block.entities}]
        for part, label in given:
            meant = labels_meant(label)
            yield from ((part, one, len(meant) == 1) for one in meant)
        for part, labels in block.unjudged.items():
            yield from ((part, label, False) for label in labels)


def _about(built: DataSet) -> dict[str, Any]:
    return {
        "version": built.version,
        "fingerprint": built.fingerprint,
        "labels": {part: list(labels) for part, labels in built.labels.items()},
        "pages": {part: len(pages) for part, pages in built.pages.items()},
        "blocks": built.counts(),
        "few": [f"{part} {label}" for part, label, _ in built.few()],
        "apart": list(built.apart),
    }
