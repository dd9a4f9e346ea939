"""Reports for the benchmark: sections of the project's own corpus in ever new company, numbers changed."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from huibao.marked import MarkedPage, parse_marked
from huibao.resources import resource_folder

LEAST_BYTES, MOST_BYTES = 3_000, 20_000
_NUMBER = re.compile(r"(?<![\d.年〔第一])\d{1,3}(?=[个名场次人户份篇期件余万])")


def made_reports(count: int, *, seed: int = 1) -> Iterator[str]:
    """So many texts of 3 to 20 kB, no two the same, the same ones for the same seed."""
    chance = random.Random(seed)
    pages = [
        page
        for path in sorted((resource_folder("labels") / "reports").glob("[0-9]*.txt"))
        if len((page := parse_marked(path.read_text("utf-8"), path.name)).text) > 400
    ]
    for _ in range(count):
        size = round(2 ** chance.uniform(11.6, 14.2))
        yield _made(pages, min(MOST_BYTES, max(LEAST_BYTES, size)), chance)


def write_reports(folder: Path, count: int) -> list[Path]:
    """Writes the texts as files."""
    folder.mkdir(parents=True)
    paths = []
    for number, text in enumerate(made_reports(count)):
        paths.append(folder / f"{number // 100:02}" / f"{number:05}.txt")
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_text(text, "utf-8")
    return paths


def _made(pages: list[MarkedPage], size: int, chance: random.Random) -> str:
    """A corpus page, then stretches of others, until the size is reached."""
    parts: list[str] = []
    while (left := size - sum(len(part.encode()) for part in parts)) > 150:
        text = chance.choice(pages).text
        lines = [line for line in text.split("\n") if line.strip()]
        begin = chance.randrange(max(1, len(lines) - 3)) if parts else 0
        for line in lines[begin : begin + chance.randint(4, 14)]:
            if len(line.encode()) < left:
                parts.append(_NUMBER.sub(lambda _: str(chance.randint(2, 480)), line) + "\n")
                left -= len(parts[-1].encode())
    return "".join(parts)
