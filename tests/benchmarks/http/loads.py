"""The load shapes: how many clients, and what each of them asks for at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from dialects import Dialect, Request
from texts import ONE_LINE, Texts


@dataclass(frozen=True, slots=True)
class Load:
    """Clients that each send the next request when the last one is answered.

    Args:
        name: The column's heading.
        clients: How many at a time.
        paragraphs: In one request; 0 for all of a report.
        lines: Whether all paragraphs have the length of one line.
    """

    name: str
    clients: int
    paragraphs: int
    lines: bool = False

    def requests(self, texts: Texts, dialect: Dialect) -> list[Request]:
        """What is sent, over and over, in this order."""
        if self.paragraphs == 0:
            return [dialect.of_report(text, paragraphs) for text, paragraphs in texts.reports]
        drawn = texts.lines if self.lines else texts.paragraphs
        lists = (drawn[at : at + self.paragraphs] for at in range(0, len(drawn), self.paragraphs))
        return [dialect.of_paragraphs(one) for one in lists if len(one) == self.paragraphs]


LINE = Load(f"{ONE_LINE} characters, 1 client", 1, 1, lines=True)
LOADS = (
    LINE,
    Load("1 client", 1, 1),
    Load("8 clients", 8, 1),
    Load("32 clients", 32, 1),
    Load("lists of 32, 2 clients", 2, 32),
    Load("lists of 256, 1 client", 1, 256),
    Load("reports, 2 clients", 2, 0),
)


def mixed(texts: Texts, dialect: Dialect, count: int) -> Iterable[Request]:
    """All kinds of requests in turn: of a hundred, 96 single paragraphs, 3 lists and a report."""
    singles = Load("", 1, 1).requests(texts, dialect)
    lists = Load("", 1, 32).requests(texts, dialect)
    reports = Load("", 1, 0).requests(texts, dialect)

    def endless() -> Iterable[Request]:
        for place in range(count):
            kind = reports if place % 100 == 99 else lists if place % 33 == 32 else singles
            yield kind[place % len(kind)]

    return islice(endless(), count)
