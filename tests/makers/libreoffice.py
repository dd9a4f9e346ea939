"""Has the real LibreOffice save a .docx in the other kinds, for tests of what it writes."""

import subprocess
from functools import cache
from pathlib import Path

from huibao.errors import FileError
from huibao.text.conversion.program import writer_program

KINDS = {
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
    "docx": "docx:MS Word 2007 XML",
}


@cache
def missing_writer() -> str:
    """Why tests with LibreOffice are skipped; empty where it is installed."""
    try:
        writer_program("a document")
    except FileError as error:
        return str(error)
    return ""


def saved_as(file: bytes, folder: Path, *kinds: str, source: str = ".docx") -> dict[str, bytes]:
    """The file saved by LibreOffice in each kind; a fresh profile ends its first run unused."""
    program = str(writer_program("a document"))
    given = folder / f"given{source}"
    given.write_bytes(file)
    options = [
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(folder / 'p').as_uri()}",
    ]
    saved = {}
    for kind in kinds:
        out = folder / kind
        written = out / f"given.{kind}"
        for _ in range(2):
            if not written.exists():
                subprocess.run(
                    [program, *options, "--convert-to", KINDS[kind], "--outdir", str(out), str(given)],
                    check=False, capture_output=True, timeout=300,
                )  # fmt: skip
        saved[kind] = written.read_bytes()
    return saved
