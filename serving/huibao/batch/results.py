"""What became of each file of a run: one row, whether it was read or not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from huibao.errors import FileReason

Status = Literal["done", "partial", "failed", "skipped"]
STATUSES: tuple[Status, ...] = get_args(Status)

# Beside the reasons why a file cannot be read: what befalls files among many.
BatchReason = Literal[
    "not_found",  # a path that leads nowhere, a pattern that fits nothing
    "unreadable",  # the file system does not give its bytes
    "forbidden_name",  # an archive's entry that points outside of it
    "reader_failed",  # a fault of huibao's own; the message has its kind and place
    "reader_ended",  # its worker process ended twice, for want of memory as a rule
    "report_failed",  # partial: a report of the page could not be labelled
    "damaged_text",  # partial: some pages are missing or their characters cannot be told
    "no_report",  # partial: the page was read, and it holds no report
    "finished",  # skipped: the same content was read before, with the same model and labels
]
Reason = FileReason | BatchReason


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file.

    Args:
        source: Its stable name: the path as given, for an archive's entry or a line what follows it.
        status: Whether its page is whole, in part or not there; `skipped` ones are never stored.
        reason: Why it is not whole.
        message: The reason as one sentence.
        sha256: Of its content; None where that could not be had.
        key: The model, labels and options it was read with (`Identity.key`).
        characters: Of its text.
        seconds: By the clock, from being sent to a worker to its answer.
        same_as: The source before it that has the same content.
        offset: Where in `reports.jsonl` its page begins, in bytes; None where it has none.
        size: Bytes of its page without the line break.
    """

    source: str
    status: Status
    reason: Reason | None = None
    message: str | None = None
    sha256: str | None = None
    key: str = ""
    reports: int = 0
    blocks: int = 0
    characters: int = 0
    warnings: int = 0
    seconds: float = 0.0
    same_as: str | None = None
    offset: int | None = None
    size: int = 0

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status {self.status!r} of {self.source}")
        if self.has_page != (self.status in ("done", "partial")):
            raise ValueError(f"{self.source} is {self.status}, and its page says otherwise")

    @property
    def has_page(self) -> bool:
        """Whether a page was made of it."""
        return self.size > 0

    def as_row(self) -> dict[str, Any]:
        """The result as an object of JSON."""
        return asdict(self)


_FIELDS = frozenset(field.name for field in fields(FileResult))


def result_of(row: Mapping[str, Any]) -> FileResult:
    """The result that a row tells.

    Raises:
        ValueError: when the row is none.
    """
    try:
        return FileResult(**{name: cell for name, cell in row.items() if name in _FIELDS})
    except TypeError as error:
        raise ValueError(f"no row of a file: {error}") from None
