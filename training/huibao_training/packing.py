"""Documents to flat arrays of token ids, with one bit a token that says where a word begins."""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huibao.inference.vocabulary import (
    SEPARATOR,
    Vocabulary,
    read_vocabulary,
    vocabulary_of,
    write_vocabulary,
)
from huibao_training.corpus import Document

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PackedText:
    """A token stream. Shapes (tokens,): `ids` uint16, `word_starts` bool."""

    ids: npt.NDArray[np.uint16]
    word_starts: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(
        self, starts: npt.NDArray[np.int64], length: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Rows cut at `starts`: ids and word starts, both of shape (rows, length).

        A row that reaches the end of the stream goes on at its beginning.
        """
        places = (starts[:, None] + np.arange(length)[None, :]) % len(self)
        return self.ids[places].astype(np.int64), self.word_starts[places]


@dataclass(frozen=True, slots=True)
class PackedCorpus:
    """What pretraining reads: a stream to learn from, one to measure on, and the vocabulary."""

    train: PackedText
    held_out: PackedText
    vocabulary: Vocabulary


def pack(
    documents: list[Document],
    folder: Path,
    *,
    least_count: int,
    held_out: float,
    blanked: float,
    seed: int,
    workers: int,
    vocabulary: Vocabulary | None = None,
) -> dict[str, int]:
    """Writes a packed corpus into `folder`.

    Args:
        documents: Distinct documents; put in an order drawn by `seed`.
        folder: Where `train.npz`, `held_out.npz`, `vocab.txt` and `corpus.json` go.
        least_count: Characters seen less often become [UNK].
        held_out: Share of the documents kept for measuring.
        blanked: Share of the numbers replaced by `xx`, so that the token for masks is trained.
        seed: For the order of the documents, the held-out draw and the blanks.
        workers: Processes for word segmentation.
        vocabulary: That of the encoder to continue; None makes one of the characters seen.

    Returns:
        Tokens by source.
    """
    folder.mkdir(parents=True, exist_ok=True)
    documents = sorted(documents, key=lambda document: _draw(document, seed))
    vocabulary = vocabulary or _vocabulary_of(documents, least_count)
    write_vocabulary(vocabulary, folder / "vocab.txt")
    drawn = sum(_draw(document, seed) < held_out for document in documents)
    kept_back = min(max(1, drawn), len(documents) - 1)
    tokens = {}
    for name, part in (("held_out", documents[:kept_back]), ("train", documents[kept_back:])):
        packed = _packed(part, vocabulary, blanked, seed, workers)
        np.savez(folder / f"{name}.npz", ids=packed.ids, word_starts=packed.word_starts)
        tokens[name] = len(packed)
    tokens |= _characters_by_source(documents)
    (folder / "corpus.json").write_text(json.dumps(tokens, indent=1) + "\n", "utf-8")
    return tokens


def _draw(document: Document, seed: int) -> float:
    """A number in 0..1 of the document's own: a new document moves no other into the held-out part."""
    digest = hashlib.blake2b(document.paragraphs[0].encode(), digest_size=8, salt=b"%d" % seed)
    return int.from_bytes(digest.digest()) / 256**8


def _vocabulary_of(documents: Iterable[Document], least_count: int) -> Vocabulary:
    counts: Counter[str] = Counter()
    for document in documents:
        for paragraph in document.paragraphs:
            counts.update(paragraph)
    return vocabulary_of(counts.items(), at_least=least_count)


def read_packed(folder: Path) -> PackedCorpus:
    """Reads what `pack` wrote."""
    texts = {}
    for name in ("train", "held_out"):
        with np.load(folder / f"{name}.npz") as arrays:
            texts[name] = PackedText(arrays["ids"], arrays["word_starts"])
    return PackedCorpus(texts["train"], texts["held_out"], read_vocabulary(folder / "vocab.txt"))


def _packed(
    documents: list[Document], vocabulary: Vocabulary, blanked: float, seed: int, workers: int
) -> PackedText:
    chunks = [documents[place : place + 200] for place in range(0, len(documents), 200)]
    jobs = [(chunk, vocabulary, blanked, seed + number) for number, chunk in enumerate(chunks)]
    if workers > 1:
        with get_context("spawn").Pool(workers) as pool:
            parts = pool.map(_packed_chunk, jobs, chunksize=4)
    else:
        parts = [_packed_chunk(job) for job in jobs]
    return PackedText(
        np.concatenate([ids for ids, _ in parts]), np.concatenate([starts for _, starts in parts])
    )


def _packed_chunk(
    job: tuple[list[Document], Vocabulary, float, int],
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.bool_]]:
    documents, vocabulary, blanked, seed = job
    rng = random.Random(seed)
    ids: list[int] = []
    starts: list[bool] = []
    for document in documents:
        for paragraph in document.paragraphs:
            text = _with_blanks(paragraph, blanked, rng)
            tokens = vocabulary.encode(text)
            begins = set(_word_begins(text))
            ids.extend(tokens.ids)
            starts.extend(place in begins for place in tokens.starts)
        ids.append(vocabulary.id_of(SEPARATOR))
        starts.append(True)
    return np.array(ids, dtype=np.uint16), np.array(starts, dtype=np.bool_)


def _with_blanks(text: str, share: float, rng: random.Random) -> str:
    return _NUMBER.sub(lambda number: "xx" if rng.random() < share else number.group(), text)


def _word_begins(text: str) -> Iterator[int]:
    import jieba  # builds its dictionary at the first call

    place = 0
    for word in jieba.cut(text, HMM=False):
        yield place
        place += len(word)


def _characters_by_source(documents: Iterable[Document]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for document in documents:
        counts[f"characters of {document.source}"] += sum(map(len, document.paragraphs))
    return dict(sorted(counts.items()))
