"""Lines for whoever called the command: results to standard output, faults to standard error."""

import sys


def say(*lines: object) -> None:
    """Writes each as a line of the result."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def warn(line: str) -> None:
    """Writes a line that is no result."""
    sys.stderr.write(f"{line}\n")
