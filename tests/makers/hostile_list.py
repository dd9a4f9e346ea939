"""Every file made to harm in one list: what it is, its name, its bytes, and what may come of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hostile import hostile_files
from hostile_documents import hostile_archives, hostile_documents
from hostile_pages import hostile_mails, hostile_ofd, hostile_sheets
from whole_files import one_of_each

from huibao.errors import FileError
from huibao.reading_process import ReadingProcesses
from huibao.text.zip_files import opened_archive

SHARES = range(10, 100, 10)
# Where a file is cut off, a reader may take what is left or miss what is gone.
_CUT = ("", "corrupt", "empty_text", "needs_ocr", "unsupported_type", "converter_missing")
_MOST_UNPACKED = 2**28
_ENDINGS = (".docx", ".pdf", ".xls", ".html", ".txt", ".zip", ".eml", ".ofd", ".rtf", ".pptx")


@dataclass(frozen=True)
class HostileFile:
    """A file; `reasons` are those of the errors it may get, "" where it may be read."""

    group: str
    title: str
    content: bytes
    reasons: tuple[str, ...]
    name: str = "总结"


def hostile_list(
    further: Mapping[str, bytes] | None = None, *, shares: Iterable[int] = SHARES
) -> Iterator[HostileFile]:
    """All of them.

    Args:
        further: whole files by kind that only LibreOffice can make, to cut off too.
        shares: where files are cut off, in hundredths of their length.
    """
    for group, files in {
        "made to harm": hostile_files() | hostile_documents(),
        "ofd": hostile_ofd(),
        "sheets": hostile_sheets(),
        "mails": hostile_mails(),
        "archives": hostile_archives(),
    }.items():
        for title, (content, reasons) in files.items():
            yield HostileFile(group, title, content, reasons)
    whole = one_of_each() | dict(further or {})
    for kind, file in whole.items():
        for share in shares:
            yield HostileFile(
                "cut off", f"{kind} at {share} %", file[: len(file) * share // 100], _CUT
            )
    for number, (kind, file) in enumerate(whole.items()):
        ending = _ENDINGS[number % len(_ENDINGS)]
        may = ("", "corrupt", "converter_missing")
        yield HostileFile("wrong ending", f"{kind} named {ending}", file, may, f"总结{ending}")


def reason_of(processes: ReadingProcesses, file: HostileFile) -> str:
    """What a file, or the first bad one of an archive, is refused for; "" where it is read."""
    try:
        archive = opened_archive(file.content, most_bytes=_MOST_UNPACKED)
        if archive is None:
            processes.read(file.content, name=file.name)
            return ""
        with archive:
            for one in archive.files():
                processes.read(one.content(), name=one.name)
    except FileError as error:
        return error.reason
    return ""
