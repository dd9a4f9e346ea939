"""The items of one request: what was sent, and how a fault of one is kept from its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from huibao.errors import FileError
from huibao.service.logs import log_fault
from huibao.service.problems import Problem, problem_of_file

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Sent:
    """One item: a file's bytes, a text, or why there is no content; and how to read it."""

    content: bytes | str | FileError
    name: str = "report"
    encoding: str | None = None


def made_or_problem(make: Callable[[], Made], *, alone: bool) -> Made | Problem:
    """What is made of one item, or why nothing is.

    A fault of the service itself goes on where the item has no neighbours, else it is logged here.
    """
    try:
        return make()
    except FileError as error:
        return problem_of_file(error)
    except Problem as problem:
        return problem
    except Exception as error:
        if alone:
            raise
        log_fault("an item failed", error)
        return fault_of_item()


def fault_of_item() -> Problem:
    """The problem of one item that the service failed on; the log tells more."""
    return Problem("internal", "The service failed on this item.")


def checked_text(text: str, most: int) -> str:
    """The same text, which has at most so many characters, all of them whole.

    Raises:
        Problem: too_large or invalid_request. JSON can spell half a surrogate pair, Unicode has no
            such character, and no answer could be written that quotes it.
    """
    if len(text) > most:
        raise Problem("too_large", f"The text has {len(text)} characters, at most {most} are read.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Problem(
            "invalid_request",
            f"Character {error.start} of the text is half of a surrogate pair.",
        ) from None
    return text
