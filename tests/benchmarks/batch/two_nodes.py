"""Two Ray nodes on one machine read what the local engine reads; the outputs are compared byte by byte.

`make test-ray` runs it. Each node has its own object store and its own share of the cores, as two
machines would; files, model and answers cross from one to the other. `--lose` ends the second node in
the middle of the run: its files are done again by the first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reports import write_reports

# Ray lets its workers step back behind all else on the machine; two nodes on one have nobody else.
os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
_STORE_BYTES = 256 * 2**20


def main() -> None:
    """Runs both engines; the exit code is 0 where all pages and tables are equal."""
    options = _options()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_reports(folder / "in", options.reports)
        _say("local", _ended(*_started(folder, "local", options)))
        _say("two nodes", _on_two_nodes(folder, options))
        different = [
            name
            for name in sorted(_files(folder / "local") | _files(folder / "ray"))
            if not _is_same(folder / "local" / name, folder / "ray" / name)
        ]
        for name in different:
            sys.stdout.write(f"different: {name}\n")
        if different:
            raise SystemExit(1)
        sys.stdout.write(f"{options.reports} reports: pages and tables are equal\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=40)
    parser.add_argument("--cores", type=int, default=1, help="of each node")
    parser.add_argument("--bundle", help="name or folder of another bundle")
    parser.add_argument("--lose", action="store_true", help="end one node in the middle")
    return parser.parse_args()


def _on_two_nodes(folder: Path, options: argparse.Namespace) -> float:
    from ray.cluster_utils import Cluster

    given = {"num_cpus": options.cores, "object_store_memory": _STORE_BYTES}
    cluster = Cluster(initialize_head=True, head_node_args=given | {"include_dashboard": False})
    try:
        second = cluster.add_node(**given)
        process, begun = _started(folder, "ray", options, "--engine", "ray", *_at(cluster))
        if options.lose:
            _wait_for_a_page(folder / "ray", process)
            cluster.remove_node(second, allow_graceful=False)
            sys.stdout.write("a node is lost\n")
        return _ended(process, begun)
    finally:
        cluster.shutdown()


def _at(cluster: Any) -> tuple[str, str]:
    return "--address", cluster.address


def _wait_for_a_page(out: Path, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        if any(path.stat().st_size for path in out.glob("reports.*.part")):
            return
        time.sleep(0.1)


def _started(
    folder: Path, out: str, options: argparse.Namespace, *more: str
) -> tuple["subprocess.Popen[bytes]", float]:
    call = [sys.executable, "-m", "huibao.cli", "batch", "in", "--out", out, *more]
    if options.bundle:
        call += ["--bundle", str(Path(options.bundle).resolve())]
    begun = time.perf_counter()
    return subprocess.Popen(call, cwd=folder, stdout=subprocess.DEVNULL), begun


def _ended(process: "subprocess.Popen[bytes]", begun: float) -> float:
    if process.wait():
        raise SystemExit(f"huibao batch ended with {process.returncode}")
    return time.perf_counter() - begun


def _files(out: Path) -> set[Path]:
    found = {path.relative_to(out) for path in out.rglob("*") if path.suffix in (".csv", ".jsonl")}
    return found - {Path("runs.jsonl")}  # it has the seconds that each file took


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def _say(name: str, seconds: float) -> None:
    sys.stdout.write(f"{name:12}{seconds:8.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
