"""The errors of huibao, named for what went wrong; they know nothing of HTTP or exit codes.

HuibaoError
├── FileError          a file that cannot be read; `reason` names why
├── LabelError         a label set or a marked report that contradicts itself
├── ReviewError        what a reviewer sent does not fit what is there; `reason` names why
├── BundleError        a model folder that is incomplete or does not fit the label sets
└── MissingExtraError  an optional package is not installed; the message has the command
"""

from typing import Literal, get_args

FileReason = Literal[
    "encrypted",
    "corrupt",
    "too_large",
    "unsupported_type",
    "needs_ocr",
    "empty_text",
    "converter_missing",
    "timeout",
]
ReviewReason = Literal[
    "no_such_block",
    "text_changed",
    "labels_changed",
    "answer_refused",
    "nothing_to_undo",
]
FILE_REASONS: tuple[FileReason, ...] = get_args(FileReason)
_LONGEST_MESSAGE = 500


class HuibaoError(Exception):
    """Any error that huibao raises on purpose."""


class FileError(HuibaoError):
    """A file that cannot be read; `reason` is one of `FILE_REASONS`.

    The message is one line, whatever names and faults of the file it quotes.
    """

    def __init__(self, reason: FileReason, message: str) -> None:
        super().__init__(" ".join(message.split())[:_LONGEST_MESSAGE])
        self.reason: FileReason = reason


class LabelError(HuibaoError):
    """A label set or a marked report with a fault; the message names file, label and fault."""


class ReviewError(HuibaoError):
    """What a reviewer sent that is not taken; `now` is what stands where something else was meant."""

    def __init__(self, reason: ReviewReason, message: str, *, now: str = "") -> None:
        super().__init__(message)
        self.reason: ReviewReason = reason
        self.now = now


class BundleError(HuibaoError):
    """A bundle that is incomplete, damaged or made for other label sets."""


class MissingExtraError(HuibaoError):
    """An optional part was asked for whose packages are not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs more packages: pip install 'huibao[{extra}]'")
        self.extra = extra
