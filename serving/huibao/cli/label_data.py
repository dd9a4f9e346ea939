"""`huibao labels build`: the data set that models of the label sets in force are trained from."""

import argparse
from pathlib import Path

from huibao.cli.console import say
from huibao.cli.exits import EXIT_OK


def add_build(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Gives `huibao labels` the action `build`."""
    build = actions.add_parser("build", help="make a data set of what people decided, for training")
    build.add_argument("--labels", type=Path, help="another label folder")
    build.add_argument(
        "--at", type=int, metavar="N", help="for the label sets as they were after change N"
    )
    build.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write it there; without it, only count"
    )
    build.set_defaults(run=_build)


def _build(options: argparse.Namespace) -> int:
    from huibao.gold_pages import data_set, write_data_set, write_parts
    from huibao.label_changes import mend_folder
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    mend_folder(folder)
    built = data_set(folder, at=options.at)
    say(*built.lines())
    if options.out is not None:
        write_data_set(built, options.out)
        write_parts(folder, built.division)
        say(f"written to {options.out}")
    return EXIT_OK
