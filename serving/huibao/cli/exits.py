"""What each end of a command means to the shell."""

EXIT_OK, EXIT_FAULT, EXIT_USAGE, EXIT_SOME_FAILED = 0, 1, 2, 3


def exit_of(failed: int, files: int) -> int:
    """The exit code of a command that read so many files."""
    if not failed:
        return EXIT_OK
    return EXIT_SOME_FAILED if failed < files else EXIT_FAULT
