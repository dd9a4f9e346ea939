"""The routes under /v1/review: who asks, in which shape, and what is answered when it goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from huibao.errors import LabelError, ReviewError
from huibao.review.desk import Desk
from huibao.review.work import Session
from huibao.service import contract
from huibao.service.bodies import json_body
from huibao.service.page import NO_REVIEW
from huibao.service.problems import Problem
from huibao.service.rendering import json_bytes
from huibao.service.review import schemas
from huibao.service.review.answering import Answering
from huibao.service.review.label_work import LabelWork
from huibao.service.schemas import Sendable
from huibao.service.settings import Settings

Made = TypeVar("Made")
Body = TypeVar("Body", bound=Sendable)
CheckKey = Callable[[Request], Awaitable[None]]
Heard = Callable[[], None]
Add = Callable[..., None]
COOKIE = "huibao_review"
_MONTH = 30 * 86_400
_PROBLEM_OF = {"no_such_block": "not_found"}
_POINTERS = {"text_changed": "#/text_sha", "labels_changed": "#/label_version"}
_BODY = (
    "bad_request", "slow_body", "too_large", "unsupported_media_type", "invalid_request", "overloaded"
)  # fmt: skip
_SAVE = (*_BODY, "not_found", "text_changed", "labels_changed", "answer_refused")

_FILE: dict[str, Any] = {
    "description": "A file to keep.",
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in ("application/octet-stream", "application/zip")
    },
}


def review_router(
    settings: Settings, on_change: Heard, check_key: CheckKey, *, keyed: bool
) -> APIRouter:
    """The routes of the review in a service with these settings.

    Args:
        settings: of the service; without a folder all routes say how to turn the review on.
        on_change: is called when label sets have changed.
        check_key: lets a request with one of the service's keys pass.
        keyed: whether there are keys.

    Raises:
        LabelError: the folder to review is faulty.
    """
    if settings.review_folder is None:
        return _off_router()
    desk = Desk(settings.review_folder)
    return ReviewRoutes(desk, on_change, check_key, keyed=keyed).router()


def _off_router() -> APIRouter:
    """The routes of a service that reviews nothing: all say how to turn it on."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/v1/review/{rest:path}", methods=["GET", "POST", "DELETE"])
    def off(rest: str) -> Response:
        raise Problem("not_found", NO_REVIEW)

    return router


