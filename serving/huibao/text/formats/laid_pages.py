"""Gathers the pages of a file of fixed layout into paragraphs, and says what could not be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from huibao.errors import FileError
from huibao.text.formats.laid_lines import LaidLine, page_lines, without_furniture
from huibao.text.formats.laid_paragraphs import laid_paragraphs
from huibao.text.formats.laid_pieces import Piece
from huibao.text.formats.paragraphs import Extract
from huibao.text.limits import MAX_PDF_PAGE_CHARACTERS, refuse_long_text

# A scan has no more text than a stamp or a page number laid over it.
FEW_CHARACTERS = 30
_DAMAGED_SHARE = 0.1
_UNREADABLE_SHARE = 0.5
_MOST_PAGES_NAMED = 10


@dataclass(slots=True)
class LaidPages:
    """What the pages of a file gave so far; `kind` is the file's type as messages name it."""

    kind: str
    lines: list[LaidLine] = field(default_factory=list)
    characters: int = 0
    damaged: int = 0
    pictures: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    slanted: int = 0

    def add(self, pieces: Sequence[Piece], number: int, width: float, height: float) -> None:
        """Takes the upright pieces of a page; pages count from 1, lengths are in points.

        Raises:
            FileError: too_large for more text than a file may have.
        """
        text = "".join(piece.text for piece in pieces)
        damaged = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in text)
        self.characters += len(text)
        self.damaged += damaged
        self.slanted += sum(piece.turns != 0 for piece in pieces)
        if damaged > _DAMAGED_SHARE * len(text):
            self.unreadable.append(number)
        self.lines.extend(page_lines(pieces, number, width, height))
        refuse_long_text(self.characters)

    def extract(self, pages: int) -> Extract:
        """The paragraphs of all `pages` pages, and what had to be said about them.

        Raises:
            FileError: needs_ocr for scans and for files whose characters carry no meaning; corrupt
                or empty_text where there is no text.
        """
        self._refuse_unreadable()
        body, furniture = without_furniture(self.lines, pages)
        paragraphs = laid_paragraphs(body)
        if not paragraphs:
            raise FileError("empty_text", f"the {self.kind} file holds nothing but page numbers")
        warnings = list(self._warnings(furniture))
        if any(paragraph.kind == "table" for paragraph in paragraphs):
            warnings.append("tables were put together from the places of their cells; check them")
        return Extract(tuple(paragraphs), tuple(warnings))

    def _refuse_unreadable(self) -> None:
        if not self.lines:
            if self.pictures:
                raise FileError(
                    "needs_ocr",
                    f"the {self.kind} file is a scan without text; recognise its text first",
                )
            if self.missing:
                raise FileError("corrupt", f"the {self.kind} file lacks the parts of its pages")
            raise FileError("empty_text", f"the {self.kind} file holds no text")
        if self.damaged > _UNREADABLE_SHARE * self.characters:
            raise FileError(
                "needs_ocr",
                f"the characters of the {self.kind} file carry no meaning; "
                "recognise its text first",
            )

    def _warnings(self, furniture: Sequence[LaidLine]) -> Iterator[str]:
        if furniture:
            yield f"left out: {len(furniture)} page headers, footers and page numbers"
        if self.slanted:
            yield f"left out: {self.slanted} slanted passages (watermarks)"
        if self.pictures:
            yield f"not read: {_listed(self.pictures)} without text, a scan or a picture"
        if self.missing:
            yield f"missing in the file: {_listed(self.missing)}"
        if self.unreadable:
            yield f"damaged characters on {_listed(self.unreadable)}"


def refuse_full_page(characters: int, number: int) -> None:
    """Raises FileError too_large for a page of more characters than any report has."""
    if characters > MAX_PDF_PAGE_CHARACTERS:
        raise FileError(
            "too_large",
            f"page {number} has {characters} characters, at most {MAX_PDF_PAGE_CHARACTERS} are read",
        )


def _listed(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:_MOST_PAGES_NAMED]))
    more = " …" if len(pages) > _MOST_PAGES_NAMED else ""
    return f"page {shown}{more}" if len(pages) == 1 else f"pages {shown}{more}"
