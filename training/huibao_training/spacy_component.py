"""huibao as a part of a spaCy pipeline: `nlp.add_pipe("huibao")`.

spaCy finds it by its entry point, so that nobody has to import it. It stands beside training because
whatever imports spaCy does; it needs nothing else of training.
"""

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from huibao.jsonl import page_json
from huibao.reader import Reader, load_reader

BLOCKS = "blocks"
_KEY = "huibao"


class HuibaoComponent:
    """Reads each document as one page."""

    def __init__(self, reader: Reader, *, with_persons: bool) -> None:
        """Takes a loaded reader; `with_persons` keeps personal names."""
        self._reader, self._with_persons = reader, with_persons

    def __call__(self, doc: Doc) -> Doc:
        """Sets `doc.ents`, `doc.spans["blocks"]` with roles as labels, and `doc._.huibao`.

        A document without words has none of them, as is usual in a pipeline.

        Raises:
            FileError: the text is too long.
        """
        if not doc.text.strip():
            doc.spans[BLOCKS] = []
            return doc
        page = page_json(self._reader.read(doc.text), with_persons=self._with_persons)
        blocks = [block for report in page["reports"] for block in report["blocks"]]
        doc.spans[BLOCKS] = [_span(doc, one, one["role"]["id"]) for one in blocks]
        entities = [_span(doc, one, one["type"]) for block in blocks for one in block["entities"]]
        doc.set_ents(filter_spans(entities))
        doc._.set(_KEY, page)
        return doc


@Language.factory(  # type: ignore[untyped-decorator]  # spaCy's own decorator
    _KEY,
    default_config={"bundle": None, "with_persons": False},
    assigns=["doc.ents", "doc.spans", f"doc._.{_KEY}"],
)
def make_component(
    nlp: Language, name: str, bundle: str | None, with_persons: bool
) -> HuibaoComponent:
    """The component of a pipeline; `bundle` is a folder or a name, None the shipped default."""
    Doc.set_extension(_KEY, default=None, force=True)
    return HuibaoComponent(load_reader(bundle), with_persons=with_persons)


def _span(doc: Doc, told: dict[str, Any], label: str) -> Span:
    """The tokens at a stretch of the text; where tokens are words, those that it touches."""
    return doc.char_span(told["start"], told["end"], label=label, alignment_mode="expand")
