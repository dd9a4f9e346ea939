"""Pretraining text: read, made canonical, freed of repeats and of everything near the test reports."""

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huibao.text.canonical import canonical_characters

SHINGLE = (
    13  # characters; shorter ones are stock phrases of the genre, longer ones miss light edits
)
_SAMPLE = 16  # one shingle in 16 is kept: enough to see a copy, a sixteenth of the memory


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus, its paragraphs in canonical characters."""

    source: str
    paragraphs: tuple[str, ...]


def read_documents(path: Path) -> Iterator[Document]:
    """Reads a corpus file: JSON lines with a `text`, plain or packed as .xz or .zst."""
    for line in _lines(path):
        paragraphs = tuple(_paragraphs(json.loads(line)["text"]))
        yield Document(path.name.partition(".")[0], paragraphs)


def distinct(
    documents: Iterable[Document], *, apart_from: Iterable[str] = (), shared: float = 0.5
) -> Iterator[Document]:
    """The documents without exact repeats of paragraphs and without near-copies of earlier ones.

    Args:
        documents: In order of preference: the first copy stays.
        apart_from: Texts that no document may come near to (test reports).
        shared: The share of 13-character shingles from which on a document counts as a copy.
    """
    seen_shingles: set[int] = set()
    seen_paragraphs: set[bytes] = set()
    for text in apart_from:
        paragraphs = tuple(_paragraphs(text))
        seen_shingles.update(_sampled_shingles("".join(paragraphs)).tolist())
        seen_paragraphs.update(map(_digest, paragraphs))  # a long document may quote them
    for document in documents:
        shingles = _sampled_shingles("".join(document.paragraphs)).tolist()
        known = sum(shingle in seen_shingles for shingle in shingles)
        if known > shared * max(1, len(shingles)):
            continue
        seen_shingles.update(shingles)
        paragraphs = tuple(_unseen(document.paragraphs, seen_paragraphs))
        if paragraphs:
            yield Document(document.source, paragraphs)


def _paragraphs(text: str) -> Iterator[str]:
    """The lines of a text in canonical characters, empty ones left out."""
    for part in canonical_characters(text).split("\n"):
        paragraph = " ".join(part.split())
        if paragraph:
            yield paragraph


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as stream:
            yield from stream
    elif path.suffix == ".zst":
        import zstandard

        with zstandard.open(path, "rt", encoding="utf-8") as stream:
            yield from stream
    else:
        with path.open(encoding="utf-8") as stream:
            yield from stream


def _unseen(paragraphs: Iterable[str], seen: set[bytes]) -> Iterator[str]:
    """Paragraphs not met before; short ones (headings, signatures) may come again."""
    for paragraph in paragraphs:
        if len(paragraph) >= 20:
            digest = _digest(paragraph)
            if digest in seen:
                continue
            seen.add(digest)
        yield paragraph


def _digest(paragraph: str) -> bytes:
    return hashlib.blake2b(paragraph.encode(), digest_size=8).digest()


def _sampled_shingles(text: str) -> npt.NDArray[np.uint64]:
    """A fixed sixteenth of the hashes of all 13-character stretches of the text, without spaces."""
    codes = np.frombuffer("".join(text.split()).encode("utf-32-le"), dtype=np.uint32)
    if len(codes) < SHINGLE:
        return np.zeros(0, dtype=np.uint64)
    count = len(codes) - SHINGLE + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = hashes * np.uint64(1_000_003) + codes[place : place + count].astype(np.uint64)
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(hashes[(hashes >> np.uint64(32)) % np.uint64(_SAMPLE) == 0])
