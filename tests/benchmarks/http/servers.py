"""The servers that are compared: how each is started, asked and weighed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialects import HUIBAO, INFINITY, PIPELINE, Dialect
from installed import folder_megabytes, installed_megabytes
from model import BUNDLES, CHECKPOINT, GRAPHS

from huibao.resources import resource_folder

# No hub can be asked, and nobody is told.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
_SECONDS_TO_TUNE = 120.0
SERVERS = (
    "huibao-int8", "huibao-fp32", "pipeline-default", "pipeline-best",
    "infinity-onnx", "infinity-onnx-int8", "infinity-torch",
)  # fmt: skip
_PIPELINE_SERVER = str(Path(__file__).with_name("pipeline_server.py"))


@dataclass(frozen=True, slots=True)
class Server:
    """One row of the tables.

    Args:
        name: The row's heading.
        about: One line about its setting.
        command: The command to start it on a port.
        megabytes: What its packages take on disk.
        dialect: How it is asked.
        environment: Variables it is started with.
    """

    name: str
    about: str
    command: Callable[[int], Sequence[str]]
    megabytes: Callable[[], float]
    dialect: Dialect
    environment: dict[str, str] = field(default_factory=dict)


def huibao_server(bundle: Path) -> Server:
    """Our own, with the answers it would keep for repeated texts turned off."""
    precision = bundle.name.rpartition("-")[2]
    return Server(
        f"huibao {precision}",
        "roles, categories and tags in one run of the model; no answer is kept for the same text",
        lambda port: (sys.executable, "-m", "huibao.cli", "serve"),
        lambda: installed_megabytes(Path(sys.prefix), ["huibao"]) + _own_megabytes(),
        HUIBAO,
        {"HUIBAO_BUNDLES": str(bundle), "HUIBAO_CACHE_CHARACTERS": "0"},
    )


def pipeline_server(checkpoint: Path, setting: Mapping[str, Any] | None) -> Server:
    """A `transformers` pipeline behind FastAPI.

    Args:
        checkpoint: Folder of the model.
        setting: What `tuned_setting` found; None for the library's defaults.
    """
    command = [sys.executable, _PIPELINE_SERVER, str(checkpoint)]
    name, about = "pipeline, default", "batches of 1 in order of arrival, torch's default threads"
    environment = dict(_OFFLINE)
    if setting:
        numbers = [str(setting[key]) for key in ("workers", "threads", "batch")]
        command += ["--tuned", ",".join(numbers)]
        environment["OMP_NUM_THREADS"] = numbers[1]
        name = "pipeline, best"
        about = (
            "{} workers, torch threads of each: {}, lists sorted by length, batches of {}".format(
                *numbers
            )
        )
    return Server(
        name,
        f"transformers behind FastAPI, fp32, {about}",
        lambda port: (*command, "--port", str(port)),
        lambda: installed_megabytes(
            Path(sys.prefix), ["transformers", "torch", "fastapi", "uvicorn"]
        ),
        PIPELINE,
        environment,
    )


def likely_setting() -> dict[str, Any]:
    """A worker a core, one torch thread each, small batches: what is fastest on most machines."""
    return {"workers": len(os.sched_getaffinity(0)), "threads": 1, "batch": 8}


def tuned_setting(checkpoint: Path, texts: Sequence[str]) -> dict[str, Any]:
    """The pipeline's fastest setting on this machine now, and what was tried.

    Raises:
        TimeoutExpired: when the machine is too busy to try all.
    """
    done = subprocess.run(
        [sys.executable, _PIPELINE_SERVER, str(checkpoint), "--tune"],
        input=json.dumps(list(texts)).encode(),
        capture_output=True,
        check=True,
        timeout=_SECONDS_TO_TUNE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def infinity_server(environment: Path, engine: str, folder: Path) -> Server:
    """infinity-emb, in a virtual environment of its own.

    Its warm-up is left out: it sends longer texts than the ONNX classifier takes, and dies of it.
    """
    kind = {"torch": "torch", GRAPHS[0]: "ONNX", GRAPHS[1]: "ONNX int8"}[engine]
    options = {
        "--model-id": str(folder),
        "--served-model-name": dict(INFINITY.more)["model"],
        "--engine": "torch" if engine == "torch" else "optimum",
        "--device": "cpu",
        "--host": "127.0.0.1",
    }
    words = [word for pair in options.items() for word in pair]
    command = [str(environment / "bin" / "infinity_emb"), "v2", *words, "--no-model-warmup"]
    return Server(
        f"infinity {kind}",
        "infinity-emb /classify, "
        + ("BetterTransformer" if engine == "torch" else "graph optimised by its optimum engine"),
        lambda port: (*command, "--port", str(port)),
        lambda: installed_megabytes(environment, ["infinity-emb[server,torch,optimum]"]),
        INFINITY,
        _OFFLINE | {"HF_HOME": str(environment / "hub"), "INFINITY_ANONYMOUS_USAGE_STATS": "0"},
    )


def all_servers(
    models: Path, infinity: Path, tuning: Callable[[], Mapping[str, Any]]
) -> dict[str, Callable[[], Server]]:
    """Makers of all servers by their names in `SERVERS`.

    Args:
        models: Folder that `model.make` wrote.
        infinity: Virtual environment with infinity-emb.
        tuning: Finds the pipeline's best setting, when that is asked for.
    """
    checkpoint = (models / CHECKPOINT).resolve()
    fp32, int8 = ((models / name).resolve() for name in BUNDLES)
    plain, quantised = ((models / name).resolve() for name in GRAPHS)
    makers: tuple[Callable[[], Server], ...] = (
        lambda: huibao_server(int8),
        lambda: huibao_server(fp32),
        lambda: pipeline_server(checkpoint, None),
        lambda: pipeline_server(checkpoint, tuning()),
        lambda: infinity_server(infinity, GRAPHS[0], plain),
        lambda: infinity_server(infinity, GRAPHS[1], quantised),
        lambda: infinity_server(infinity, "torch", checkpoint),
    )
    return dict(zip(SERVERS, makers, strict=True))


def _own_megabytes() -> float:
    """Of an editable installation pip records nothing: the code, the label sets, one model."""
    package = resource_folder("models").parent / "serving" / "huibao"
    return folder_megabytes(
        package, resource_folder("labels"), resource_folder("models") / "huibao-small"
    )
