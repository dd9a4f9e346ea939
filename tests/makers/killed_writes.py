"""A process that is killed while it puts the files of a label change in place."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import huibao

_KILL = """
import os, signal, sys
from huibao.label_changes import applying
count, real = int(sys.argv[2]), applying._replaced
def replaced(path, text):
    global count
    if count == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    count -= 1
    real(path, text)
applying._replaced = replaced
"""


def killed_after(writes: int, code: str, folder: Path, given: str) -> bool:
    """Runs code that changes the labels of `folder`; whether it was killed before it ended.

    Args:
        writes: Files that it may put in place before.
        code: Finds the folder in `sys.argv[1]`.
        folder: The label folder.
        given: To its standard input.
    """
    done = subprocess.run(
        [sys.executable, "-c", _KILL + code, str(folder), str(writes)],
        input=given.encode(),
        env=os.environ | {"PYTHONPATH": str(Path(huibao.__file__).parents[1])},
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0
