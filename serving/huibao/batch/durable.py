"""Files that survive a crash: whole lines appended and synced, whole files put in place at once."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from huibao.errors import HuibaoError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class AppendedFile:
    """A file that only grows; what is not yet synced is taken back when writing fails."""

    def __init__(self, path: Path, size: int) -> None:
        """Opens the file, made if need be, and cuts off what lies beyond `size` bytes."""
        self._path = path
        self.size = size
        with _named(path):
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            os.ftruncate(self._descriptor, size)

    def append(self, data: bytes) -> None:
        """Writes at the end, and nothing at all where there is no room for all of it.

        Raises:
            HuibaoError: when the disk is full or fails.
        """
        try:
            written = 0
            while written < len(data):
                place = self.size + written
                written += os.pwrite(self._descriptor, memoryview(data)[written:], place)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise failed_write(self._path, error) from error
        self.size += len(data)

    def sync(self) -> None:
        """Returns when the disk has all that was written."""
        with _named(self._path):
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._descriptor)


class ReplacedFile:
    """A file that is written beside its place and put there whole when the block ends well."""

    def __init__(self, path: Path) -> None:
        """Takes the place; the temporary file is `<name>.tmp` beside it."""
        self.path = path
        self.temporary = path.with_name(f"{path.name}.tmp")

    def __enter__(self) -> Self:
        """Opens the temporary file."""
        with _named(self.temporary):
            self._stream = self.temporary.open("wb")
        return self

    def write(self, data: bytes) -> None:
        """Writes on.

        Raises:
            HuibaoError: when the disk is full or fails.
        """
        with _named(self.temporary):
            self._stream.write(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Syncs and renames, or removes what was written where the block has failed."""
        try:
            with _named(self.temporary):
                with self._stream:
                    self._stream.flush()
                    os.fsync(self._stream.fileno())
                if kind is None:
                    self.temporary.replace(self.path)
                    sync_folder(self.path.parent)
        finally:
            with contextlib.suppress(OSError):
                self.temporary.unlink()


def replaced_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Has a folder written beside its place and puts it there.

    Between two renames there is a moment without the folder; `mended_folder` ends it.
    """
    fresh, old = _beside(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with _named(fresh):
            fresh.mkdir(parents=True)
            write(fresh)
            _sync_tree(fresh)
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
            sync_folder(folder.parent)
    finally:
        mended_folder(folder)


def mended_folder(folder: Path) -> None:
    """Ends a replacement that was interrupted: the old folder or the new one, and nothing else."""
    fresh, old = _beside(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Returns when the disk knows the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def failed_write(path: Path, error: OSError) -> HuibaoError:
    """The error of a file that could not be written, with what to do."""
    if error.errno in _FULL:
        what = "the disk is full: what is finished is kept; make room and start again"
        return HuibaoError(f"{path}: {what}")
    return HuibaoError(f"{path}: cannot be written: {error.strerror}")


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failed_write(path, error) from error


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f"{folder.name}.tmp"), folder.with_name(f"{folder.name}.old")


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        for name in files:
            sync_folder(Path(parent, name))
        sync_folder(Path(parent))
