"""Scans and pictures: refused at once, or recognised where that was asked for and can be done."""

import importlib.util
import io
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from huibao.batch.identity import identity_of
from huibao.batch.worker import WorkerOptions
from huibao.batch.workers import Workers
from huibao.errors import FileError, MissingExtraError
from huibao.reading_process import ReadingProcesses
from huibao.text.files import read_page
from huibao.text.formats import ocr

LINES = ["青石镇便民服务工作总结", "一、主要做法", "镇里成立专班，每月召开一次调度会。"]
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
recognises = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None or not FONT.exists(),
    reason="needs the extra ocr and the font Noto Serif CJK",
)


def picture(lines: list[str], kind: str = "PNG") -> bytes:
    image = Image.new("RGB", (1240, 600), "white")
    drawn = ImageDraw.Draw(image)
    if lines:
        font = ImageFont.truetype(str(FONT), 34, index=2)
        for row, line in enumerate(lines):
            drawn.text((180, 60 + 70 * row), line, font=font, fill="black")
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def scan(content: bytes) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 288))
    canvas.drawImage(ImageReader(io.BytesIO(content)), 0, 0, 595, 288)
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(
    "file", [picture([]), scan(picture([])), picture([], "JPEG"), picture([], "BMP")]
)
def test_scans_and_pictures_are_refused_at_once(file: bytes) -> None:
    with pytest.raises(FileError) as caught:
        read_page(file, "总结")
    assert caught.value.reason == "needs_ocr"


@recognises
@pytest.mark.parametrize("kind", ["picture", "scan"])
def test_text_is_recognised_with_a_confidence_and_a_warning(kind: str) -> None:
    file = picture(LINES)
    page = read_page(file if kind == "picture" else scan(file), "总结", ocr=True)
    assert "".join(page.text.split()) == "".join(LINES)
    assert "(OCR) with a confidence of 0.9" in page.warnings[-1] or "of 1.00" in page.warnings[-1]
    assert "check names and numbers" in page.warnings[-1]


@recognises
def test_a_picture_without_text_needs_another_recogniser() -> None:
    for file in (picture([]), scan(picture([]))):
        with pytest.raises(FileError) as caught:
            read_page(file, "总结", ocr=True)
        assert caught.value.reason == "needs_ocr"


def test_without_the_extra_its_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    for file in (picture([]), scan(picture([]))):
        with pytest.raises(MissingExtraError, match=r"huibao\[ocr\]"):
            read_page(file, "总结", ocr=True)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "corrupt"),
        (b"BM" + (60).to_bytes(4, "little") + bytes(54), "corrupt"),
        (picture([])[:200], "corrupt"),
    ],
)
def test_a_damaged_picture_is_corrupt(
    file: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: None)
    with pytest.raises(FileError) as caught:
        read_page(file, "总结", ocr=True)
    assert caught.value.reason == reason


def test_a_picture_of_too_many_pixels_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_engine", lambda: None)
    monkeypatch.setattr(ocr, "MAX_PICTURE_PIXELS", 1000)
    with pytest.raises(FileError) as caught:
        read_page(picture([]), "总结", ocr=True)
    assert caught.value.reason == "too_large"


def test_text_needs_no_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    assert read_page("工作总结".encode(), ocr=True).text == "工作总结"


@recognises
def test_a_reading_process_that_may_recognise_reads_a_scan_within_its_memory() -> None:
    with ReadingProcesses(seconds=120, ocr=True) as processes:
        page = processes.read(scan(picture(LINES)), name="总结.pdf").page
    assert "".join(page.text.split()) == "".join(LINES)


def test_reading_processes_that_cannot_recognise_do_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"huibao\[ocr\]"):
        ReadingProcesses(ocr=True)


@recognises
def test_a_batch_that_may_recognise_reads_a_scan_too(bundle_folder: Path) -> None:
    file = scan(picture(LINES))
    reasons = []
    for may in (False, True):
        with Workers(1, WorkerOptions(str(bundle_folder), read_seconds=120, ocr=may)) as workers:
            reasons.append(workers.answer("总结.pdf", file).reason)
    assert reasons == ["needs_ocr", None]


def test_what_was_read_without_recognising_is_read_again_with_it(bundle_folder: Path) -> None:
    keys = {identity_of(bundle_folder, ocr=may).key for may in (False, True)}
    assert len(keys) == 2
