"""Answers as bytes: JSON trimmed to what was asked for, a web page, an Excel file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from huibao.html_view import HtmlView
from huibao.jsonl import encoded, page_json, tag_json
from huibao.labels import LabelSets
from huibao.service.answers import Answer
from huibao.service.fields import Tree, trimmed_to
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.short_answers import ShortAnswer
from huibao.workbook import workbook_bytes

Format = Literal["json", "html", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html; charset=utf-8"
# The page of a report has its own style, no script and no address: nothing else may load.
_HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

Outcome = TypeVar("Outcome", Answer, ShortAnswer)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The body of an answer with its media type and headers."""

    body: bytes
    media_type: str
    headers: dict[str, str]


def json_answer(
    outcomes: Sequence[Outcome | Problem],
    entries: Callable[[Outcome], dict[str, Any]],
    record: RequestRecord,
    *,
    single: bool,
) -> Rendered:
    """One answer, or a list of them; a single one that failed is raised as its problem."""
    if single:
        return json_bytes(_told(_only(outcomes), entries))
    record.problems += [one.kind.name for one in outcomes if isinstance(one, Problem)]
    windows = sum(one.windows for one in outcomes if not isinstance(one, Problem))
    answers = [
        {"problem": one.entries()} if isinstance(one, Problem) else _told(one, entries)
        for one in outcomes
    ]
    return json_bytes({"windows": windows, "answers": answers})


def json_bytes(entries: dict[str, Any]) -> Rendered:
    """An object as JSON in UTF-8."""
    return Rendered(encoded(entries), "application/json", {})


def page_entries(answer: Answer, tree: Tree | None, *, persons: bool) -> dict[str, Any]:
    """The public JSON of a page, trimmed."""
    return {"page": trimmed_to(tree, page_json(answer.page, with_persons=persons))}


def entities_entries(answer: Answer, *, persons: bool) -> dict[str, Any]:
    """The entities of a page in one list, in reading order."""
    page = page_json(answer.page, with_persons=persons)
    blocks = (block for report in page["reports"] for block in report["blocks"])
    return {"entities": [entity for block in blocks for entity in block["entities"]]}


def short_entries(answer: ShortAnswer) -> dict[str, Any]:
    """The role and the categories of a short text."""
    said = answer.labels
    role = tag_json(said.role)
    if said.alternatives:
        role["alternatives"] = [tag_json(tag) for tag in said.alternatives]
    return {"role": role, "categories": [tag_json(tag) for tag in said.categories]}


def rendered_page(
    outcomes: Sequence[Answer | Problem], form: Format, labels: LabelSets, *, persons: bool
) -> Rendered:
    """The only page as a file to keep."""
    page = _only(outcomes).page
    if form == "html":
        text = HtmlView(labels, with_persons=persons).rendered(page)
        headers = _download(page.page.name, "html") | {"Content-Security-Policy": _HTML_POLICY}
        return Rendered(text.encode(), HTML, headers)
    body = workbook_bytes(page, labels, with_persons=persons)
    return Rendered(body, XLSX, _download(page.page.name, "xlsx"))


def _only(outcomes: Sequence[Outcome | Problem]) -> Outcome:
    (outcome,) = outcomes
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def _told(outcome: Outcome, entries: Callable[[Outcome], dict[str, Any]]) -> dict[str, Any]:
    return {"windows": outcome.windows} | entries(outcome)


def _download(name: str, ending: str) -> dict[str, str]:
    file = quote(f"{name}.{ending}", safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"report.{ending}\"; filename*=UTF-8''{file}"
    }
