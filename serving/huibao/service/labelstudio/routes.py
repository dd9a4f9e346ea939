"""The routes under /labelstudio: health, setup, predict, webhook, versions."""

import base64
import binascii
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from huibao.annotation import BlockAnnotation
from huibao.errors import LabelError
from huibao.exchange.labelstudio.config import Control, controls_of
from huibao.exchange.labelstudio.tasks import predicted
from huibao.reader import Reader
from huibao.service import contract
from huibao.service.bodies import json_body
from huibao.service.deadlines import within_deadline
from huibao.service.labelstudio import shapes
from huibao.service.logs import log_event
from huibao.service.problems import Problem
from huibao.service.record import record_of
from huibao.service.rendering import Rendered, json_bytes
from huibao.service.state import Service

_MOST_PROJECTS = 100
_BODY_PROBLEMS = tuple(name for name in contract.TEXT_PROBLEMS if name != "empty_text")
_SECURITY: list[dict[str, list[str]]] = [{"key": []}, {"login": []}]


class LabelStudio:
    """One service as a model of Label Studio's.

    Its keys are the passwords of basic authentication, the only kind that Label Studio knows.
    """

    def __init__(self, service: Service) -> None:
        """Takes the service; its parts need not have started."""
        self._service = service
        self._refused: OrderedDict[str, str | None] = OrderedDict()
        self._news: str | None = None

    def router(self) -> APIRouter:
        """The routes with their contract."""
        router = APIRouter(prefix="/labelstudio", default_response_class=Response)
        keyed = bool(self._service.keys)

        def add(
            method: str,
            path: str,
            run: Callable[..., Any],
            answer: Any,  # noqa: ANN401 (a model's class)
            problems: tuple[str, ...] = (),
            sent: Any = None,  # noqa: ANN401
        ) -> None:
            # Its own hooks come without a login, and all they do is to set a time.
            closed = keyed and path != "/webhook"
            told = contract.problem_responses((*problems, *(["unauthorized"] if closed else [])))
            told[200] = {"model": answer, "description": "The answer."}
            more = {"security": _SECURITY} if closed else {}
            router.add_api_route(
                path, run, methods=[method], responses=told,
                openapi_extra=more | (contract.json_body_of(sent) if sent else {}),
                dependencies=[Depends(self._check_login)] if closed else [],
                name=f"labelstudio {path[1:]}",
            )  # fmt: skip

        configured = (*_BODY_PROBLEMS, "config_refused")
        add("GET", "/health", self.health, shapes.State)
        add("GET", "/versions", self.versions, shapes.Versions)
        add("POST", "/setup", self.setup, shapes.Version, configured, shapes.Setup)
        add("POST", "/predict", self.predict, shapes.Predictions, configured, shapes.Predict)
        add("POST", "/webhook", self.webhook, shapes.Noted, _BODY_PROBLEMS, shapes.News)
        return router

    async def health(self) -> Response:
        """That the model is there, how the set-ups of projects ended, and whether there are news."""
        projects = [{"project": one, "refused": why} for one, why in self._refused.items()]
        told = {"status": "UP", "model_class": "Huibao", "projects": projects, "news": self._news}
        return _response(json_bytes(told))

    async def versions(self) -> Response:
        """The models there are."""
        return _response(json_bytes({"versions": [_version(self._service.reader(None))]}))

    async def setup(self, request: Request) -> Response:
        """Takes a project on, if its configuration stores our label ids."""
        body = await json_body(request, shapes.Setup)
        reader = self._service.reader(None)
        try:
            self._controls(body.schema_, reader)
        except Problem as problem:
            self._remember(body.project, problem.detail)
            # Label Studio shows the status alone, so that somebody has to find the reason here.
            log_event("a project was refused", logging.WARNING, reason=problem.detail)
            raise
        self._remember(body.project, None)
        return _response(json_bytes({"model_version": _version(reader)}))

    async def predict(self, request: Request) -> Response:
        """Fills in tasks; what cannot be read has an empty result, so that their number is kept."""
        body = await json_body(request, shapes.Predict)
        reader, record = self._service.reader(None), record_of(request.scope)
        record.bundle = reader.bundle.name
        controls = self._controls(body.label_config, reader)
        version = _version(reader)
        sent = [(task.data.exact or task.data.text, task.data.path) for task in body.tasks]

        def render(outcomes: list[BlockAnnotation | Problem]) -> Rendered:
            record.problems += [one.kind.name for one in outcomes if isinstance(one, Problem)]
            results = [
                {"model_version": version, "score": 0.0, "result": []}
                if isinstance(said, Problem)
                else predicted(said, 0, text, version, controls)
                for said, (text, _) in zip(outcomes, sent, strict=True)
            ]
            return json_bytes({"results": results})

        work = self._service.short_answers.annotated(reader, sent, record, render)
        return _response(await within_deadline(request, record, self._service.engine, work))

    async def webhook(self, request: Request) -> Response:
        """Notes that there is news. Its content is not used: an export misses nothing, a call may."""
        await json_body(request, shapes.News)
        self._news = datetime.now(UTC).isoformat(timespec="seconds")
        return _response(json_bytes({"status": "noted"}))

    async def _check_login(self, request: Request) -> None:
        owner = self._service.keys.owner(_as_bearer(request.headers.get("authorization", "")))
        if owner is None:
            raise Problem(
                "unauthorized",
                "The Authorization header holds no key of this service as its password.",
                headers={"WWW-Authenticate": 'Basic realm="huibao", charset="UTF-8"'},
            )
        record_of(request.scope).key = owner

    def _controls(self, schema: str, reader: Reader) -> dict[str, Control]:
        try:
            return dict(controls_of(schema, reader.labels))
        except LabelError as error:
            raise Problem("config_refused", f"{error}.") from None

    def _remember(self, project: str, refused: str | None) -> None:
        self._refused[project] = refused
        self._refused.move_to_end(project)
        if len(self._refused) > _MOST_PROJECTS:
            self._refused.popitem(last=False)


def _version(reader: Reader) -> str:
    """A task that has a prediction of this name is not asked for again: so each change renames it."""
    bundle = reader.bundle
    return f"{bundle.name} {bundle.version} labels {reader.labels.fingerprint}"


def _as_bearer(authorization: str) -> str:
    """Name and password of basic authentication as the key that the password is."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return authorization
    try:
        pair = base64.b64decode(given.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return f"Bearer {pair.partition(':')[2]}"


def _response(rendered: Rendered) -> Response:
    return Response(rendered.body, media_type=rendered.media_type, headers=rendered.headers)
