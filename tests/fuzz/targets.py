"""What is tried: every reader of files with altered files, the segmenter with texts of all kinds."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from invariants import InvariantError, check_page, check_refusal
from mutation import mutated
from office_report import office_report
from texts import chance_page, chance_pattern, chance_text, chance_values
from whole_files import one_of_each

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
from huibao.text.zip_files import opened_archive
from huibao.values.report_values import with_values
from huibao.values.rules import find_mentions

_CONVERTED = office_report()
_LONG, _SHORT = 32_000, 4_000
# Eight times the length: linear takes 8 times as long, quadratic 64 times.
_STEEPEST, _LEAST_SECONDS = 30, 0.01
_MOST_UNPACKED = 2**26
_NAMES = ("总结", "总结.docx", "总结.html", "总结.txt", "a.aspx?id=1", "x.eml", "x.mht")


@dataclass(frozen=True)
class Target:
    """`made` gives an input by chance, `tried` raises where something is wrong with it."""

    name: str
    made: Callable[[random.Random], Any]
    tried: Callable[[Any], None]

    def given(self, seed: int, number: int) -> Any:
        """The input of this number, the same on every machine."""
        return self.made(random.Random(f"{self.name} {seed} {number}"))


def targets() -> tuple[Target, ...]:
    """All that is tried; old documents as far as LibreOffice would get them (see `not_converted`)."""
    seeds = one_of_each()
    return (
        *(Target(kind, partial(_file, seeds, kind), try_file) for kind in seeds),
        Target("segmenter, pages", chance_page, _try_page),
        Target("segmenter, texts", chance_text, _try_text),
        Target("segmenter, long", chance_pattern, _try_repeated),
        Target("values", chance_values, _try_values),
    )


def not_converted(file: bytes, ending: str, what: str) -> bytes:
    """In LibreOffice's place: any document becomes the same one."""
    return _CONVERTED


def _file(seeds: Mapping[str, bytes], kind: str, chance: random.Random) -> tuple[bytes, str]:
    return mutated(seeds, kind, chance), chance.choice(_NAMES)


def try_file(given: tuple[bytes, str]) -> None:
    """Reads a file of this name, or all files of an archive, and checks what comes of it.

    Raises:
        InvariantError: where an invariant does not hold; and whatever a reader lets through.
    """
    file, name = given
    archive = opened_archive(file, most_bytes=_MOST_UNPACKED)
    if archive is None:
        _try_read(file, name)
        return
    with archive:
        for one in archive.files():
            try:
                content = one.content()
            except FileError as error:
                check_refusal(error)
            else:
                _try_read(content, one.name)


def _try_read(file: bytes | str, name: str) -> None:
    try:
        found = split_reports(read_page(file, name))
    except FileError as error:
        check_refusal(error)
    else:
        check_page(found)


def _try_page(page: Page) -> None:
    check_page(split_reports(page))


def _try_text(text: str) -> None:
    _try_read(text, "x")


def _try_values(text: str) -> None:
    for report in split_reports(read_page(text, "x")).reports:
        mentions = [find_mentions(block.text) for block in report.blocks]
        with_values(report, mentions, [None] * len(mentions))
        for block, found in zip(report.blocks, mentions, strict=True):
            ends = [0, *(mention.end for mention in found)]
            starts = [*(mention.start for mention in found), len(block.text)]
            if any(start < end for start, end in zip(starts, ends, strict=True)):
                raise InvariantError(f"values overlap in block {block.index}")


def _try_repeated(pattern: str) -> None:
    short, long = _seconds(pattern, _SHORT), _seconds(pattern, _LONG)
    if long > _STEEPEST * max(short, _LEAST_SECONDS):
        # Again, lest the machine was busy.
        short, long = (min(_seconds(pattern, size) for _ in "123") for size in (_SHORT, _LONG))
    if long > _STEEPEST * max(short, _LEAST_SECONDS):
        raise InvariantError(f"{_SHORT} characters take {short:.3f} s, {_LONG} take {long:.3f} s")


def _seconds(pattern: str, size: int) -> float:
    page = read_page("好" + pattern * (size // len(pattern)) + "好")
    started = time.process_time()
    split_reports(page)
    return time.process_time() - started
