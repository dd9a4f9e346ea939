"""huibao's service and its rivals on this machine, in turn: same encoder, texts and client.

Not a test: figures depend on the machine. Run it with `make bench-http`, on a quiet one.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from loads import LOADS, Load
from measures import Plan, ServerFigures, figures_of
from model import CHECKPOINT, Shape, is_made
from servers import SERVERS, all_servers, likely_setting, tuned_setting
from table import tables
from texts import Texts, drawn_texts

from huibao.label_files import load_label_sets

_QUICK = ("huibao-int8", "pipeline-best", "infinity-onnx")


def main() -> int:
    """Measures and prints the tables."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are ended
    texts = drawn_texts(paragraphs=4096, lines=512, reports=24, seed=options.seed)
    shape = Shape(options.layers, options.hidden)
    models = _models(options.work / "models" / shape.name, shape)

    makers = all_servers(
        models, options.infinity.absolute(), lambda: _tuning(options, models, texts)
    )
    names = options.servers or (_QUICK if options.quick else SERVERS)
    if not options.infinity.is_dir():
        names = [name for name in names if not name.startswith("infinity")]
        _say(f"no infinity-emb in {options.infinity}: left out")
    loads = [LOADS[number - 1] for number in options.loads]
    begun = time.perf_counter()
    found: list[ServerFigures] = []
    for name in names:
        soak = options.soak if name == "huibao-int8" else 0
        plan = Plan(loads, options.seconds, options.starts, soak)
        log = options.work / "logs" / f"{name}.log"
        found.append(figures_of(makers[name](), plan, texts, log, _say))
    _say(f"{time.perf_counter() - begun:.0f} s")
    _write(_heading(shape, texts), found, loads, options.json)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=Path(".bench"), help="models and logs are kept there"
    )
    parser.add_argument(
        "--infinity", type=Path, help="its virtual environment, default: WORK/infinity"
    )
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument(
        "--servers", nargs="+", choices=SERVERS, metavar="NAME", help=", ".join(SERVERS)
    )
    numbers = range(1, len(LOADS) + 1)
    parser.add_argument(
        "--loads", nargs="+", type=int, choices=numbers, default=numbers, help="columns, from 1"
    )
    parser.add_argument("--seconds", type=float, default=7.0, help="of each load")
    parser.add_argument("--starts", type=int, default=2, help="of each server, the fastest counts")
    parser.add_argument("--soak", type=int, default=10_000, help="mixed requests to huibao-int8")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="three servers, a second a load")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    options.infinity = options.infinity or options.work / "infinity"
    if options.quick:
        options.seconds, options.starts, options.soak = 1.0, 1, min(options.soak, 500)
    return options


def _tuning(options: argparse.Namespace, models: Path, texts: Texts) -> dict[str, Any]:
    """The pipeline's best setting, tried out where there is time for it."""
    if options.quick:
        return likely_setting()
    try:
        found = tuned_setting((models / CHECKPOINT).resolve(), texts.paragraphs[:256])
    except subprocess.TimeoutExpired:
        _say("too busy a machine to tune the pipeline: it gets its likely best setting")
        return likely_setting()
    _say(f"the pipeline's settings in paragraphs a second: {found['tried']}")
    return found


def _models(folder: Path, shape: Shape) -> Path:
    """The folder with the models, made anew where the label sets have changed."""
    if not is_made(folder, load_label_sets().fingerprint):
        _say(f"making a random model of {shape.name} in {folder}")
        command = [sys.executable, str(Path(__file__).with_name("model.py")), str(folder)]
        sizes = ["--layers", str(shape.layers), "--hidden", str(shape.hidden)]
        done = subprocess.run([*command, *sizes], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr[-2000:])
    return folder


def _heading(shape: Shape, texts: Texts) -> str:
    lengths = [len(one) for one in texts.paragraphs]
    return (
        f"A random encoder of {shape.name}, paragraphs of {min(lengths)} to {max(lengths)} "
        f"characters (mean {sum(lengths) / len(lengths):.0f}), {len(os.sched_getaffinity(0))} cores, "
        f"load of the machine before: {os.getloadavg()[1]:.1f}."
    )


def _write(
    heading: str, found: Sequence[ServerFigures], loads: Sequence[Load], file: Path | None
) -> None:
    sys.stdout.write("\n".join((heading, "", *tables(found, loads))) + "\n")
    if file:
        entries = {"about": heading, "servers": [asdict(one) for one in found]}
        file.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
