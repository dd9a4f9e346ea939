"""What can be wrong with the written corpus: unknown labels, odd marks, blocks written twice."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from huibao.errors import LabelError
from huibao.label_files.strict_yaml import HEADERS_FILE, label_file
from huibao.labels import LabelSet, LabelSets
from huibao.marked import HEADER_KEYS, MarkedBlock, MarkedPage, parse_marked
from huibao.resources import resource_folder

SHINGLE = 12  # characters
MIN_BLOCK = 30  # characters; shorter blocks (headings, signatures) are alike by nature
NEAR_DUPLICATE = 0.6  # share of a block's shingles that one earlier block has too
TWICE = ("first", "second")  # folders of the reports that two people marked without each other
_MAX_OWNERS = 16  # blocks remembered per shingle: keeps formulas of the genre from costing n²
_YEAR = re.compile(r"\d{4}|masked")
_ONLY_MASK = re.compile(r"[xX×＊*_＿\s某]+")
_WHITE = re.compile(r"\s+")
# Traits that the marks of a page prove or disprove.
_SHOWN_BY_KIND = {"several_reports": "report", "furniture": "furniture", "table": "table"}
_FORMAL_KINDS = ("title", "sig")
_HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A block whose text stands, mostly, in an earlier block too; `share` is of its shingles."""

    page: str
    line: int
    other_page: str
    other_line: int
    share: float


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """How much of what the corpus holds; `blocks` leaves furniture out."""

    pages: int
    reports: int
    blocks: int
    furniture: int
    characters: int
    near_duplicates: int
    kinds: Counter[str]
    roles: Counter[str]
    categories: Counter[str]
    arenas: Counter[str]
    entities: Counter[str]
    genres: Counter[str]
    authors: Counter[str]
    traits: Counter[str]


def check_marked_folder(folder: Path, label_sets: LabelSets) -> tuple[str, ...]:
    """All faults of the marked reports of a folder, near-duplicate blocks included.

    The reports marked twice, in the folders `first` and `second`, are checked too: they must have
    the texts of the corpus, of which they are another reading.
    """
    pages, faults = marked_pages(folder)
    headers = label_file(_label_folder(folder) / HEADERS_FILE)
    faults += _page_faults(pages, label_sets, headers)
    texts = {page.name: page.text for page in pages}
    for again in (folder / name for name in TWICE):
        marked, found = marked_pages(again)
        found += _page_faults(marked, label_sets, headers)
        found += [
            f"{page.name}: another text than that of the corpus"
            for page in marked
            if page.text != texts.get(page.name)
        ]
        faults += [f"{again.name}/{fault}" for fault in found]
    faults += [
        f"{twin.page}:{twin.line}: {twin.share:.0%} of the block stands in "
        f"{twin.other_page}:{twin.other_line} too, write it anew"
        for twin in near_duplicate_blocks(pages)
    ]
    return tuple(faults)


def marked_pages(folder: Path) -> tuple[tuple[MarkedPage, ...], list[str]]:
    """The pages of a folder in the order of their names, and the faults of those left out."""
    pages, faults = [], []
    for path in sorted(folder.glob("*.txt")):
        try:
            pages.append(parse_marked(path.read_text("utf-8"), path.name))
        except LabelError as error:
            faults.append(str(error))
        except UnicodeDecodeError as error:
            faults.append(f"{path.name}: byte {error.start} is not UTF-8")
    return tuple(pages), faults


def near_duplicate_blocks(pages: Sequence[MarkedPage]) -> tuple[NearDuplicate, ...]:
    """The blocks of which over 60 % of the 12-character shingles stand in one earlier block.

    White space and the width of characters do not count. Takes time linear in the characters: each
    shingle leads to at most 16 blocks.
    """
    places: list[tuple[str, int]] = []
    owners: dict[str, list[int]] = {}
    found = []
    for page, block in _blocks(pages):
        shingles = _shingles(page.text[block.start : block.end])
        if not shingles:
            continue
        hits = Counter(owner for shingle in shingles for owner in owners.get(shingle, ()))
        other, shared = max(hits.items(), key=lambda hit: (hit[1], -hit[0]), default=(0, 0))
        if shared > NEAR_DUPLICATE * len(shingles):
            share = shared / len(shingles)
            found.append(NearDuplicate(page.name, block.line, *places[other], share))
        for shingle in shingles:
            known = owners.setdefault(shingle, [])
            if len(known) < _MAX_OWNERS:
                known.append(len(places))
        places.append((page.name, block.line))
    return tuple(found)


