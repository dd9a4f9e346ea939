"""The service as an ASGI application: its parts made, wired and started."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from huibao import __version__
from huibao.reader import Reader
from huibao.reading_process import ReadingProcesses
from huibao.service.answers import Answers
from huibao.service.attendance import Attendance
from huibao.service.contract import describe
from huibao.service.endpoints import Endpoints
from huibao.service.health import Health
from huibao.service.keys import keys_of
from huibao.service.labelstudio.routes import LabelStudio
from huibao.service.limits import BodyLimits
from huibao.service.metrics import Metrics
from huibao.service.page import page_router
from huibao.service.problems import (
    MEDIA_TYPE,
    Problem,
    problem_of_faults,
    problem_of_status,
)
from huibao.service.record import record_of
from huibao.service.review.routes import review_router
from huibao.service.scheduling.cores import usable_cores
from huibao.service.scheduling.engine import Engine
from huibao.service.scoring import Scoring
from huibao.service.settings import Settings
from huibao.service.short_answers import ShortAnswers
from huibao.service.state import OneReader, Readers, Service
from huibao.service.threads import Threads
from huibao.service.tracing import tracing_in_force

_ABOUT = "Reads Chinese official work reports and turns them into labelled, structured data."
_TOLD_HEADERS = ["X-Request-ID", "Server-Timing", "Retry-After", "Content-Disposition"]


def create_app(reader: Reader | Readers, settings: Settings) -> FastAPI:
    """The service around one reader, or around several loaded bundles.

    Raises:
        HuibaoError: when the keys in the settings cannot be read.
    """
    service = _service(OneReader(reader) if isinstance(reader, Reader) else reader, settings)
    tracing = tracing_in_force()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await service.start()
            yield
        finally:
            await service.stop()
            tracing.stop()

    app = FastAPI(
        title="huibao",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # FastAPI's page of documents loads its script from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.service = service
    app.include_router(Health(service).router())
    endpoints = Endpoints(service)
    app.include_router(endpoints.router())
    keyed = bool(service.keys)
    app.include_router(
        review_router(settings, service.bundles.renew, endpoints.check_key, keyed=keyed)
    )
    if settings.labelstudio:
        app.include_router(LabelStudio(service).router())
    app.include_router(page_router(review=settings.review_folder is not None))
    describe(app, keyed=keyed)
    app.add_exception_handler(Problem, _problem_answer)
    app.add_exception_handler(HTTPException, _status_answer)
    app.add_exception_handler(RequestValidationError, _fault_answer)
    app.add_middleware(BodyLimits, settings=settings)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=_TOLD_HEADERS,
        )
    app.add_middleware(Attendance, settings=settings, metrics=service.metrics, tracing=tracing)
    return app


def _service(bundles: Readers, settings: Settings) -> Service:
    metrics = Metrics()
    engine = Engine(
        workers=settings.workers or usable_cores(),
        queue_tokens=settings.queue_tokens,
        observer=metrics,
    )
    metrics.engine_is(engine.state)
    processes = ReadingProcesses(
        settings.readers,
        seconds=settings.read_seconds,
        memory_bytes=settings.read_bytes,
        ocr=settings.ocr,
    )
    threads = Threads(settings.readers)
    scoring = Scoring(engine, settings)
    return Service(
        settings=settings,
        bundles=bundles,
        keys=keys_of(settings),
        metrics=metrics,
        engine=engine,
        processes=processes,
        threads=threads,
        answers=Answers(scoring, processes, threads, settings),
        short_answers=ShortAnswers(scoring, threads, settings),
    )


async def _problem_answer(request: Request, problem: Any) -> Response:  # noqa: ANN401 (FastAPI's)
    record = record_of(request.scope)
    record.problems.append(problem.kind.name)
    return Response(
        problem.body(record.path, record.id),
        status_code=problem.kind.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )


async def _status_answer(request: Request, error: Any) -> Response:  # noqa: ANN401
    headers = error.headers
    if error.status_code == 405 and (methods := _methods_at(request)):
        headers = {**(headers or {}), "Allow": ", ".join(methods)}
    return await _problem_answer(request, problem_of_status(error.status_code, headers))


def _methods_at(request: Request) -> list[str]:
    """What an address takes; the web framework tells only of its first route."""
    path = getattr(request.scope.get("route"), "path", "")
    methods = request.app.openapi()["paths"].get(path, {})
    return sorted(method.upper() for method in methods)


async def _fault_answer(request: Request, error: Any) -> Response:  # noqa: ANN401
    return await _problem_answer(request, problem_of_faults(error.errors()))
