"""Where the data that travels with the package lies: the label sets and the models."""

from pathlib import Path
from typing import Literal, get_args

from huibao.errors import HuibaoError

ResourceName = Literal["labels", "models"]
RESOURCE_NAMES: tuple[ResourceName, ...] = get_args(ResourceName)
_SOURCE_ROOT = "serving"


def resource_folder(name: ResourceName) -> Path:
    """The folder `name`: `_shipped/` beside an installed package, else the checkout's own.

    Raises:
        HuibaoError: the name is unknown, or neither folder exists.
    """
    if name not in RESOURCE_NAMES:
        raise HuibaoError(f"no resource {name!r}, expected one of {', '.join(RESOURCE_NAMES)}")
    package = Path(__file__).resolve().parent
    return _existing_folder(package, name)


def _existing_folder(package: Path, name: str) -> Path:
    shipped = package / "_shipped" / name
    if shipped.is_dir():
        return shipped
    if package.parent.name != _SOURCE_ROOT:
        raise HuibaoError(f"{shipped} is missing: the package is incomplete, install huibao again")
    checkout = package.parent.parent / name
    if not checkout.is_dir():
        raise HuibaoError(f"no folder {name!r}: neither {shipped} nor {checkout} exists")
    return checkout
