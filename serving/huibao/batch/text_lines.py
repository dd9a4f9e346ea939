"""The texts of a JSON-lines file: a string a line, or an object with `text` and a name."""

import json
from collections.abc import Iterator
from pathlib import Path

from huibao.errors import FileError
from huibao.text.limits import MAX_FILE_BYTES

_NAMES = ("name", "id", "title")
_LONGEST_NAME = 200


def text_lines(path: Path) -> Iterator[tuple[str, str | FileError]]:
    """Name and text of each line that is not blank; an error in place of a text that cannot be had.

    A line is named by its number, and by its own `name` or `id` where it has one: `7`, `7:云溪县`.

    Raises:
        OSError: when the file system does not give the file.
    """
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(MAX_FILE_BYTES + 1):
            number += 1
            if len(line) > MAX_FILE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MAX_FILE_BYTES)
                message = f"line {number} has more than {MAX_FILE_BYTES // 2**20} MB"
                yield str(number), FileError("too_large", message)
            elif line.strip():
                yield _named_text(number, line)


def count_lines(path: Path) -> int:
    """How many lines a file has, blank ones too."""
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b"")) + 1


def _named_text(number: int, line: bytes) -> tuple[str, str | FileError]:
    name = str(number)
    try:
        entry = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return name, FileError("corrupt", f"line {number} is no JSON in UTF-8")
    if isinstance(entry, str):
        return name, entry
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        return name, FileError("corrupt", f"line {number} holds no text: expected {{'text': …}}")
    told = next((entry[key] for key in _NAMES if isinstance(entry.get(key), str | int)), None)
    if told is not None and (own := " ".join(str(told).split())[:_LONGEST_NAME]):
        name = f"{name}:{own}"
    return name, entry["text"]
