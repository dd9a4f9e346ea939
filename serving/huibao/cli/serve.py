"""`huibao serve`: the service, with its settings in force printed at the start."""

import argparse
import sys

from huibao.cli.console import say


def add_serve(serve: argparse.ArgumentParser) -> None:
    """Gives the command its arguments."""
    serve.add_argument("--host", help="address to listen on (127.0.0.1; 0.0.0.0 is all of them)")
    serve.add_argument("--port", type=int, help="port to listen on (8025; 0 takes a free one)")
    serve.add_argument(
        "--bundle", action="append", help="name or folder of a bundle; the first is the default"
    )
    serve.add_argument(
        "--review", metavar="FOLDER", help="label folder whose pages people review at /review"
    )
    serve.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    from huibao.service.serve import serve, settings_from

    given = {
        "host": options.host,
        "port": options.port,
        "bundles": options.bundle,
        "review_folder": options.review,
    }
    settings = settings_from({name: value for name, value in given.items() if value is not None})
    for name, value in settings.told().items():
        say(f"HUIBAO_{name.upper()}={_told(value)}")

    def announce(address: str) -> None:
        say(f"汇报: {address}")
        sys.stdout.flush()

    return serve(settings, announce)


def _told(value: object) -> str:
    """A setting as a variable would hold it."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)
