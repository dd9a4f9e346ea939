"""Converts documents with LibreOffice: several in one run, a bad one costs the others nothing.

LibreOffice ends with code 0 even when it could load nothing, and with 81 after setting up a fresh
profile without doing the work; only the file that it has written counts.
"""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from huibao.errors import FileError
from huibao.text.conversion.home import own_home, own_profile
from huibao.text.conversion.profile import fresh_profile
from huibao.text.conversion.program import writer_program

# By the clock: one file takes 2 s on a slow core, each further one of a run 0.3 s.
SECONDS = 60.0
# Of the processor, so that a busy machine refuses no file: a thousand pages take 4 s of it, and a
# table of 20,000 rows, whose time grows with their square, minutes.
WORK_SECONDS = 8.0
SECONDS_MORE = 3.0
# Address space: a report takes 600 MB of it and 220 MB of memory. A reading process lets its converter
# have as much as itself, and the least in any case.
MOST_MEMORY_BYTES = 2 * 2**30
LEAST_MEMORY_BYTES = 2**30
MOST_OUTPUT_BYTES = 128 * 2**20
_FRESH_PROFILE_CODE = 81
_OPTIONS = (
    "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard",
)  # fmt: skip
_FILTER = "docx:MS Word 2007 XML"
_NOWHERE = "http://127.0.0.1:9"
_LAUNCH = Path(__file__).with_name("launch.py")
_DAMAGED = "LibreOffice cannot open the file: it is damaged, cut off or of another kind"


def converted(file: bytes, ending: str, what: str, *, seconds: float = SECONDS) -> bytes:
    """The file saved as .docx.

    Args:
        file: the bytes of a document.
        ending: what files of its kind end in: ".doc", ".rtf" or ".odt".
        what: what to call it where LibreOffice is missing.
        seconds: by the clock.

    Raises:
        FileError: converter_missing, corrupt or timeout.
    """
    [outcome] = converted_files([(file, ending)], what, seconds=seconds)
    if isinstance(outcome, FileError):
        raise outcome
    return outcome


def converted_files(
    files: Sequence[tuple[bytes, str]], what: str = "an old document", *, seconds: float = SECONDS
) -> list[bytes | FileError]:
    """All files saved as .docx, with one start of LibreOffice as long as none makes it fail.

    Args:
        files: bytes and ending of each.
        what: what to call them where LibreOffice is missing.
        seconds: by the clock for one file; each further one adds `SECONDS_MORE` to a run.

    Returns:
        For each file its .docx, or the error that it got.

    Raises:
        FileError: converter_missing.
    """
    program = writer_program(what)
    try:
        with _may_write(), tempfile.TemporaryDirectory(prefix="files-", dir=own_home()) as folder:
            return _Run(program, Path(folder), seconds).outcomes(files)
    except OSError as error:
        message = f"LibreOffice cannot be run: {error.strerror or type(error).__name__}"
        raise FileError("converter_missing", message) from None


class _Run:
    """The files of one call while they are worked off."""

    def __init__(self, program: Path, folder: Path, seconds: float) -> None:
        self._program, self._folder, self._seconds = program, folder, seconds

    def outcomes(self, files: Sequence[tuple[bytes, str]]) -> list[bytes | FileError]:
        (self._folder / "out").mkdir()
        pending = []
        for number, (file, ending) in enumerate(files):
            path = self._folder / f"{number:05}{ending}"
            path.write_bytes(file)
            pending.append(path)
        outcomes: dict[str, bytes | FileError] = {}
        is_second_start = False
        while pending:
            code = self._worked_off(pending)
            done = [path for path in pending if self._output(path).exists()]
            outcomes.update((path.stem, self._output(path).read_bytes()) for path in done)
            pending = [path for path in pending if path.stem not in outcomes]
            if code == 0:
                outcomes.update((path.stem, FileError("corrupt", _DAMAGED)) for path in pending)
                break
            if code == _FRESH_PROFILE_CODE and not is_second_start:
                is_second_start = True
                continue
            # The files are worked off in order: the first without an outcome has ended the run.
            fresh_profile(own_profile())
            is_second_start = False
            if pending:
                outcomes[pending.pop(0).stem] = self._blame(code)
        return [outcomes[f"{number:05}"] for number in range(len(files))]

    def _output(self, path: Path) -> Path:
        return self._folder / "out" / f"{path.stem}.docx"

    def _blame(self, code: int | None) -> FileError:
        if code == -signal.SIGXCPU:
            return FileError("timeout", f"converting took over {WORK_SECONDS:g} s of work")
        if code is None:
            return FileError("timeout", f"converting took over {self._seconds:g} s")
        if code == -signal.SIGXFSZ:
            most = MOST_OUTPUT_BYTES // 2**20
            return FileError("too_large", f"the converted file has more than {most} MB")
        return FileError("corrupt", "the file makes LibreOffice fail")

    def _worked_off(self, files: Sequence[Path]) -> int | None:
        """The exit code of a run over the files, None for one that was stopped for its time.

        However LibreOffice ends when its time of the processor is up, it is told as SIGXCPU.
        """
        more = SECONDS_MORE * (len(files) - 1)
        work = int(WORK_SECONDS + more)
        limits = (work, MOST_MEMORY_BYTES, MOST_OUTPUT_BYTES)
        worked_before = _work_of_children()
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", str(_LAUNCH), *map(str, limits)),
                *(str(self._program), *_OPTIONS, f"-env:UserInstallation={own_profile().as_uri()}"),
                *("--convert-to", _FILTER, "--outdir", str(self._folder / "out")),
                *map(str, files),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=_environment(self._folder),
            start_new_session=True,
        )
        try:
            code = process.wait(self._seconds + more)
            is_worn_out = code != 0 and _work_of_children() - worked_before > work - 1
            return -signal.SIGXCPU if is_worn_out else code
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _work_of_children() -> float:
    """Seconds of the processor that the processes started here and ended have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment(folder: Path) -> dict[str, str]:
    """No key of the service reaches the converter; a proxy that is not there answers for the net."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE)
    return proxies | {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "OOO_DISABLE_RECOVERY": "1",
    }


@contextlib.contextmanager
def _may_write() -> Iterator[None]:
    """Lifts the limit under which a reading process writes nothing, as far as it may be lifted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
