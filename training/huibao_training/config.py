"""Settings of a run: a TOML file against a dataclass, unknown keys are errors."""

import dataclasses
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from huibao.errors import HuibaoError

C = TypeVar("C")
CONFIGS = Path(__file__).parent / "configs"
_PLAIN = (int, float, str, bool)


class ConfigError(HuibaoError):
    """A configuration names an unknown key or a value of the wrong type."""


def read_config(path: Path | str, shape: type[C]) -> C:
    """Reads a TOML file, or one of the shipped presets by name, into `shape`.

    Raises:
        ConfigError: for an unknown key, a missing one or a value of the wrong type.
    """
    file = Path(path)
    if not file.suffix:
        file = CONFIGS / f"{path}.toml"
    if not file.is_file():
        raise ConfigError(f"no configuration {file}, presets: {', '.join(presets())}")
    try:
        entries = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file.name} is no TOML: {error}") from None
    return _built(entries, shape, file.name)


def presets() -> list[str]:
    """The names of the shipped configurations."""
    return sorted(file.stem for file in CONFIGS.glob("*.toml"))


def _built(entries: object, shape: type[C], where: str) -> C:
    if not isinstance(entries, dict):
        raise ConfigError(f"{where} = {entries!r}, expected a table")
    fields = {one.name: one for one in dataclasses.fields(shape)}  # type: ignore[arg-type]  # C is a dataclass
    unknown = entries.keys() - fields.keys()
    if unknown:
        raise ConfigError(
            f"{where}: unknown key {sorted(unknown)[0]!r}, known: {', '.join(fields)}"
        )
    values: dict[str, Any] = {}
    for name, value in entries.items():
        kind: Any = fields[name].type
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            values[name] = _built(value, kind, f"{where}: {name}")
        elif not _fits(value, kind):
            expected = kind.__name__ if kind in _PLAIN else "a list of strings"
            raise ConfigError(f"{where}: {name} = {value!r}, expected {expected}")
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    try:
        return shape(**values)
    except TypeError as error:
        raise ConfigError(f"{where}: {error}") from None


def _fits(value: object, kind: object) -> bool:
    if kind not in _PLAIN:  # all other settings are tuples of strings
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is kind
