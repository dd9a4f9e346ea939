"""What the servers are asked: paragraphs of 5 to 400 characters and whole reports, from a seed."""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from huibao.resources import resource_folder
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
from huibao_training.written import written_pages

SHORTEST, LONGEST = 5, 400  # characters of a paragraph
ONE_LINE = 33  # characters of half the paragraphs in real reports, the length latency is told for
_GOLDEN = (math.sqrt(5) - 1) / 2
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a run.

    Args:
        paragraphs: Of mixed lengths, no two alike.
        lines: Paragraphs of `ONE_LINE` characters.
        reports: Whole texts of reports, each with its paragraphs.
    """

    paragraphs: tuple[str, ...]
    lines: tuple[str, ...]
    reports: tuple[tuple[str, tuple[str, ...]], ...]


def drawn_texts(*, paragraphs: int, lines: int, reports: int, seed: int) -> Texts:
    """Texts made of the sentences of the written corpus, whose reports were written for huibao.

    Lengths lie evenly on a logarithmic scale: a mean of 90 characters, a tenth under 8, half under
    45, a tenth over 258, much as in real reports (80, 9, 33, 237). They follow the golden ratio, so
    that any stretch of the paragraphs is mixed alike: a slow server answers fewer, not easier ones.
    """
    pages = written_pages(resource_folder("labels"))
    whole = [[block.text for one in page.source.reports for block in one.blocks] for page in pages]
    sentences = sorted({one for blocks in whole for block in blocks for one in _parts(block)})
    longest = sorted(("\n".join(blocks) for blocks in whole), key=len, reverse=True)
    chance = random.Random(seed)
    lengths = [
        round(SHORTEST * (LONGEST / SHORTEST) ** (place * _GOLDEN % 1))
        for place in range(paragraphs)
    ]
    return Texts(
        tuple(_paragraph(sentences, length, chance) for length in lengths),
        tuple(_paragraph(sentences, ONE_LINE, chance) for _ in range(lines)),
        tuple(_with_paragraphs(text) for text in chance.sample(longest[:reports], reports)),
    )


def _with_paragraphs(text: str) -> tuple[str, tuple[str, ...]]:
    """A report and its blocks as huibao finds them, the longest cut to what all servers take."""
    read = split_reports(read_page(text, "report.txt"))
    blocks = [block.text for report in read.reports for block in report.blocks]
    return text, tuple(block[:LONGEST] for block in blocks)


def _parts(block: str) -> Iterator[str]:
    return (match.group() for match in _SENTENCE.finditer(block))


def _paragraph(sentences: list[str], length: int, chance: random.Random) -> str:
    """Sentences drawn until there are enough characters; the last one is cut."""
    text = ""
    while len(text) < length:
        text += chance.choice(sentences).strip()
    return text[:length]
