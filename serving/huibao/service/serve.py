"""`huibao serve`: settings, bundles, app and server put together, from the first line to the exit code."""

import logging
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from pydantic import ValidationError

from huibao.errors import HuibaoError
from huibao.service.draining import App, Draining, DrainingServer
from huibao.service.logs import configure_logs, log_event
from huibao.service.settings import PREFIX, Settings, unknown_warning

if TYPE_CHECKING:
    from huibao.service.bundles import Load

_BACKLOG = 2048  # connections that may wait to be accepted
_KEEP_ALIVE_SECONDS = 15  # longer than the pause between two questions of a page, shorter than idle


def settings_from(given: Mapping[str, Any]) -> Settings:
    """The settings in force: what is given, else the environment, else the defaults.

    Raises:
        HuibaoError: a setting does not fit; the message names it and never its value, which may be
            a secret.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [
            f"{PREFIX}{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise HuibaoError("; ".join(faults)) from None


def serve(settings: Settings, announce: Callable[[str], None]) -> int:
    """Serves until a signal ends it.

    Args:
        settings: in force.
        announce: is given the address of the page once it answers.

    Returns:
        0 when all that was accepted was finished, 1 when time ran out or nothing was served.

    Raises:
        HuibaoError: a bundle cannot be loaded, or the address cannot be listened on.
    """
    configure_logs(settings.log_format, settings.log_level)
    if warning := unknown_warning():
        log_event(warning, logging.WARNING)
    listener = listening_socket(settings.host, settings.port)
    from huibao.service.app import create_app
    from huibao.service.bundles import LoadedBundles

    bundles = LoadedBundles(settings.bundles, _loader(settings))
    app = create_app(bundles, settings)
    counted = app.state.service.metrics.reload_done
    bundles.start_watch(settings.watch_seconds, counted)
    try:
        return run(
            app,
            listener,
            drain_seconds=settings.drain_seconds,
            began=lambda: announce(page_address(settings.host, listener)),
            hang_up=lambda: bundles.reload_all(counted),
        )
    finally:
        bundles.stop_watch()


def run(
    app: App,
    listener: socket.socket,
    *,
    drain_seconds: float,
    began: Callable[[], None],
    hang_up: Callable[[], None] = lambda: None,
) -> int:
    """Serves an application on a bound socket; returns the exit code."""
    draining = Draining(app)
    config = uvicorn.Config(
        draining,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    server = DrainingServer(config, draining, seconds=drain_seconds, began=began, hang_up=hang_up)
    try:
        server.run(sockets=[listener])
    except SystemExit:  # uvicorn's way to say that the application did not start
        return 1
    log_event("ended", given_up=draining.given_up)
    return 1 if draining.given_up else 0


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 takes a free one.

    Raises:
        HuibaoError: the address is not of this machine, or the port is taken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise HuibaoError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return bound


def page_address(host: str, listener: socket.socket) -> str:
    """Where a browser on this machine finds the page."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{listener.getsockname()[1]}/"


def _loader(settings: Settings) -> "Load":
    """Makes readers with the engine in force."""
    from huibao.reader import load_reader
    from huibao.service.scheduling.cores import usable_cores

    threads = settings.workers or usable_cores()
    load = partial(
        load_reader, threads=threads, gazetteer=settings.gazetteer, labels=settings.review_folder
    )
    if settings.engine == "onnxruntime":
        return load
    from huibao.inference.openvino import OpenvinoModel

    engine = partial(OpenvinoModel, precision=settings.precision, threads=threads)
    return partial(load, open_model=engine)
