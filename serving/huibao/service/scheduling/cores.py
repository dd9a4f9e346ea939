"""How many cores this process may use: the container's quota, the affinity, the machine."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_GROUPS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


def usable_cores(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """Whole cores of this process, at least 1.

    A quota is rounded down: a process over its quota is stopped altogether for the rest of the
    period (100 ms), its event loop with it.

    Args:
        groups: where the control groups are mounted.
        own: the file that names the groups of this process.
    """
    quotas = [int(quota) for quota in _quotas(groups, own)]
    return max(1, min([_scheduled(), *quotas]))


def _scheduled() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quotas(groups: Path, own: Path) -> Iterator[float]:
    """The quotas in cores that bind this process: its group's and those of the groups around it.

    Inside a container the named path is often the host's and is not mounted; the container's own
    group is then the root of the mount, which the walk upwards ends at.
    """
    for line in _text(own).splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        place = PurePosixPath(path.lstrip("/"))
        for level in (place, *place.parents):
            if not controllers:
                yield from _quota(_text(groups / level / "cpu.max").split())
            elif "cpu" in controllers.split(","):
                folder = groups / "cpu" / level
                names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
                yield from _quota([_text(folder / name).strip() for name in names])


def _quota(words: list[str]) -> Iterator[float]:
    """Microseconds of a period over its length; none for `max` and `-1`, which mean no limit."""
    if len(words) == 2 and all(word.isdecimal() for word in words) and int(words[1]):
        yield int(words[0]) / int(words[1])


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", errors="replace")
    except OSError:
        return ""
