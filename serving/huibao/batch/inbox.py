"""New and changed files of an inbox, each once it has stopped growing."""

from collections.abc import Sequence
from pathlib import Path

from huibao.batch.sources import Place, places_of

# Size and time of the last change: a file that keeps both from one look to the next is whole.
Stamp = tuple[int, int]


class Inbox:
    """Sources that are looked at again and again."""

    def __init__(self, sources: Sequence[str], *, besides: Path | None = None) -> None:
        """Takes paths and patterns; what lies in `besides` is passed over."""
        self._sources, self._besides = tuple(sources), besides
        self._seen: dict[Path, Stamp] = {}
        self._taken: dict[Path, Stamp] = {}

    def settled(self) -> list[Place]:
        """The files that are new or changed since they were last given, and unchanged since the last look."""
        found: dict[Path, Stamp] = {}
        settled = []
        for place in places_of(self._sources, besides=self._besides):
            stamp = _stamp(place.path)
            if stamp is None:
                continue
            found[place.path] = stamp
            if stamp == self._seen.get(place.path) and stamp != self._taken.get(place.path):
                self._taken[place.path] = stamp
                settled.append(place)
        self._seen = found
        return settled


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
