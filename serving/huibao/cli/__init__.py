"""The command `huibao`: which commands there are, and what an error means to the shell."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from huibao import __version__
from huibao.cli.batch import add_batch
from huibao.cli.console import warn
from huibao.cli.exits import EXIT_FAULT, EXIT_OK
from huibao.cli.labels import add_labels
from huibao.cli.read import add_read
from huibao.cli.serve import add_serve
from huibao.errors import HuibaoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without a rare character
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except HuibaoError as error:
        warn(f"huibao: {error}")
        return EXIT_FAULT
    except BrokenPipeError:  # the reader of a pipe has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except OSError as error:
        warn(f"huibao: {error.filename}: {error.strerror}")
        return EXIT_FAULT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huibao", description="汇报：读懂工作报告")
    parser.add_argument("--version", action="version", version=f"huibao {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_read(commands.add_parser("read", help="read reports and show what they say"))
    add_batch(commands.add_parser("batch", help="read many files into one folder of tables"))
    add_serve(commands.add_parser("serve", help="answer over HTTP and show a page for the browser"))
    add_labels(
        commands.add_parser("labels", help="check and change the label sets, write the guide")
    )
    return parser
