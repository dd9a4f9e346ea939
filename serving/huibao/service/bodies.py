"""From the body of a request to what was sent in it: JSON objects and uploaded files."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from huibao.errors import FileError
from huibao.service.problems import Problem, problem_of_faults
from huibao.service.schemas import Sendable
from huibao.text.zip_files import ZippedFile, opened_archive

JSON, FORM = "application/json", "multipart/form-data"
_SMALL_BYTES = 64 * 1024  # parsed where it is; larger ones in a thread
_LONGEST_NAME = 255
_MOST_UNPACKED_BYTES = 32 * 2**20  # of one archive: as much as a body may hold
_BOUNDARY_BYTES = 70  # RFC 2046

Body = TypeVar("Body", bound=Sendable)


class ClientGoneError(Exception):
    """The client closed the connection; nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file under the name it was sent with, or why it could not be unpacked."""

    content: bytes | FileError
    name: str


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of a form; `single` when one answer is wanted and no list of answers."""

    files: tuple[Upload, ...]
    single: bool


def media_type(request: Request) -> str:
    """The media type of the body without its parameters, in small letters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def json_body(request: Request, shape: type[Body]) -> Body:
    """The JSON body of a request in its shape.

    Raises:
        Problem: 400 for what is no JSON, 415 for another media type, 422 for another shape.
    """
    if media_type(request) != JSON:
        raise _wrong_media_type(JSON)
    body = await _whole(request)
    if len(body) <= _SMALL_BYTES:
        return shaped(body, shape)
    return await asyncio.to_thread(shaped, body, shape)


def shaped(body: bytes, shape: type[Body]) -> Body:
    """Parses JSON into a shape; see `json_body`."""
    try:
        entries = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # The error quotes the document, so it is not passed on.
        raise Problem("bad_request", "The body is not JSON in UTF-8.") from None
    try:
        return shape.model_validate(entries)
    except ValidationError as error:
        faults: list[Mapping[str, Any]] = list(
            error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise problem_of_faults(faults, inside="body") from None


async def uploads(request: Request, *, most: int) -> Uploads:
    """The files in a form: the parts named `file` or `files`.

    One part `file` asks for one answer; several, or parts named `files`, ask for a list, in which
    each file of an archive has its own answer.

    Raises:
        Problem: 400 for a broken form, 413 for too many files, 422 for other parts or none.
    """
    form = await _form(request, await _whole(request), most)
    try:
        return await _uploaded(form.multi_items(), most)
    finally:
        await form.close()


async def _uploaded(parts: list[tuple[str, UploadFile | str]], most: int) -> Uploads:
    found = []
    for name, part in parts:
        if name not in ("file", "files"):
            raise _form_fault("a part of the form is not named file or files")
        if isinstance(part, str):
            raise _form_fault("a part of the form has no file name, so it is no file")
        found.append((name, part))
    if not found:
        raise _form_fault("the form holds no part named file")
    if len(found) > most:
        raise too_many("files", most)
    files = tuple([Upload(await part.read(), _plain_name(part.filename)) for _, part in found])
    if [name for name, _ in found] == ["file"]:
        return Uploads(files, single=True)
    return Uploads(await asyncio.to_thread(_unpacked, files, most), single=False)


def _unpacked(files: tuple[Upload, ...], most: int) -> tuple[Upload, ...]:
    """The files, with those of archives in the archives' place."""
    found: list[Upload] = []
    for file in files:
        archive = None
        if isinstance(file.content, bytes):
            archive = opened_archive(file.content, most_bytes=_MOST_UNPACKED_BYTES)
        if archive is None:
            found.append(file)
            continue
        with archive:
            before = len(found)
            for one in archive.files():
                if len(found) >= most:
                    raise too_many("files", most)
                found.append(Upload(_content_or_fault(one), _plain_name(one.name)))
            # An empty archive is refused like any other file.
            found += [file] if len(found) == before else []
    return tuple(found)


def _content_or_fault(file: ZippedFile) -> bytes | FileError:
    try:
        return file.content()
    except FileError as error:
        return error


def too_many(what: str, most: int) -> Problem:
    """The problem of a list that is too long."""
    return Problem("too_large", f"At most {most} {what} are taken in one request.")


class _InMemory(MultiPartParser):
    """Keeps files in memory, where the limit of the body bounds them: the disk may be read-only."""

    spool_max_size = 2**31


async def _form(request: Request, body: bytes, most: int) -> FormData:
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= _BOUNDARY_BYTES:
        raise Problem("bad_request", "The form has no boundary between its parts.")
    # Only the boundary goes on: a charset chosen by the client would decode the file names.
    quoted = boundary.decode("latin-1").replace("\\", "\\\\").replace('"', '\\"')
    head = Headers({"content-type": f'{FORM}; boundary="{quoted}"'})
    parser = _InMemory(head, _stream(body), max_files=most + 1, max_fields=most)
    try:
        return await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise too_many("files", most) from None
        raise Problem("bad_request", "The body is not a form of media type " + FORM + ".") from None


async def _stream(body: bytes) -> AsyncGenerator[bytes, None]:
    for place in range(0, len(body), _SMALL_BYTES):
        yield body[place : place + _SMALL_BYTES]


async def _whole(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise ClientGoneError from None


def _plain_name(name: str | None) -> str:
    """The last part of a path, whatever system it is from, without what no file name may hold."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if sign.isprintable()).strip()
    return kept[-_LONGEST_NAME:] or "report"


def _form_fault(detail: str) -> Problem:
    return Problem(
        "invalid_request",
        "The request does not fit what is taken here.",
        errors=[{"pointer": "#", "detail": detail}],
    )


def _wrong_media_type(*taken: str) -> Problem:
    return Problem("unsupported_media_type", f"The body must be {' or '.join(taken)}.")


async def body_of(request: Request, shape: type[Body], *, most_files: int) -> Body | Uploads:
    """The body of a request that takes JSON and files."""
    kind = media_type(request)
    if kind == FORM:
        return await uploads(request, most=most_files)
    if kind != JSON:
        raise _wrong_media_type(JSON, FORM)
    return await json_body(request, shape)


def _refuse_constant(name: str) -> Callable[[], None]:
    raise ValueError(name)  # NaN and Infinity are no JSON
