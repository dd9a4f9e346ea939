"""Administrative divisions: the provinces and prefectures that everyone knows, or a user's own list."""

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from huibao.errors import LabelError
from huibao.yaml_files import packaged_yaml

Level = Literal["province", "prefecture", "county", "town"]
LEVELS: tuple[Level, ...] = ("province", "prefecture", "county", "town")

_DIGITS: Mapping[int, Level] = {2: "province", 4: "prefecture", 6: "county", 9: "town"}
_BARE = re.compile(
    "(?P<bare>[\u4e00-\u9fff]{2,}?)"
    "(?:省|市|盟|地区|特别行政区|(?:壮族|回族|维吾尔)?自治区|(?:[\u4e00-\u9fff]{1,12}族)?(?:自治)?州)$"
)


@dataclass(frozen=True, slots=True)
class Division:
    """A division; `path` has the names from the province down to itself, `code` is GB/T 2260's.

    A code has six digits down to the county (530000, 532300, 532326) and nine for a town.
    """

    name: str
    level: Level
    code: str | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Divisions by name; provinces and prefectures also by their name without 省, 市, 自治州."""

    by_name: Mapping[str, tuple[Division, ...]]
    starts: frozenset[str]

    def has_start(self, name: str) -> bool:
        """Whether a division's name begins with the same two characters."""
        return name[:2] in self.starts

    def named(self, name: str, inside: Sequence[str] = ()) -> tuple[Division, ...]:
        """The divisions of a name that lie in all of the divisions `inside` names."""
        found = self.by_name.get(name) or self.by_name.get(bare_name(name), ())
        above = {bare_name(one) for one in inside}
        return tuple(one for one in found if above <= {bare_name(part) for part in one.path})


def bare_name(name: str) -> str:
    """云南 of 云南省, 楚雄 of 楚雄彝族自治州; names of counties and below stay whole."""
    match = _BARE.fullmatch(name)
    return match["bare"] if match else name


def read_gazetteer(path: Path) -> Gazetteer:
    """A user's list: comma or tab separated with a header; columns `code` and `name` are needed.

    Codes may have 2, 4, 6, 9 or 12 digits; the level of a division and what it lies in are read off
    its code. What stands beside the two columns is not looked at.

    Raises:
        LabelError: a column is missing, or a line has no code or name; it names file and line.
    """
    try:
        source = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path.name}: no gazetteer in UTF-8 can be read from it") from error
    head = source.partition("\n")[0]
    rows = csv.DictReader(source.splitlines(), delimiter="\t" if "\t" in head else ",")
    for column in ("code", "name"):
        if column not in (rows.fieldnames or ()):
            raise LabelError(f"{path.name}: no column {column!r}, expected code and name")
    names: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        code, name = _short_code((row["code"] or "").strip()), (row["name"] or "").strip()
        if not name or len(code) not in _DIGITS or not code.isdigit():
            raise LabelError(f"{path.name}:{number}: {row['code']!r} {name!r} is no coded division")
        names[code] = name
    return _indexed(_division(code, name, names) for code, name in names.items())


@functools.cache
def shipped_gazetteer() -> Gazetteer:
    """Provinces with their codes, and prefectures under them by name only."""
    provinces: dict[str, str] = _data("huibao.fields", "regions.yaml")["provinces"]
    full = {bare_name(name): name for name in provinces}
    found = [
        Division(name, "province", _long_code(code), (name,)) for name, code in provinces.items()
    ]
    listed: dict[str, str] = _data("huibao.inference", "places.yaml")["prefectures"]
    for province, names in listed.items():
        above = full[province]
        found += [Division(name, "prefecture", None, (above, name)) for name in names.split()]
    return _indexed(found)


def _division(code: str, name: str, names: Mapping[str, str]) -> Division:
    above = [names[code[:size]] for size in (2, 4, 6) if size < len(code) and code[:size] in names]
    return Division(name, _DIGITS[len(code)], _long_code(code), (*above, name))


def _indexed(divisions: Iterable[Division]) -> Gazetteer:
    by_name: dict[str, list[Division]] = defaultdict(list)
    for one in divisions:
        by_name[one.name].append(one)
        bare = bare_name(one.name)
        if bare != one.name and one.level in ("province", "prefecture"):
            by_name[bare].append(one)
    return Gazetteer(
        {name: tuple(found) for name, found in by_name.items()},
        frozenset(name[:2] for name in by_name),
    )


def _short_code(code: str) -> str:
    """Without the zeros that fill a code up: 530000 is 53, 532300000000 is 5323."""
    if len(code) == 12:
        code = code[:9] if code[6:9] != "000" else code[:6]
    while len(code) in (4, 6) and code.endswith("00"):
        code = code[:-2]
    return code


def _long_code(code: str) -> str:
    return code.ljust(6, "0")


def _data(package: str, name: str) -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = packaged_yaml(package, name)
    return content
