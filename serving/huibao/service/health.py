"""What machines and people ask of the service itself: alive, ready, its figures, its problems."""

from html import escape

from fastapi import APIRouter, Response

from huibao.service import contract, schemas
from huibao.service.metrics import CONTENT_TYPE, BundleFigures
from huibao.service.problems import KINDS, Problem
from huibao.service.rendering import HTML, json_bytes
from huibao.service.state import Service

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<style>body{{font:1rem/1.6 sans-serif;max-width:40rem;margin:3rem auto}}</style>"
    "<h1>{title}</h1><p>HTTP status {status}, <code>{type}</code></p><p>{about}</p>"
)


class Health:
    """The routes outside /v1; none of them asks for a key."""

    def __init__(self, service: Service) -> None:
        """Takes the service; its parts need not have started."""
        self._service = service

    def router(self) -> APIRouter:
        """The routes with their contract."""
        router = APIRouter(default_response_class=Response)
        router.add_api_route("/healthz", self.alive, responses={200: {"model": schemas.Health}})
        router.add_api_route(
            "/readyz",
            self.ready,
            responses={200: {"model": schemas.Health}, **contract.problem_responses(["not_ready"])},
        )
        router.add_api_route(
            "/metrics",
            self.metrics,
            responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
        )
        router.add_api_route(
            "/problems/{name}",
            self.problem,
            responses={
                200: {"content": {"text/html": {"schema": {"type": "string"}}}},
                **contract.problem_responses(["not_found"]),
            },
        )
        return router

    async def alive(self) -> Response:
        """Whether the process answers."""
        return _json({"status": "alive"})

    async def ready(self) -> Response:
        """Whether requests should be sent here: model warm, workers alive, queue not full."""
        ready, why = self._service.readiness()
        if not ready:
            raise Problem("not_ready", f"{why[:1].upper()}{why[1:]}.", retry_after=1)
        return _json({"status": "ready"})

    async def metrics(self) -> Response:
        """The figures of the service in Prometheus' text form."""
        bundles = self._service.bundles
        loaded = {name: bundles.reader(name).bundle for name in bundles.names}
        self._service.metrics.bundles_are(
            BundleFigures(name, bundle.version, bundle.labels) for name, bundle in loaded.items()
        )
        return Response(self._service.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    async def problem(self, name: str) -> Response:
        """What a type of problem means and what to do about it."""
        kind = KINDS.get(name)
        if kind is None:
            raise Problem("not_found", "There is no problem of that name.")
        text = _PAGE.format(
            title=escape(kind.title), status=kind.status, type=kind.type, about=escape(kind.about)
        )
        return Response(
            text.encode(), media_type=HTML, headers={"Content-Security-Policy": _POLICY}
        )


def _json(entries: dict[str, str]) -> Response:
    rendered = json_bytes(entries)
    return Response(rendered.body, media_type=rendered.media_type)
