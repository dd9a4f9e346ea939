"""What is kept of each kind of file, and how many pages of it are read a second.

Run it with `make kinds`; `--write` puts the table into serving/KINDS.md. Pages are those of offices, 22
lines of 28 characters; a second is one of the processor (LibreOffice's included), best of three.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "makers"))

from kinds import COLUMNS, kept, long_files, reports_by_kind

from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

DOCS = Path(__file__).parents[2] / "serving" / "KINDS.md"
START, END = "<!-- made by make kinds -->", "<!-- end -->"
PAGES, LONG_PAGES = 100, 300
LONG_KINDS = (".docx", ".pdf")
ROUNDS = 3


def seconds_of(file: bytes) -> float:
    """The best time from the bytes of a file to its blocks."""
    times = []
    for _ in range(ROUNDS):
        started = _worked()
        split_reports(read_page(file, "总结"))
        times.append(_worked() - started)
    return min(times)


def _worked() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(folder: Path) -> str:
    """The table in Markdown, and a line on long files."""
    rows = [("kind", *COLUMNS, "pages/s"), ("---",) * (len(COLUMNS) + 2)]
    speeds = {
        kind: f"{PAGES / seconds_of(made()):,.0f}"
        for kind, made in long_files(PAGES, folder).items()
    }
    for kind, (file, columns) in reports_by_kind(folder).items():
        rows.append((kind, *kept(file, columns).values(), speeds.get(kind, "")))
    made: dict[str, Callable[[], bytes]] = dict(long_files(LONG_PAGES, folder))
    long = [f"{kind} {seconds_of(made[kind]()):.1f} s" for kind in LONG_KINDS]
    lines = ["".join(f"| {cell} " for cell in row) + "|" for row in rows]
    return "\n".join([*lines, "", f"{LONG_PAGES} pages to blocks: {', '.join(long)}."])


def main() -> None:
    """Prints the table, or writes it into the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help=f"put it into {DOCS.name}")
    with tempfile.TemporaryDirectory() as folder:
        made = table(Path(folder))
    sys.stdout.write(made + "\n")
    if parser.parse_args().write:
        before, _, rest = DOCS.read_text("utf-8").partition(START)
        after = rest.partition(END)[2]
        DOCS.write_text(f"{before}{START}\n{made}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
