"""How each server is asked, and how many paragraphs its answer answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A POST, ready to be sent."""

    path: str
    body: bytes
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names in the JSON of a server that takes lists of texts.

    Args:
        path: Where lists are sent.
        texts: The member of a request that holds the list.
        answers: The member of an answer that holds one entry a text.
        more: Further members of each request.
        reports: Where a whole report is sent as `text`; None where the server knows only lists.
    """

    path: str
    texts: str
    answers: str
    more: tuple[tuple[str, str], ...] = ()
    reports: str | None = None

    def of_paragraphs(self, paragraphs: Sequence[str]) -> Request:
        """Asks for all paragraphs at once."""
        body = dict(self.more) | {self.texts: list(paragraphs)}
        return Request(self.path, _json(body), len(paragraphs))

    def of_report(self, text: str, paragraphs: Sequence[str]) -> Request:
        """Asks for a whole report, or for its paragraphs as a list."""
        if self.reports is None:
            return self.of_paragraphs(paragraphs)
        return Request(self.reports, _json({"text": text}), len(paragraphs))

    def answered(self, body: bytes) -> int:
        """How many paragraphs were answered without a fault."""
        answer = json.loads(body)
        if "page" in answer:
            return sum(len(report["blocks"]) for report in answer["page"]["reports"])
        return sum("problem" not in one for one in answer[self.answers])


HUIBAO = Dialect("/v1/classify", "texts", "answers", reports="/v1/read")
INFINITY = Dialect("/classify", "input", "data", more=(("model", "random"),))
PIPELINE = Dialect("/classify", "texts", "data")


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
