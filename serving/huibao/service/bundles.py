"""The bundles in service: loaded, warmed, and replaced without dropping a request."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from huibao.errors import BundleError, HuibaoError
from huibao.inference.bundle import BUNDLE_FILES, bundle_folder
from huibao.label_files.loading import forget_loaded
from huibao.reader import EXAMPLE, Reader, load_reader
from huibao.service.logs import log_event, log_fault

Stamp = tuple[str, tuple[tuple[int, int], ...]]
Told = Callable[[str], None]


class Load(Protocol):
    """Makes the reader of a bundle folder; `load_reader` does."""

    def __call__(self, bundle: Path, /) -> Reader: ...


def _nobody(outcome: str) -> None:
    """Tells nobody."""


class LoadedBundles:
    """The readers in service, by the names an operator gave them; the first one is the default.

    A request keeps the reader it began with, so a bundle that is replaced serves what it has begun
    and goes when the last of it is answered.
    """

    def __init__(self, names: Sequence[str], load: Load = load_reader) -> None:
        """Loads and warms all bundles.

        Raises:
            BundleError: a bundle is incomplete, or two do not have the same label sets.
        """
        if not names:
            raise BundleError("no bundle is named")
        self.names = tuple(dict.fromkeys(names))
        self._load = load
        self._replacing = threading.Lock()
        self._stopped = threading.Event()
        self._watch: threading.Thread | None = None
        self._stamps: dict[str, Stamp] = {}
        self._readers: dict[str, Reader] = {}
        for name in self.names:
            self._readers[name] = self._loaded(name, self._readers)

    @property
    def readers(self) -> dict[str, Reader]:
        """The readers in service by name, the default first."""
        return dict(self._readers)

    def reader(self, name: str | None = None) -> Reader:
        """The reader of a bundle, of the default one when no name is given.

        A bundle answers to the name it was loaded by and to the name it has in its `bundle.json`.

        Raises:
            BundleError: no bundle of that name is loaded.
        """
        return self._readers[self._known(name)]

    def reload(self, name: str | None = None) -> Reader:
        """Loads a bundle again, warms it and puts it in the place of the old one.

        Raises:
            BundleError: the new one is refused and the old one stays; the message has the reason.
        """
        known = self._known(name)
        with self._replacing:
            return self._replaced(known)

    def reload_all(self, told: Told = _nobody) -> None:
        """Loads every bundle again; the old one stays where the new one is refused.

        `told` is given "done" or "refused" for each.
        """
        for name in self.names:
            with self._replacing:
                self._tried(name, told)

    def renew(self) -> None:
        """Loads all bundles at once, for label sets that have changed; if one is refused all stay.

        Raises:
            BundleError: a bundle has no way to the label sets that are in force now.
        """
        with self._replacing:
            readers: dict[str, Reader] = {}
            for name in self.names:
                readers[name] = self._loaded(name, readers)
            self._readers = readers
        log_event("label sets renewed", labels=next(iter(readers.values())).labels.fingerprint)

    def start_watch(self, seconds: float, told: Told = _nobody) -> None:
        """Looks for changed bundles every so many seconds, in a thread of its own; 0 never looks.

        `told` is given "done" or "refused" when one was changed.
        """
        if seconds > 0 and self._watch is None:
            self._watch = threading.Thread(
                target=self._watching, args=(seconds, told), name="huibao-bundles", daemon=True
            )
            self._watch.start()

    def stop_watch(self) -> None:
        """Ends the thread that looks for changed bundles; waits for it."""
        self._stopped.set()
        if self._watch is not None:
            self._watch.join()

    def _known(self, name: str | None) -> str:
        if name is None:
            return self.names[0]
        if name in self._readers:
            return name
        for known, reader in self._readers.items():
            if reader.bundle.name == name:
                return known
        raise BundleError(f"no bundle {name!r} is loaded, there are {', '.join(self.names)}")

    def _replaced(self, name: str) -> Reader:
        began = time.monotonic()
        others = {known: one for known, one in self._readers.items() if known != name}
        forget_loaded()  # the label sets too may have been changed, by another process
        old, new = self._readers[name], self._loaded(name, others)
        self._readers = self._readers | {name: new}
        log_event(
            "bundle replaced",
            bundle=name,
            old=old.bundle.version,
            new=new.bundle.version,
            seconds=round(time.monotonic() - began, 3),
        )
        return new

    def _loaded(self, name: str, beside: Mapping[str, Reader]) -> Reader:
        """A reader that has scored its first windows; from a folder that a link cannot move away.

        Those beside it must have the same label sets.
        """
        stamp = stamp_of(name)
        self._stamps[name] = stamp
        reader = self._load(Path(stamp[0]))
        for other, loaded in beside.items():
            if reader.labels.fingerprint != loaded.labels.fingerprint:
                raise BundleError(
                    f"bundle {name} has label sets {reader.labels.fingerprint}, "
                    f"{other} in service has {loaded.labels.fingerprint}"
                )
        try:
            reader.read(EXAMPLE, name="example")
        except Exception as error:
            raise BundleError(
                f"bundle {name} fails on an example: {type(error).__name__}"
            ) from error
        return reader

    def _watching(self, seconds: float, told: Told) -> None:
        seen = dict(self._stamps)
        while not self._stopped.wait(seconds):
            for name in self.names:
                self._look(name, seen, told)

    def _look(self, name: str, seen: dict[str, Stamp], told: Told) -> None:
        """Replaces a bundle that has changed since it was loaded and not since the last look.

        A folder that is being copied changes from look to look; it is left alone until it is whole.
        """
        try:
            now = stamp_of(name)
        except (HuibaoError, OSError):
            return  # between the removal of a link and its renewal there is nothing to see
        settled = seen.get(name) == now
        seen[name] = now
        with self._replacing:
            if settled and now != self._stamps[name]:
                self._tried(name, told)

    def _tried(self, name: str, told: Told) -> None:
        try:
            self._replaced(name)
        except HuibaoError as error:
            log_event("bundle refused", logging.WARNING, bundle=name, reason=str(error))
            told("refused")
        except Exception as error:  # whatever a broken folder holds, the old bundle serves on
            log_fault("bundle refused", error, bundle=name)
            told("refused")
        else:
            told("done")


def stamp_of(name: str) -> Stamp:
    """Where a bundle lies, links followed, and the times and sizes of its files."""
    folder = bundle_folder(name).resolve()
    known = [folder / part for part in BUNDLE_FILES if (folder / part).is_file()]
    return str(folder), tuple(
        (state.st_mtime_ns, state.st_size) for state in (part.stat() for part in known)
    )
