"""Where training data lies, and the rows made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from huibao.annotation import PageAnnotation
from huibao.errors import HuibaoError
from huibao.gold_pages.data_set import ABOUT
from huibao.jsonl import page_from_json, read_json
from huibao.label_files import load_label_sets
from huibao.resources import resource_folder
from huibao.text.canonical import canonical_characters
from huibao_training.augment import read_places
from huibao_training.corpus import Document, distinct, read_documents
from huibao_training.examples import Example, entity_examples, page_examples
from huibao_training.written import written_pages


class DataMissingError(HuibaoError):
    """Data that is not part of the project was asked for and is not there."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Folders and files of training data; an empty string leaves a source out.

    Args:
        labels: Label folder, with the written corpus and what people decided; empty = the project's own.
        data: Folder that `huibao labels build` wrote; empty = the pages of the label folder as they are.
        real: huibao/1 JSON of annotated real paragraphs.
        entities: Folder of entity data, `NAME.train.jsonl.xz`.
        entity_sets: The names used of it.
        gazetteer: Tab-separated names of divisions, for renaming places.
        most: Rows of each source at the most, spread evenly over it; 0 for all.
        most_entities: The same for each entity set alone.
    """

    labels: str = ""
    data: str = ""
    real: str = ""
    entities: str = ""
    entity_sets: tuple[str, ...] = ("pd98", "msra", "cluener", "cail2021")
    gazetteer: str = ""
    most: int = 0
    most_entities: int = 0


@dataclass(frozen=True, slots=True)
class CorpusSources:
    """Text for pretraining and how it is packed.

    Args:
        files: JSON lines with a `text`, plain, .xz or .zst, in order of preference: of near copies
            the first stays.
        apart_from: Folder of .txt test reports that nothing may come near to.
        written: Whether the train part of the written corpus is added.
        least_count: Characters seen less often become [UNK].
        held_out: Share of the documents kept for measuring.
        blanked: Share of the numbers replaced by `xx`.
    """

    files: tuple[str, ...] = ()
    apart_from: str = ""
    written: bool = True
    least_count: int = 5
    held_out: float = 0.004
    blanked: float = 0.03
    seed: int = 7
    workers: int = 2


def label_folder(sources: Sources) -> Path:
    """The folder of the label sets that are learned."""
    return Path(sources.labels) if sources.labels else resource_folder("labels")


def pretraining_documents(sources: CorpusSources) -> list[Document]:
    """The distinct documents of the corpus, none of them near a test report."""
    held_out: list[str] = []
    if sources.apart_from:
        files = sorted(present(Path(sources.apart_from)).glob("*.txt"))
        held_out = [file.read_text("utf-8") for file in files]
    return list(distinct(_documents(sources), apart_from=held_out))


def _documents(sources: CorpusSources) -> Iterator[Document]:
    if sources.written:
        for page in written_pages(resource_folder("labels"), "train"):
            lines = canonical_characters(page.page.text).split("\n")
            yield Document("written", tuple(line.strip() for line in lines if line.strip()))
    for file in sources.files:
        yield from read_documents(present(Path(file)))


def written_examples(
    sources: Sources, part: str, types: Sequence[str], categories: Sequence[str] = ()
) -> list[Example]:
    """The blocks of one part of the label folder's pages, or of the data set that is named.

    Raises:
        DataMissingError: when the data set is not there or was built for other label sets.
    """
    if not sources.data:
        pages = written_pages(label_folder(sources), part)
        return _cut(list(page_examples(pages, "written", types, categories)), sources.most)
    in_force = load_label_sets(label_folder(sources)).fingerprint
    built = data_set_pages(Path(sources.data), part, in_force)
    return _cut(list(page_examples(built, "gold", types, categories)), sources.most)


def data_set_pages(folder: Path, part: str, in_force: str) -> Iterator[PageAnnotation]:
    """The pages of one part of a data set, by name; `in_force` is the fingerprint it must be for.

    Raises:
        DataMissingError: when it is not there or was built for other label sets than those in force.
    """
    about = read_json(present(folder / ABOUT))
    if about["fingerprint"] != in_force:
        raise DataMissingError(
            f"{folder} was built for label sets {about['fingerprint']}, in force are {in_force}: "
            "run `huibao labels build` again"
        )
    for file in sorted((folder / part).glob("*.json")):
        yield page_from_json(read_json(file))


def real_examples(sources: Sources, types: Sequence[str]) -> list[Example]:
    """Annotated paragraphs of real reports, none where no folder is named."""
    if not sources.real:
        return []
    files = sorted(present(Path(sources.real)).glob("*.json"))
    pages = (page_from_json(read_json(file)) for file in files)
    return _cut(list(page_examples(pages, "real", types)), sources.most)


def warm_up_examples(sources: Sources) -> list[Example]:
    """Sentences with entities of the public sets, none where no folder is named."""
    if not sources.entities:
        return []
    folder = present(Path(sources.entities))
    rows: list[Example] = []
    for name in sources.entity_sets:
        found = list(entity_examples(present(folder / f"{name}.train.jsonl.xz")))
        rows.extend(_cut(found, sources.most_entities or sources.most))
    return rows


def places(sources: Sources) -> tuple[str, ...]:
    """Names for renamed places, none where no gazetteer is named."""
    return read_places(present(Path(sources.gazetteer))) if sources.gazetteer else ()


def present(path: Path) -> Path:
    """The path itself.

    Raises:
        DataMissingError: when nothing is there.
    """
    if not path.exists():
        raise DataMissingError(
            f"{path} is not here: this data is not part of the project, name your own in the config"
        )
    return path


def _cut(rows: list[Example], most: int) -> list[Example]:
    return rows[:: max(1, len(rows) // most)][:most] if most else rows
