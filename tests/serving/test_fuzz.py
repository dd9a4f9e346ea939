"""A little of `make fuzz` with every test run, and what it has found."""

import io
import zipfile

import pytest
from office_report import office_report
from targets import Target, not_converted, targets, try_file
from whole_files import flat_package

from huibao.text.formats import office

TRIES = 20


def nameless_entry() -> bytes:
    """An archive whose only entry has a name that ends before it begins."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("ab", b"x")
    return file.getvalue().replace(b"ab", b"\0b")


FINDINGS = {
    "digits of another script before a stop": "总结\n٣、做法\n（٢）宣传。\n第٣条，".encode(),
    "an archive with an entry without a name": nameless_entry(),
    "a flat package with a part without a name": flat_package(office_report()).replace(
        b'pkg:name="/word/styles.xml"', b""
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_what_was_found_is_mended(name: str) -> None:
    try_file((FINDINGS[name], "总结"))


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_altered_files_break_nothing(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "converted", not_converted)
    for number in range(TRIES):
        target.tried(target.given(0, number))
