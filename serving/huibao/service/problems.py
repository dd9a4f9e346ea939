"""Which errors a client may meet: their stable names, statuses and sentences, as RFC 9457 tells them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from huibao.errors import BundleError, FileError

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; `name` is the end of its `type` and never changes."""

    name: str
    status: int
    title: str
    about: str

    @property
    def type(self) -> str:
        """The stable reference that names this kind; it leads to a page that explains it."""
        return f"/problems/{self.name}"


_KINDS = (
    Kind("bad_request", 400, "Malformed request", "The body is not what its type says it is."),
    Kind(
        "unauthorized",
        401,
        "Key missing or unknown",
        "Send `Authorization: Bearer KEY` with one of the keys that the service was started with.",
    ),
    Kind("no_session", 401, "Nobody has logged in", "Choose your name from the list first."),
    Kind("wrong_pass_phrase", 403, "Wrong pass phrase", "Only the head of the team needs one."),
    Kind("head_only", 403, "For the head of the team", "Log in as head, with the pass phrase."),
    Kind("not_found", 404, "Not found", "No such address, or no bundle of that name is loaded."),
    Kind("method_not_allowed", 405, "Method not allowed", "The `Allow` header names the methods."),
    Kind(
        "slow_body", 408, "Body came too slowly", "The body of the request did not arrive in time."
    ),
    Kind(
        "text_changed",
        409,
        "Text has changed",
        "The block was read anew: look at it again. `errors` has the key of the present text.",
    ),
    Kind(
        "labels_changed",
        409,
        "Label sets have changed",
        "Fetch the labels again. `errors` has the number of the last change.",
    ),
    Kind("other_person", 409, "Another person has logged in", "This browser changed its person."),
    Kind("nothing_to_undo", 409, "Nothing to undo", "All that was saved was taken back."),
    Kind(
        "too_large",
        413,
        "Too large",
        "The body, a text, a file, the number of items or of windows is over its limit; the "
        "sentence names the limit. Send less at a time.",
    ),
    Kind(
        "unsupported_media_type",
        415,
        "Media type of the request not supported",
        "Send `application/json` or, where files are taken, `multipart/form-data`.",
    ),
    Kind("unsupported_type", 415, "File type not supported", "The file is of a type not read."),
    Kind(
        "converter_missing",
        415,
        "File type needs a converter",
        "Save the file as .docx, .pdf or plain text first.",
    ),
    Kind(
        "invalid_request", 422, "Invalid request", "`errors` names each member that does not fit."
    ),
    Kind("answer_refused", 422, "Answer refused", "It does not fit the block or its label sets."),
    Kind("change_refused", 422, "Change refused", "The label sets were left as they are."),
    Kind(
        "config_refused",
        422,
        "Configuration refused",
        "A Label Studio project must store our label ids: `huibao labels labelstudio-config` "
        "writes its configuration.",
    ),
    Kind("empty_text", 422, "Nothing to read", "The text or file holds no words."),
    Kind("encrypted", 422, "File is encrypted", "Save the file without its password."),
    Kind("corrupt", 422, "File is damaged", "The file cannot be opened; save it again."),
    Kind("needs_ocr", 422, "File holds pictures of text", "Recognise the text first (OCR)."),
    Kind(
        "timeout",
        422,
        "File takes too long to read",
        "Reading the file was stopped at its limit of time; the same file will not do better.",
    ),
    Kind("bundle_refused", 422, "Bundle refused", "The new bundle was not put in place."),
    Kind(
        "too_much_for_now",
        429,
        "Request is too much for now",
        "A small request would be answered at once, this one would not be done within its time: "
        "wait as long as `Retry-After` says, or send it in smaller parts.",
    ),
    Kind("internal", 500, "Fault of the service", "The log tells more under the request's id."),
    Kind(
        "overloaded",
        503,
        "Service is full",
        "Nothing more is taken at the moment: wait as long as `Retry-After` says.",
    ),
    Kind(
        "deadline_passed",
        503,
        "Not done in time",
        "The request was given up at its limit of time: try again later or send less.",
    ),
    Kind("not_ready", 503, "Not ready", "The service is starting or ending."),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
_BY_STATUS = {400: "bad_request", 401: "unauthorized", 404: "not_found", 405: "method_not_allowed",
              413: "too_large", 415: "unsupported_media_type", 422: "invalid_request"}  # fmt: skip


class Problem(Exception):  # noqa: N818 (the word of RFC 9457)
    """A request, or one item of it, that is answered with a problem.

    Args:
        name: One of `KINDS`.
        detail: One sentence; it never repeats what was sent as text.
        errors: The members that do not fit, each with its JSON `pointer` or `parameter`.
        retry_after: Seconds until another try makes sense.
        headers: More headers of the answer.
    """

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[name]
        self.detail = detail
        self.errors = tuple(errors)[:_MOST_ERRORS]
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))

    def entries(self) -> dict[str, Any]:
        """The problem as it stands beside the item it speaks of."""
        entries: dict[str, Any] = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.errors:
            entries["errors"] = [dict(error) for error in self.errors]
        return entries

    def body(self, path: str, request_id: str) -> bytes:
        """The problem as a whole answer, in UTF-8."""
        entries = self.entries()
        entries["instance"] = quote(path, errors="replace")
        entries["request_id"] = request_id
        return json.dumps(entries, ensure_ascii=False).encode("utf-8", "replace")


def problem_of_file(error: FileError) -> Problem:
    """The reader's named error as a problem of the same name."""
    return Problem(error.reason, _sentence(str(error)))


def problem_of_bundle(error: BundleError) -> Problem:
    """Why a bundle was not put in place."""
    return Problem("bundle_refused", _sentence(str(error)))


def problem_of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem behind a bare status that the web framework raised."""
    kind = KINDS[_BY_STATUS.get(status, "bad_request" if status < 500 else "internal")]
    return Problem(kind.name, _sentence(kind.about), headers=headers)


def problem_of_faults(faults: Sequence[Mapping[str, Any]], *, inside: str | None = None) -> Problem:
    """What pydantic found, without the values it found it in.

    Args:
        faults: Of a ValidationError, each with `loc`, `msg` and `type`.
        inside: "body" where `loc` starts in the body; None where its first part says (FastAPI).
    """
    errors = []
    for fault in faults:
        place = list(fault["loc"])
        origin = inside or str(place.pop(0))
        if fault["type"] == "extra_forbidden":
            place.pop()  # the name is the client's own words
        if origin == "body":
            pointer = "".join(f"/{part}" for part in place)
            errors.append({"pointer": f"#{pointer}", "detail": _plain(fault)})
        else:
            errors.append({"parameter": ".".join(map(str, place)), "detail": _plain(fault)})
    return Problem("invalid_request", "The request does not fit what is taken here.", errors=errors)


def _plain(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "an unknown member stands here"
    return str(fault["msg"])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