class ReviewRoutes:
    """The routes of one desk."""

    def __init__(self, desk: Desk, on_change: Heard, check_key: CheckKey, *, keyed: bool) -> None:
        """Takes the desk, who must hear of changed label sets, and the check of the service's keys."""
        self._answering, self._label_work = Answering(desk), LabelWork(desk, on_change)
        self._check_key, self._keyed = check_key, keyed

    def router(self) -> APIRouter:
        """The routes with their contract."""
        router = APIRouter(dependencies=[Depends(self._check_key)], default_response_class=Response)

        def add(
            method: str, path: str, run: Any, ok: Any, problems: Any = (), body: Any = None,  # noqa: ANN401
            *, open_: bool = False,
        ) -> None:  # fmt: skip
            keyed = ("unauthorized",) if self._keyed else ()
            session = () if open_ else ("no_session",)
            told = contract.problem_responses((*problems, *session, *keyed, "internal"))
            told[200] = {"model": ok, "description": "The answer."} if ok else _FILE
            router.add_api_route(
                f"/v1/review{path}", run, methods=[method], responses=told,
                openapi_extra=contract.json_body_of(body) if body else None,
                name=run.__name__,
            )  # fmt: skip

        add("GET", "/people", self.people, schemas.PeopleAnswer, open_=True)
        add("POST", "/session", self.log_in, schemas.SessionAnswer,
            (*_BODY, "not_found", "wrong_pass_phrase"), schemas.SentSession, open_=True)  # fmt: skip
        add("GET", "/session", self.session, schemas.SessionAnswer)
        add("DELETE", "/session", self.log_out, schemas.EndedAnswer, open_=True)
        add("GET", "/queue", self.queue, schemas.QueueAnswer, ("invalid_request",))
        add("GET", "/items/{id}", self.item, schemas.WholeItemAnswer, ("not_found",))
        add("GET", "/pages", self.pages, schemas.PagesAnswer)
        add("GET", "/pages/{name:path}", self.page, schemas.OneItemAnswer,
            ("not_found", "invalid_request"))  # fmt: skip
        add("POST", "/decisions", self.save, schemas.StoredAnswer,
            (*_SAVE, "other_person"), schemas.SentDecision)  # fmt: skip
        add("POST", "/undo", self.undo, schemas.OneItemAnswer,
            (*_BODY, "nothing_to_undo"), schemas.Nothing)  # fmt: skip
        add("POST", "/skip", self.skip, schemas.NextAnswer,
            (*_BODY, "not_found"), schemas.SentSkip)  # fmt: skip
        add("GET", "/disagreements", self.disagreements, schemas.DisagreementsAnswer)
        add("POST", "/adjudications", self.adjudicate, schemas.StoredAnswer,
            (*_SAVE, "head_only"), schemas.SentAdjudication)  # fmt: skip
        add("GET", "/labels", self.labels, schemas.ReviewLabelsAnswer)
        self._add_label_work(add)
        return router

    def _add_label_work(self, add: Add) -> None:
        """The routes that speak of label sets as a whole."""
        add("GET", "/changes", self.changes, schemas.ChangesAnswer)
        add("POST", "/changes/preview", self.preview, schemas.ChangeAnswer,
            (*_BODY, "change_refused"), schemas.SentChange)  # fmt: skip
        add("POST", "/changes/apply", self.apply, schemas.ChangeAnswer,
            (*_BODY, "change_refused", "head_only"), schemas.SentChange)  # fmt: skip
        add("POST", "/changes/undo", self.undo_change, schemas.ChangeAnswer,
            (*_BODY, "change_refused", "head_only"), schemas.SentUndo)  # fmt: skip
        add("GET", "/statistics", self.statistics, schemas.StatisticsAnswer)
        add("GET", "/export", self.export, None, ("invalid_request",))
        add("GET", "/backup", self.backup, None, ("head_only",))

    async def people(self) -> Response:
        """Who may review."""
        return await self._answer(self._answering.people)

    async def log_in(self, request: Request) -> Response:
        """Opens a session for a person of the list; the pass phrase makes the head the head."""
        sent = await json_body(request, schemas.SentSession)
        token, entries = await _in_thread(lambda: self._answering.log_in(sent))
        answer = _json(entries)
        answer.set_cookie(
            COOKIE, token, max_age=_MONTH, path="/v1/review", httponly=True, samesite="strict"
        )
        return answer

    async def session(self, request: Request) -> Response:
        """Who sits at this browser."""
        session = await self._session(request)
        return await self._answer(lambda: self._answering.who(session))

    async def log_out(self, request: Request) -> Response:
        """Ends the session."""
        token = request.cookies.get(COOKIE, "")
        await _in_thread(lambda: self._answering.desk.work.end(token))
        answer = _json({"ended": True})
        answer.delete_cookie(COOKIE, path="/v1/review", httponly=True, samesite="strict")
        return answer

    async def queue(
        self, request: Request, n: Annotated[int, Query(ge=1, le=500)] = 40
    ) -> Response:
        """What is open of the person's list of today; a new list where nothing is."""
        session = await self._session(request)
        return await self._answer(lambda: self._answering.queue(session, n))

    async def item(self, request: Request, id: str) -> Response:
        """A block in its page with all that is said of it."""
        session = await self._session(request)
        return await self._answer(lambda: self._answering.item(session, id))

    async def pages(self, request: Request) -> Response:
        """The pages and how much of each is decided."""
        await self._session(request)
        return await self._answer(self._answering.pages)

    async def page(self, request: Request, name: str, place: str | None = None) -> Response:
        """A block of a page, the first one where none is named."""
        session = await self._session(request)
        return await self._answer(lambda: self._answering.page(session, name, place))

    async def save(self, request: Request) -> Response:
        """Stores the answers to a block; they are on the disk when this is answered."""
        session, sent = await self._sent(request, schemas.SentDecision)
        return await self._answer(lambda: self._answering.save(session, sent))

    async def undo(self, request: Request) -> Response:
        """Takes the person's last save back, by a new entry."""
        session, _ = await self._sent(request, schemas.Nothing)
        return await self._answer(lambda: self._answering.undo(session))

    async def skip(self, request: Request) -> Response:
        """Puts a block off until another day."""
        session, sent = await self._sent(request, schemas.SentSkip)
        return await self._answer(lambda: self._answering.skip(session, sent.item))

    async def disagreements(self, request: Request) -> Response:
        """The blocks that people differ on and nobody has settled."""
        await self._session(request)
        return await self._answer(self._answering.disagreements)

    async def adjudicate(self, request: Request) -> Response:
        """Settles a disagreement: for the head, or for who is no part of it."""
        session, sent = await self._sent(request, schemas.SentAdjudication)
        return await self._answer(lambda: self._answering.adjudicate(session, sent))

    async def labels(self, request: Request) -> Response:
        """The label sets in force, each label with what the annotators are told of it."""
        await self._session(request)
        return await self._answer(self._answering.labels)

    async def changes(self, request: Request) -> Response:
        """All changes of the label sets."""
        await self._session(request)
        return await self._answer(self._label_work.changes)

    async def preview(self, request: Request) -> Response:
        """What a change would do to the decisions there are; nothing is written."""
        _, sent = await self._sent(request, schemas.SentChange)
        return await self._answer(lambda: self._label_work.preview(sent.yaml))

    async def apply(self, request: Request) -> Response:
        """Changes a label set, whole or not at all; for the head."""
        session, sent = await self._sent(request, schemas.SentChange)
        return await self._answer(lambda: self._label_work.apply(session, sent.yaml))

    async def undo_change(self, request: Request) -> Response:
        """Takes the last change of the label sets back by a further one; for the head."""
        session, sent = await self._sent(request, schemas.SentUndo)
        return await self._answer(lambda: self._label_work.undo(session, sent.why))

    async def statistics(self, request: Request) -> Response:
        """How many of each label there are, how far people agree, how often the model is corrected."""
        await self._session(request)
        return await self._answer(self._label_work.statistics)

    async def export(self, request: Request, to: schemas.Export = "jsonl") -> Response:
        """All decisions as a file, of our own or for another tool."""
        await self._session(request)
        text = await _in_thread(lambda: self._label_work.export(to))
        name = {"jsonl": "decisions.jsonl", "labelstudio": "labelstudio.json"}.get(
            to, f"{to}.jsonl"
        )
        return _file(text.encode(), "application/octet-stream", name)

    async def backup(self, request: Request) -> Response:
        """The decisions and the work in progress, packed; for the head."""
        session = await self._session(request)
        packed = await _in_thread(lambda: self._label_work.backup(session))
        return _file(packed, "application/zip", "review.zip")

    async def _session(self, request: Request) -> Session:
        token = request.cookies.get(COOKIE, "")
        return await _in_thread(lambda: self._answering.session(token))

    async def _sent(self, request: Request, shape: type[Body]) -> tuple[Session, Body]:
        session = await self._session(request)
        return session, await json_body(request, shape)

    async def _answer(self, make: Callable[[], dict[str, Any]]) -> Response:
        return _json(await _in_thread(make))


async def _in_thread(make: Callable[[], Made]) -> Made:
    """What `make` returns, made off the event loop; what it refuses is a problem."""
    try:
        return await asyncio.to_thread(make)
    except ReviewError as error:
        name = _PROBLEM_OF.get(error.reason, error.reason)
        now = [{"pointer": _POINTERS[error.reason], "detail": error.now}] if error.now else []
        raise Problem(name, str(error), errors=now) from None
    except LabelError as error:  # somebody has damaged a file of the folder
        raise Problem("internal", f"A file of the folder is faulty: {error}.") from None


def _json(entries: dict[str, Any]) -> Response:
    rendered = json_bytes(entries)
    return Response(
        rendered.body, media_type=rendered.media_type, headers={"Cache-Control": "no-store"}
    )


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