def corpus_statistics(pages: Sequence[MarkedPage]) -> CorpusStatistics:
    """Counts over pages; genres count reports, authors and traits count pages."""
    blocks = [block for _, block in _blocks(pages)]
    inner = [block for page in pages for block in page.blocks if block.kind == "report"]
    first = [page.header.get("genre", "") for page in pages]
    genres = Counter([*first, *(block.role or "" for block in inner)])
    return CorpusStatistics(
        pages=len(pages),
        reports=genres.total(),
        blocks=len(blocks),
        furniture=sum(block.kind == "furniture" for page in pages for block in page.blocks),
        characters=sum(len(page.text) for page in pages),
        near_duplicates=len(near_duplicate_blocks(pages)),
        kinds=Counter(block.kind for block in blocks),
        roles=Counter(block.role or "" for block in blocks),
        categories=Counter(label for block in blocks for label in block.categories),
        arenas=Counter(label for block in blocks for label in block.arenas),
        entities=Counter(entity.type for block in blocks for entity in block.entities),
        genres=genres,
        authors=Counter(page.header.get("author", "") for page in pages),
        traits=Counter(trait for page in pages for trait in _traits(page)),
    )


def _label_folder(folder: Path) -> Path:
    """The label folder that a folder of reports lies in, else the shipped one."""
    above = folder.resolve().parent
    return above if (above / HEADERS_FILE).exists() else resource_folder("labels")


def _blocks(pages: Iterable[MarkedPage]) -> Iterator[tuple[MarkedPage, MarkedBlock]]:
    for page in pages:
        for block in page.blocks:
            if block.kind not in ("furniture", "report"):
                yield page, block


def _shingles(text: str) -> set[str]:
    plain = _WHITE.sub("", unicodedata.normalize("NFKC", text))
    if len(plain) < MIN_BLOCK:
        return set()
    return {plain[place : place + SHINGLE] for place in range(len(plain) - SHINGLE + 1)}


def _traits(page: MarkedPage) -> list[str]:
    return [trait.strip() for trait in page.header.get("traits", "").split(",") if trait.strip()]


def _page_faults(
    pages: Iterable[MarkedPage], sets: LabelSets, headers: dict[str, dict[str, str]]
) -> Iterator[str]:
    for page in pages:
        yield from _header_faults(page, sets, headers)
        yield from _block_faults(page, sets)


def _header_faults(
    page: MarkedPage, sets: LabelSets, headers: dict[str, dict[str, str]]
) -> Iterator[str]:
    for key in HEADER_KEYS:
        if key not in page.header:
            yield f"{page.name}: header line {key!r} is missing"
    genre, author = page.header.get("genre"), page.header.get("author")
    if genre is not None and not sets.genres.knows(genre):
        yield f"{page.name}: genre {genre!r} is not in genres.yaml"
    if author is not None and author not in headers["authors"]:
        yield f"{page.name}: author {author!r} is not in {HEADERS_FILE}"
    if not _YEAR.fullmatch(page.header.get("year", "masked")):
        yield f"{page.name}: year {page.header['year']!r}, expected four digits or 'masked'"
    yield from _trait_faults(page, headers)


def _trait_faults(page: MarkedPage, headers: dict[str, dict[str, str]]) -> Iterator[str]:
    traits, kinds = _traits(page), {block.kind for block in page.blocks}
    for trait in traits:
        if trait not in headers["traits"]:
            yield f"{page.name}: trait {trait!r} is not in {HEADERS_FILE}"
    for trait, kind in _SHOWN_BY_KIND.items():
        if (trait in traits) != (kind in kinds):
            yield f"{page.name}: trait {trait!r} and #{kind} marks do not agree"
    if "headless" in traits and kinds.intersection(_HEADINGS):
        yield f"{page.name}: trait 'headless', but there are headings"


def _block_faults(page: MarkedPage, sets: LabelSets) -> Iterator[str]:
    for block in page.blocks:
        place = f"{page.name}:{block.line}"
        if block.kind == "report":
            if not sets.genres.knows(block.role or ""):
                yield f"{place}: genre {block.role!r} is not in genres.yaml"
        elif block.kind != "furniture":
            roles = [role for role in (block.role, block.also) if role is not None]
            yield from _unknown(place, roles, sets.roles)
            yield from _unknown(place, block.categories, sets.categories)
            yield from _unknown(place, block.arenas, sets.arenas)
            yield from _unknown(place, {mark.type for mark in block.entities}, sets.entities)
            yield from _entity_faults(place, page, block)
            if block.kind in _FORMAL_KINDS and block.role != "title_meta":
                yield f"{place}: #{block.kind} has the role {block.role}, expected title_meta"


def _unknown(place: str, labels: Iterable[str], part: LabelSet) -> Iterator[str]:
    for label, count in sorted(Counter(labels).items()):
        if not part.knows(label):
            yield f"{place}: {label!r} is not in {part.id}.yaml"
        if count > 1:
            yield f"{place}: {label} stands {count} times"


def _entity_faults(place: str, page: MarkedPage, block: MarkedBlock) -> Iterator[str]:
    for entity in block.entities:
        text = page.text[entity.start : entity.end]
        if text != text.strip():
            yield f"{place}: {entity.type} {text!r} begins or ends with white space"
        if _ONLY_MASK.fullmatch(text):
            yield f"{place}: {entity.type} {text!r} is a mask alone and no entity"
