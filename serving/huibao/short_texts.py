"""Single paragraphs without their report: each one block, labelled by the functions `Reader` uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from huibao.annotation import BlockAnnotation
from huibao.errors import FileError
from huibao.inference.scores import WindowScores
from huibao.inference.windows import Context, Window, block_windows
from huibao.reader import Reader
from huibao.report import Block, Report, Span
from huibao.text.canonical import canonical, canonical_characters
from huibao.text.passages import trimmed

MOST_WINDOWS = 8  # some 1,500 characters: more than that is a report, and `Reader` cuts it better
_MIDDLE = 5  # the decile of a text whose place in its report is not known


@dataclass(frozen=True, slots=True)
class ShortText:
    """A text as one block with the windows that the model has to score."""

    block: Block
    windows: tuple[Window, ...]


def heading_context(path: Sequence[str]) -> Context:
    """The place of a paragraph under headings, the outermost first."""
    return Context(tuple(map(_canonical_text, path)), _MIDDLE, "paragraph")


def short_text(text: str, context: Context, reader: Reader) -> ShortText:
    """Makes a text one block with its windows.

    Raises:
        FileError: empty_text, or too_large for a text of more than `MOST_WINDOWS` windows.
    """
    start, end = trimmed(text, 0, len(text))
    found, origin = canonical(canonical_characters(text), start, end)
    if not found:
        raise FileError("empty_text", "the text is empty")
    block = Block(0, "paragraph", 0, None, Span(start, end), found, origin)
    bundle = reader.bundle
    windows: list[Window] = []
    for window in block_windows(block, 0, context, bundle.vocabulary, bundle.window):
        windows.append(window)
        if len(windows) > MOST_WINDOWS:
            raise FileError(
                "too_large",
                f"the text takes more than {MOST_WINDOWS} windows of the model: read it as a report",
            )
    return ShortText(block, tuple(windows))


def short_labels(
    text: ShortText, scores: Sequence[WindowScores], reader: Reader
) -> BlockAnnotation:
    """The role and the categories of a short text from the scores of its windows."""
    return reader.decided_alone(text.block, text.windows, scores)


def short_annotation(
    text: ShortText, scores: Sequence[WindowScores], reader: Reader
) -> BlockAnnotation:
    """All that the reader says of a report of this one block; entities are at their places in it."""
    report = Report(0, text.block.span, "", (text.block,))
    (said,) = reader.decided((report,), text.windows, scores)
    return said.blocks[0]


def _canonical_text(text: str) -> str:
    return canonical(canonical_characters(text), *trimmed(text, 0, len(text)))[0]
