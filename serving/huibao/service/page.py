"""The pages at `/` and `/review`: their files as the package has them, under a strict policy."""

import functools
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request, Response

from huibao.house_style import house_style
from huibao.service.problems import Problem

# Media types are told here: what the machine's own table says of .js differs between systems.
_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
NO_REVIEW = (
    "This service reviews nothing: start it with `huibao serve --review FOLDER` or set "
    "`HUIBAO_REVIEW_FOLDER`."
)
_HEADERS = {
    "Cache-Control": "no-cache",  # kept, but asked for anew: parts of two versions never mix
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file of the page; `tag` is its entity tag."""

    content: bytes
    media_type: str
    tag: str


def page_router(*, review: bool = False) -> APIRouter:
    """The routes of the pages; they are no part of the API and stay out of its contract.

    Args:
        review: Whether this service has a folder of reports for people to review.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    def page(request: Request) -> Response:
        return _answer(request, "index.html")

    @router.api_route("/review", methods=["GET", "HEAD"])
    def review_page(request: Request) -> Response:
        if not review:
            raise Problem("not_found", NO_REVIEW)
        return _answer(request, "review/index.html")

    @router.api_route("/web/{name}", methods=["GET", "HEAD"])
    def web(request: Request, name: str) -> Response:
        return _answer(request, name)

    @router.api_route("/web/review/{name}", methods=["GET", "HEAD"])
    def web_of_review(request: Request, name: str) -> Response:
        return _answer(request, f"review/{name}")

    return router


@functools.cache
def web_files() -> dict[str, WebFile]:
    """All files of the pages by their path under `web/`."""
    web = files("huibao.service") / "web"
    contents = {
        f"{folder}{entry.name}": entry.read_bytes()
        for folder in ("", "review/")
        for entry in (web / folder).iterdir()
        if entry.is_file()
    }
    contents["house.css"] = house_style().encode()
    found = {}
    for name, content in contents.items():
        if media_type := _MEDIA_TYPES.get(name.rpartition(".")[2]):
            tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
            found[name] = WebFile(content, media_type, tag)
    return found


def _answer(request: Request, name: str) -> Response:
    file = web_files().get(name)
    if file is None:
        raise HTTPException(404)
    headers = _HEADERS | {"ETag": file.tag}
    known = [tag.strip().removeprefix("W/") for tag in _known_tags(request)]
    if file.tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    content = b"" if request.method == "HEAD" else file.content
    answer = Response(content, headers=headers, media_type=file.media_type)
    answer.headers["Content-Length"] = str(len(file.content))
    return answer


def _known_tags(request: Request) -> list[str]:
    return request.headers.get("If-None-Match", "").split(",")
