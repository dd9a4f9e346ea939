"""What holds of every page that was read and of every refusal, whatever the file."""

from huibao.errors import FILE_REASONS, FileError
from huibao.reading_process.messages import page_message, page_of
from huibao.report import PageReports
from huibao.text.canonical import canonical_characters


class InvariantError(AssertionError):
    """An invariant that does not hold; the message names it."""


def check_refusal(error: FileError) -> None:
    """A named reason and one sentence that can be shown and logged.

    Raises:
        InvariantError: where it is not so.
    """
    message = str(error)
    if error.reason not in FILE_REASONS or not message or "\n" in message or len(message) > 500:
        raise InvariantError(f"no sentence for {error.reason}: {message[:80]!r}")
    message.encode("utf-8")


def check_page(found: PageReports) -> None:
    """Each character in one place, each block led back to its source, the page told to a parent.

    Raises:
        InvariantError: where it is not so.
    """
    text = found.page.text
    blocks = [block for report in found.reports for block in report.blocks]
    spans = [block.span for block in blocks] + [one.span for one in found.furniture]
    text.encode("utf-8")
    previous = 0
    for span in sorted(spans):
        if span.start < previous:
            raise InvariantError(f"two blocks at {span.start}")
        if text[previous : span.start].strip():
            raise InvariantError(f"characters {previous} to {span.start} are in no block")
        previous = span.end
    if text[previous:].strip():
        raise InvariantError(f"characters from {previous} are in no block")
    characters = canonical_characters(text)
    if len(characters) != len(text):
        raise InvariantError("canonical characters are not one for one")
    for block in blocks:
        for sign, place in zip(block.text, block.origin, strict=True):
            if sign != characters[place] and not sign.isspace():
                raise InvariantError(
                    f"block {block.index} leads back to another character at {place}"
                )
        if list(block.origin) != sorted(set(block.origin)):
            raise InvariantError(f"the origins of block {block.index} are out of order")
    _check_message(found)


def _check_message(found: PageReports) -> None:
    head, body = page_message(found)
    told = page_of(head, body, file=b"", name="")
    if (told.reports, told.furniture) != (found.reports, found.furniture):
        raise InvariantError("a message gives another page back")
