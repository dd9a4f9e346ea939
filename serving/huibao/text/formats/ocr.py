"""Recognises the text of scanned pages and pictures with RapidOCR, where the extra `ocr` is installed."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import Protocol

import numpy as np
import numpy.typing as npt

from huibao.errors import FileError, MissingExtraError
from huibao.text.formats.laid_pages import LaidPages
from huibao.text.formats.laid_pieces import Piece
from huibao.text.formats.paragraphs import Extract
from huibao.text.limits import DOTS_PER_INCH, MAX_OCR_PAGES, MAX_PICTURE_PIXELS

_POINTS_PER_INCH = 72
_HAN_START = 0x2E80
_WHAT = "recognising text in pictures"
# Below this every other line has a wrong character.
_DOUBTFUL = 0.8

Picture = npt.NDArray[np.uint8]


class _Found(Protocol):
    """The lines that RapidOCR finds; `boxes` has the four corners of each, in pixels."""

    txts: Sequence[str] | None
    scores: Sequence[float] | None
    boxes: npt.NDArray[np.float64] | None


@dataclass(slots=True)
class Recognition:
    """Recognises pages one after the other and keeps how sure it was of each line."""

    sureness: list[float] = field(default_factory=list)
    pages: int = 0

    def pieces(self, picture: Picture, dots_per_inch: float = DOTS_PER_INCH) -> list[Piece]:
        """The lines of a page, in points; shape of the picture (height, width, 3), in BGR.

        Raises:
            FileError: too_large for more pages than are recognised in one file.
            MissingExtraError: when the extra is not installed.
        """
        self.pages += 1
        if self.pages > MAX_OCR_PAGES:
            raise FileError(
                "too_large", f"the text of at most {MAX_OCR_PAGES} scanned pages is recognised"
            )
        found = _engine()(picture)
        texts, scores = found.txts or (), found.scores or ()
        scale, height = _POINTS_PER_INCH / dots_per_inch, picture.shape[0]
        pieces = []
        boxes = found.boxes if found.boxes is not None else ()
        for text, score, box in zip(texts, scores, boxes, strict=False):
            if text.strip():
                self.sureness.append(float(score))
                pieces.append(_piece(text.strip(), np.asarray(box), scale, height))
        return pieces

    def warnings(self) -> list[str]:
        """How far the recognised text can be believed; nothing where none was recognised."""
        if not self.sureness:
            return []
        mean = sum(self.sureness) / len(self.sureness)
        doubtful = sum(one < _DOUBTFUL for one in self.sureness)
        return [
            f"the text of {self.pages} pages was recognised (OCR) with a confidence of {mean:.2f}, "
            f"{doubtful} of {len(self.sureness)} lines are doubtful; check names and numbers"
        ]


def read_picture(data: bytes) -> Extract:
    """The paragraphs that a picture of a page shows.

    Raises:
        FileError: corrupt, too_large; needs_ocr where no text is recognised.
        MissingExtraError: when the extra is not installed.
    """
    picture = _picture(data)
    recognition = Recognition()
    pieces = recognition.pieces(picture)
    if not pieces:
        raise FileError("needs_ocr", "no text was recognised in the picture")
    scale = _POINTS_PER_INCH / DOTS_PER_INCH
    page = LaidPages("picture")
    page.add(pieces, 1, picture.shape[1] * scale, picture.shape[0] * scale)
    extract = page.extract(1)
    return Extract(extract.paragraphs, (*extract.warnings, *recognition.warnings()))


def _picture(data: bytes) -> Picture:
    _engine()  # names the missing extra before Pillow, which comes with it
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as opened:
            pixels = opened.width * opened.height
            if pixels > MAX_PICTURE_PIXELS:
                raise FileError(
                    "too_large",
                    f"the picture has {pixels} pixels, at most {MAX_PICTURE_PIXELS} are read",
                )
            colours = np.asarray(opened.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise FileError("corrupt", "the picture cannot be opened") from None
    return np.ascontiguousarray(colours[:, :, ::-1])


def _piece(text: str, box: npt.NDArray[np.float64], scale: float, height: float) -> Piece:
    left, right = float(box[:, 0].min()), float(box[:, 0].max())
    top, bottom = float(box[:, 1].min()), float(box[:, 1].max())
    signs = sum(1.0 if ord(sign) >= _HAN_START else 0.5 for sign in text)
    return Piece(
        text=text,
        left=left * scale,
        right=right * scale,
        bottom=(height - bottom) * scale,
        top=(height - top) * scale,
        size=max(1.0, scale * (right - left) / max(signs, 1.0)),
    )


def refuse_missing_recogniser() -> None:
    """Raises MissingExtraError where the packages of the extra `ocr` are not installed."""
    if find_spec("rapidocr") is None:
        raise MissingExtraError(_WHAT, "ocr")


@cache
def _engine() -> Callable[[Picture], _Found]:
    try:
        from rapidocr import RapidOCR
    except ImportError:
        raise MissingExtraError(_WHAT, "ocr") from None
    # The models come with the package; nothing is fetched.
    engine: Callable[[Picture], _Found] = RapidOCR(params={"Global.log_level": "critical"})
    return engine
