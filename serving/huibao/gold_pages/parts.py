"""Which page is for training, which for tuning and which for tests: settled once, for ever."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from huibao.annotation import PageAnnotation
from huibao.decisions.proposals import CORPUS_FOLDER
from huibao.near_copies import Sketched, copy_groups, sketch_of
from huibao.report import Block

PARTS = ("train", "dev", "test")
DEV, TEST = 0.1, 0.12  # shares of new pages, those of the first 281
FILE = "split.yaml"


@dataclass(frozen=True, slots=True)
class Division:
    """The part of each page by name, and the pages of no part: near copies of two parts at once."""

    parts: Mapping[str, str]
    apart: tuple[str, ...]


def read_parts(folder: Path) -> dict[str, str]:
    """The part of each page that has one, from the split of a label folder's corpus."""
    path = folder / CORPUS_FOLDER / FILE
    if not path.exists():
        return {}
    entries = yaml.safe_load(path.read_text("utf-8")) or {}
    return {_page_name(name): part for part, names in entries.items() for name in names}


def write_parts(folder: Path, parts: Mapping[str, str]) -> None:
    """Writes the split; pages keep their order in it, new ones come behind."""
    path = folder / CORPUS_FOLDER / FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    head = "".join(f"{line}\n" for line in lines if line.startswith("#"))
    entries: dict[str, list[str]] = {part: [] for part in PARTS}
    for name, part in parts.items():
        entries[part].append(name.removesuffix(".txt"))
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f".{FILE}.tmp").write_text(head + text, "utf-8")
    path.with_name(f".{FILE}.tmp").replace(path)


def divided(pages: Sequence[PageAnnotation], known: Mapping[str, str]) -> Division:
    """The parts of pages; one that has a part keeps it, whatever happens.

    A new page goes where its near copies are; where there are none, a hash of its name draws, so that
    new pages move no other.
    """
    parts, apart = dict(known), []
    if all(page.page.name in parts for page in pages):
        return Division(parts, ())
    for family in _families(pages):
        fresh = sorted(name for name in family if name not in known)
        there = {known[name] for name in family if name in known}
        if len(there) > 1:
            apart += fresh
        elif fresh:
            part = there.pop() if there else _drawn(fresh[0])
            parts |= dict.fromkeys(fresh, part)
    return Division(parts, tuple(sorted(apart)))


def _families(pages: Iterable[PageAnnotation]) -> list[frozenset[str]]:
    """The pages that hang together, because a report of one is a near copy of another's."""
    pages = list(pages)
    family_of = {page.page.name: frozenset({page.page.name}) for page in pages}
    reports = [
        Sketched(f"{page.page.name}#{one.report.index}", sketch_of(_text(one.report.blocks)))
        for page in pages
        for one in page.annotations
    ]
    for group in copy_groups(reports):
        ids = (group.source, *(copy.id for copy in group.copies))
        joined = frozenset().union(*(family_of[one.rpartition("#")[0]] for one in ids))
        family_of |= dict.fromkeys(joined, joined)
    return list(dict.fromkeys(family_of.values()))


def _text(blocks: Iterable[Block]) -> str:
    return "\n".join(block.text for block in blocks)


def _drawn(name: str) -> str:
    draw = int(hashlib.sha256(name.removesuffix(".txt").encode()).hexdigest()[:8], 16) / 16**8
    return "test" if draw < TEST else "dev" if draw < TEST + DEV else "train"


def _page_name(name: str) -> str:
    """The corpus names its files without the ending."""
    return name if Path(name).suffix else f"{name}.txt"
