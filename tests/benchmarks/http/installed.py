"""How much disk a server's packages take, from what pip recorded of them."""

from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

Packages = dict[NormalizedName, Distribution]


def installed_megabytes(environment: Path, roots: Sequence[str]) -> float:
    """Size of packages and all that they require, as far as it is installed.

    Args:
        environment: Folder of a virtual environment.
        roots: Requirements, with extras where those are needed.
    """
    (site,) = (environment / "lib").glob("python*/site-packages")
    known = {canonicalize_name(one.name): one for one in distributions(path=[str(site)])}
    return sum(_size(known[name]) for name in _closure(known, roots)) / 2**20


def folder_megabytes(*folders: Path) -> float:
    """Size of all files in the folders."""
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files if "__pycache__" not in file.parts) / 2**20


def _closure(known: Packages, roots: Sequence[str]) -> set[NormalizedName]:
    """The names of what is required, directly or not; extras of a package may come in later."""
    found: set[tuple[NormalizedName, str]] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in ("", *sorted(wanted.extras)):
            if name in known and (name, extra) not in found:
                found.add((name, extra))
                waiting.extend(_required(known[name], extra))
    return {name for name, _ in found}


def _required(package: Distribution, extra: str) -> Iterator[Requirement]:
    for line in package.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _size(package: Distribution) -> int:
    paths = (Path(str(package.locate_file(file))) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
