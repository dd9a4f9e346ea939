"""How long a first answer takes and how fast the reader is: best of five, on this machine.

Not a test: figures depend on the machine. Run it with `make bench`.
"""

import subprocess
import sys
import time
from pathlib import Path

from huibao import load_reader

EXAMPLE = Path(__file__).parents[1] / "golden" / "example.txt"
ROUNDS = 5


def seconds_of(*words: str) -> float:
    """The best wall-clock time of a fresh process."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def characters_per_second(threads: int) -> float:
    """Characters of the example read a second by a reader that is already loaded."""
    reader, text = load_reader(threads=threads), EXAMPLE.read_text("utf-8")
    reader.read(text)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        reader.read(text)
        times.append(time.perf_counter() - begun)
    return len(text) / min(times)


def main() -> None:
    """Prints the table."""
    empty = seconds_of("-c", "pass")
    rows = {
        "python alone": f"{empty:.2f} s",
        "import huibao": f"{seconds_of('-c', 'import huibao'):.2f} s",
        "huibao read, start to answer": f"{seconds_of('-m', 'huibao.cli', 'read', str(EXAMPLE)):.2f} s",
        "characters a second, one thread": f"{characters_per_second(1):,.0f}",
        "characters a second, two threads": f"{characters_per_second(2):,.0f}",
    }
    for name, figure in rows.items():
        sys.stdout.write(f"{name:34} {figure}\n")


if __name__ == "__main__":
    main()
