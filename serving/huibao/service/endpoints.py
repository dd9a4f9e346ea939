"""The routes of the API: each takes a request apart, has it answered, and hands the bytes back."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from huibao.errors import BundleError
from huibao.labels import LabelSets
from huibao.reader import Reader
from huibao.service import contract
from huibao.service.bodies import Uploads, body_of, json_body, too_many
from huibao.service.deadlines import within_deadline
from huibao.service.fields import field_tree, fields_pattern
from huibao.service.items import Sent
from huibao.service.problems import Problem, problem_of_bundle
from huibao.service.record import RequestRecord, record_of
from huibao.service.rendering import (
    Format,
    Rendered,
    entities_entries,
    json_answer,
    json_bytes,
    page_entries,
    rendered_page,
    short_entries,
)
from huibao.service.schemas import (
    ClassifyAnswer,
    ClassifyAnswers,
    EntitiesAnswer,
    EntitiesAnswers,
    LabelsAnswer,
    ModelAnswer,
    ReadAnswer,
    ReadAnswers,
    SentShortTexts,
    SentTexts,
)
from huibao.service.state import Service

BundleName = Annotated[str | None, Query(description="A loaded bundle; else the first one.")]
Persons = Annotated[bool, Query(description="Whether names of persons are told.")]
Fields = Annotated[
    str | None,
    Query(
        description="Dot paths of the page's JSON to keep, separated by commas.",
        examples=["reports.blocks.role,reports.blocks.entities"],
        json_schema_extra=lambda schema: schema.update(pattern=fields_pattern()),
    ),
]
Encoding = Annotated[str | None, Query(description="Read files of text in this encoding.")]
FormatName = Annotated[Format, Query(alias="format", description="html and xlsx hold one page.")]


class Endpoints:
    """The routes under /v1 of one service."""

    def __init__(self, service: Service) -> None:
        """Takes the service; its parts need not have started."""
        self._service = service

    def router(self) -> APIRouter:
        """The routes with their contract."""
        router = APIRouter(dependencies=[Depends(self.check_key)], default_response_class=Response)
        keyed = ("unauthorized",) if self._service.keys else ()

        def add(method: str, path: str, run: Any, ok: Any, problems: Any, more: Any = None) -> None:  # noqa: ANN401
            told = contract.problem_responses((*problems, *keyed))
            if path == "/v1/read":
                told[200] = {"content": contract.read_formats()}
            told[200] = told.get(200, {}) | {"model": ok, "description": "The answer."}
            router.add_api_route(
                path, run, methods=[method], responses=told, openapi_extra=more,
                name=path.rpartition("/")[2],
            )  # fmt: skip

        add("POST", "/v1/read", self.read, ReadAnswer | ReadAnswers,
            contract.READ_PROBLEMS, contract.read_body())  # fmt: skip
        add("POST", "/v1/classify", self.classify, ClassifyAnswer | ClassifyAnswers,
            contract.TEXT_PROBLEMS, contract.short_texts_body())  # fmt: skip
        add("POST", "/v1/entities", self.entities, EntitiesAnswer | EntitiesAnswers,
            contract.TEXT_PROBLEMS, contract.texts_body())  # fmt: skip
        add("GET", "/v1/labels", self.labels, LabelsAnswer, ())
        add("GET", "/v1/model", self.model, ModelAnswer, contract.QUERY_PROBLEMS)
        add("POST", "/v1/model/reload", self.reload, ModelAnswer, contract.RELOAD_PROBLEMS)
        return router

    async def read(
        self,
        request: Request,
        bundle: BundleName = None,
        fields: Fields = None,
        form: FormatName = "json",
        persons: Persons = False,
        encoding: Encoding = None,
    ) -> Response:
        """Reads files or texts and answers the public JSON `huibao/1` of each, or a file to keep."""
        tree = field_tree(fields)
        reader, record = self._reader(request, bundle)
        settings = self._service.settings
        body = await body_of(request, SentTexts, most_files=settings.files)
        if isinstance(body, Uploads):
            sent = [Sent(file.content, file.name, encoding) for file in body.files]
            single = body.single
        else:
            sent, single = [Sent(text) for text in self._texts(body)], body.texts is None
        if form != "json" and (not single or tree is not None):
            raise _wrong_format(form)

        def render(outcomes: list[Any]) -> Rendered:
            if form == "json":
                entries = partial(page_entries, tree=tree, persons=persons)
                return json_answer(outcomes, entries, record, single=single)
            return rendered_page(outcomes, form, reader.labels, persons=persons)

        work = self._service.answers.read(reader, sent, record, render, keep=True)
        return _response(await within_deadline(request, record, self._service.engine, work))

    async def classify(self, request: Request, bundle: BundleName = None) -> Response:
        """Tells the role and the categories of short texts, given the headings they stand under."""
        reader, record = self._reader(request, bundle)
        body = await json_body(request, SentShortTexts)
        texts = self._texts(body)
        single = body.texts is None

        def render(outcomes: list[Any]) -> Rendered:
            return json_answer(outcomes, short_entries, record, single=single)

        work = self._service.short_answers.labelled(reader, texts, body.path, record, render)
        return _response(await within_deadline(request, record, self._service.engine, work))

    async def entities(
        self, request: Request, bundle: BundleName = None, persons: Persons = False
    ) -> Response:
        """Finds the entities of texts with their values, at their places in the text that was sent."""
        reader, record = self._reader(request, bundle)
        body = await json_body(request, SentTexts)
        sent, single = [Sent(text) for text in self._texts(body)], body.texts is None

        def render(outcomes: list[Any]) -> Rendered:
            entries = partial(entities_entries, persons=persons)
            return json_answer(outcomes, entries, record, single=single)

        work = self._service.answers.read(reader, sent, record, render)
        return _response(await within_deadline(request, record, self._service.engine, work))

    async def labels(self, request: Request) -> Response:
        """The label sets in force with names, definitions and examples, and their fingerprint."""
        reader, _ = self._reader(request, None)
        return _response(json_bytes(await asyncio.to_thread(_labels, reader.labels)))

    async def model(self, request: Request, bundle: BundleName = None) -> Response:
        """What a bundle is and what its makers say of it."""
        reader, _ = self._reader(request, bundle)
        return _response(self._model(reader))

    async def reload(self, request: Request, bundle: BundleName = None) -> Response:
        """Puts a new version of a bundle in place; requests that have begun keep the old one."""
        if not self._service.keys:
            raise Problem("unauthorized", "Only a service with keys lets its bundles be replaced.")
        self._reader(request, bundle)
        try:
            reader = await asyncio.to_thread(self._service.bundles.reload, bundle)
        except BundleError as error:
            self._service.metrics.reload_done("refused")
            raise problem_of_bundle(error) from None
        self._service.metrics.reload_done("done")
        return _response(self._model(reader))

    async def check_key(self, request: Request) -> None:
        """Lets a request pass that has one of the service's keys, if there are any.

        Raises:
            Problem: unauthorized.
        """
        keys = self._service.keys
        if not keys:
            return
        owner = keys.owner(request.headers.get("authorization"))
        if owner is None:
            raise Problem(
                "unauthorized",
                "The Authorization header holds no key of this service.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        record_of(request.scope).key = owner

    def _reader(self, request: Request, bundle: str | None) -> tuple[Reader, RequestRecord]:
        reader, record = self._service.reader(bundle), record_of(request.scope)
        record.bundle = reader.bundle.name
        return reader, record

    def _texts(self, body: SentTexts) -> tuple[str, ...]:
        most = self._service.settings.texts
        if len(body.all) > most:
            raise too_many("texts", most)
        return body.all

    def _model(self, reader: Reader) -> Rendered:
        bundle = reader.bundle
        return json_bytes(
            {
                "name": bundle.name,
                "version": bundle.version,
                "labels": bundle.labels,
                "roles": bundle.roles,
                "categories": bundle.categories,
                "entities": bundle.types,
                "window": asdict(bundle.window),
                "not_predicted": dict(reader.fold.not_predicted) if reader.fold else {},
                "card": dict(bundle.card),
                "loaded": self._service.bundles.names,
            }
        )


def _response(rendered: Rendered) -> Response:
    return Response(rendered.body, media_type=rendered.media_type, headers=rendered.headers)


def _labels(labels: LabelSets) -> dict[str, Any]:
    return {"fingerprint": labels.fingerprint, "sets": {one.id: asdict(one) for one in labels}}


def _wrong_format(form: str) -> Problem:
    return Problem(
        "invalid_request",
        f"Format {form} holds one whole page: send one text or file, and no fields.",
        errors=[{"parameter": "format", "detail": "only for one whole page"}],
    )
