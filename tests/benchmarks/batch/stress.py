"""What a batch survives: `kill -9` at fifty random moments, three hundred damaged files among five hundred.

Not a test: it takes minutes. `make stress-batch` runs it; the exit code is 1 when something was lost.
"""

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from reports import made_reports, write_reports

_START_SECONDS = 2.0  # about what passes before the first report is kept
_SIGNATURE = b"PK\x03\x04"


def main() -> int:
    """Runs both parts and says what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--damaged", type=int, default=300, help="of as many files as --reports")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, chance = Path(place), random.Random(options.seed)
        whole = _after_kills(folder, options.reports, options.kills, chance)
        named = _among_damaged(folder, options.reports, options.damaged, chance)
    return 0 if whole and named else 1


def _after_kills(folder: Path, reports: int, kills: int, chance: random.Random) -> bool:
    """Whether a run that is killed again and again ends like an undisturbed one."""
    write_reports(folder / "in", reports)
    begun = time.perf_counter()
    if _process(folder, "in", "whole").wait():
        raise SystemExit("the undisturbed run failed")
    share = (time.perf_counter() - begun) / kills  # what a run may do before it is killed
    met: list[int] = []
    while len(met) < kills:
        process = _process(folder, "in", "killed")
        try:
            process.wait(chance.uniform(0.0, 2 * _START_SECONDS + share))
            break  # done before all kills were spent
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        met.append(len(_rows(folder / "killed")))
    code = _process(folder, "in", "killed").wait()
    rows = _rows(folder / "killed")
    once = Counter(row["source"] for row in rows)
    is_same = all(
        (folder / "killed" / name).read_bytes() == path.read_bytes()
        for name, path in _outputs(folder / "whole")
    )
    _say(f"{len(met)} kills, when so many reports were kept: {met}")
    _say(f"then exit code {code}: {len(rows)} reports, each once: {set(once.values()) == {1}}")
    _say(f"pages and tables equal to those of an undisturbed run: {is_same}")
    return code == 0 and len(met) == kills and len(once) == len(rows) == reports and is_same


def _among_damaged(folder: Path, files: int, damaged: int, chance: random.Random) -> bool:
    """Whether every damaged file has its named error and every other one its result."""
    mixed = folder / "mixed"
    mixed.mkdir()
    for number, text in enumerate(made_reports(files - damaged, seed=2)):
        (mixed / f"{number:04}.txt").write_text(text, "utf-8")
    for number, (ending, content) in zip(range(damaged), _damaged_files(chance), strict=False):
        (mixed / f"d{number:04}.{ending}").write_bytes(content)
    begun = time.perf_counter()
    code = _process(folder, "mixed", "named").wait()
    rows = _rows(folder / "named")
    statuses = Counter(row["status"] for row in rows)
    reasons = Counter(row["reason"] for row in rows if row["status"] == "failed")
    _say(f"{damaged} damaged of {files} files in {time.perf_counter() - begun:.0f} s, code {code}")
    _say(f"{dict(statuses)}; reasons: {dict(reasons)}")
    is_named = all(row["reason"] and row["message"] for row in rows if row["status"] == "failed")
    wanted = {"done": files - damaged, "failed": damaged}
    return code == 3 and is_named and {name: statuses[name] for name in wanted} == wanted


def _damaged_files(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Endings and bytes without end: cut off, empty, pictures, foreign, random, too large inside."""
    whole = _word_file()
    makers: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("docx", lambda: whole[: chance.randint(30, 9 * len(whole) // 10)]),
        ("docx", lambda: _SIGNATURE + chance.randbytes(chance.randint(10, 9_000))),
        ("pdf", lambda: b"%PDF-1.7\n" + chance.randbytes(chance.randint(10, 9_000))),
        ("txt", lambda: b" \n\t" * chance.randint(0, 900)),
        ("jpg", lambda: b"\xff\xd8\xff\xe0" + chance.randbytes(900)),
        ("rar", lambda: b"Rar!\x1a\x07" + chance.randbytes(900)),
        ("docx", lambda: _word_file(broken=True)),
        ("zip", lambda: _SIGNATURE + chance.randbytes(chance.randint(10, 900))),
        ("exe", lambda: b"\x7fELF" + chance.randbytes(9_000)),
        ("docx", lambda: _word_file(characters=60_000_000)),
    )
    while True:
        for ending, make in makers:
            yield ending, make()


def _word_file(*, broken: bool = False, characters: int = 2_000) -> bytes:
    """A Word file of one letter again and again; a broken one has XML that ends too early."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = f"<w:document {names}><w:body><w:p><w:r><w:t>{'0' * characters}</w:t>"
    end = "" if broken else "</w:r></w:p></w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text + end)
    return file.getvalue()


def _process(folder: Path, source: str, out: str) -> "subprocess.Popen[bytes]":
    call = [sys.executable, "-m", "huibao.cli", "batch", source, "--out", out, "--tables", "csv"]
    return subprocess.Popen(call, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _rows(out: Path) -> list[dict[str, object]]:
    """The rows of the journal that are whole."""
    path = out / "runs.jsonl"
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[1:-1]
    return [json.loads(line) for line in lines]


def _outputs(out: Path) -> Iterator[tuple[str, Path]]:
    yield "reports.jsonl", out / "reports.jsonl"
    for path in sorted((out / "csv").iterdir()):
        yield f"csv/{path.name}", path


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
