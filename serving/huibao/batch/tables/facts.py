"""The rows of facts: every number of a report with its deed, thing and status; and of activities."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from huibao.batch.tables.table import (
    BLOCK,
    SPAN,
    PageJson,
    ReportJson,
    Row,
    Table,
    TableColumn,
    block_place,
    label_cells,
    role_cells,
)
from huibao.batch.tables.words import words
from huibao.labels import LabelSets
from huibao.value_cells import approx_name, status_name
from huibao.view_words import label_name

FACTS = Table(
    "facts",
    "事实",
    (
        *BLOCK,
        TableColumn("fact_number", "序号", "whole"),
        TableColumn("type_name", "种类"),
        TableColumn("verb_class_name", "行为"),
        TableColumn("object", "对象"),
        TableColumn("value", "数值", "decimal"),
        TableColumn("upper", "数值上限", "decimal"),
        TableColumn("unit", "单位"),
        TableColumn("approx_name", "约数"),
        TableColumn("status_name", "状态"),
        TableColumn("masked", "掩码", "yes"),
        TableColumn("part_of", "属于序号（其中）", "whole"),
        TableColumn("from", "起", "day"),
        TableColumn("to", "止", "day"),
        TableColumn("actor", "行为单位"),
        TableColumn("place", "地点"),
        TableColumn("category_names", "活动类别", "list"),
        TableColumn("arena_names", "场域", "list"),
        TableColumn("text", "原文写法"),
        TableColumn("sentence", "原句"),
        TableColumn("role_name", "段落作用"),
        TableColumn("verb", "动词"),
        TableColumn("type", "种类编号"),
        TableColumn("verb_class", "行为编号"),
        TableColumn("approx", "约数编号"),
        TableColumn("status", "状态编号"),
        TableColumn("categories", "类别编号", "list"),
        TableColumn("arenas", "场域编号", "list"),
        TableColumn("role", "作用编号"),
        *SPAN,
    ),
)
ACTIVITIES = Table(
    "activities",
    "活动清单",
    (
        *BLOCK,
        TableColumn("name", "活动名称"),
        TableColumn("verb_class_name", "行为"),
        TableColumn("value", "场次", "decimal"),
        TableColumn("unit", "单位"),
        TableColumn("date_text", "时间（原文）"),
        TableColumn("from", "起", "day"),
        TableColumn("to", "止", "day"),
        TableColumn("organisers", "单位名称", "list"),
        TableColumn("places", "地点", "list"),
        TableColumn("numbers", "数量", "list"),
        TableColumn("status_name", "状态"),
        TableColumn("masked", "掩码", "yes"),
        TableColumn("category_names", "活动类别", "list"),
        TableColumn("sentence", "原句"),
        TableColumn("role_name", "段落作用"),
        TableColumn("verb_class", "行为编号"),
        TableColumn("status", "状态编号"),
        TableColumn("categories", "类别编号", "list"),
        TableColumn("role", "作用编号"),
        *SPAN,
    ),
)
_COPIED = frozenset(
    {
        *("object", "value", "upper", "unit", "masked", "actor", "place", "verb", "verb_class"),
        *("type", "approx", "status", "start", "end"),
    }
)
_STOP = re.compile("[。；！？!?;]")
_LONGEST = 160  # characters of a sentence in a cell


def fact_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row a fact, in reading order; a part names the row of its total."""
    for fact in report.get("facts", ()):
        part = fact["part_of"]
        first, _, last = (fact["period"] or "").partition("/")
        sentence = _sentence(page, report, fact)
        yield {
            **block_place(page, report, fact["block"]),
            "fact_number": fact["index"] + 1,
            "type_name": label_name(labels.entities, fact["type"]),
            "verb_class_name": words().name("verbs", fact["verb_class"]),
            "approx_name": approx_name(fact["approx"]),
            "status_name": status_name(fact["status"]),
            "part_of": None if part is None else part + 1,
            "from": _known(first),
            "to": _known(last),
            **label_cells("categories", labels.categories, fact["categories"]),
            **label_cells("arenas", labels.arenas, fact["arenas"]),
            "text": _joined(page["text"][fact["start"] : fact["end"]]),
            "sentence": _shown(page, sentence),
            **role_cells(labels.roles, report, fact["block"]),
            **{key: cell for key, cell in fact.items() if key in _COPIED},
        }


def activity_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row an activity: each that has a name, once, and the sessions that are only counted."""
    named: set[str] = set()
    facts: dict[int, list[Mapping[str, Any]]] = {}
    for fact in report.get("facts", ()):
        facts.setdefault(fact["block"], []).append(fact)
    for block in report["blocks"]:
        own = facts.get(block["index"], [])
        taken: set[tuple[int, int]] = set()
        for event in (one for one in block["entities"] if one["type"] == "EVENT"):
            if event["text"] in named:
                continue
            named.add(event["text"])
            sentence = _sentence(page, report, event | {"block": block["index"]})
            taken.add(sentence)
            row = _activity(labels, page, report, block, sentence, own)
            yield row | {"name": event["text"], "start": event["start"], "end": event["end"]}
        for fact in own:
            sentence = _sentence(page, report, fact)
            if sentence not in taken and _is_session(fact):
                row = _activity(labels, page, report, block, sentence, own)
                yield row | _session(fact)


def _is_session(fact: Mapping[str, Any]) -> bool:
    return fact["verb_class"] in words().activities and fact["unit"] in words().times


def _session(fact: Mapping[str, Any]) -> Row:
    verb, thing = fact["verb"] or "", fact["object"] or ""
    return {
        "name": f"{verb}{thing}" or words().name("verbs", fact["verb_class"]),
        "verb_class": fact["verb_class"],
        "verb_class_name": words().name("verbs", fact["verb_class"]),
        **{key: fact[key] for key in ("value", "unit", "status", "masked", "start", "end")},
        "status_name": status_name(fact["status"]),
    }


def _activity(
    labels: LabelSets,
    page: PageJson,
    report: ReportJson,
    block: Mapping[str, Any],
    sentence: tuple[int, int],
    facts: list[Mapping[str, Any]],
) -> Row:
    """What the sentence of an activity says beside it: when, who, where, how many."""
    inside = [one for one in block["entities"] if _lies_in(one, sentence)]
    dates = [one for one in inside if one["type"] == "DATE"]
    value = (dates[0].get("value") or {}) if dates else {}
    counted = [one for one in facts if _lies_in(one, sentence)]
    return {
        **block_place(page, report, block["index"]),
        "date_text": dates[0]["text"] if dates else None,
        "from": _known(value.get("from")),
        "to": _known(value.get("to")),
        "organisers": _texts(inside, "ORG"),
        "places": _texts(inside, "LOC"),
        "numbers": [_joined(page["text"][one["start"] : one["end"]]) for one in counted],
        **label_cells("categories", labels.categories, [tag["id"] for tag in block["categories"]]),
        "sentence": _shown(page, sentence),
        **role_cells(labels.roles, report, block["index"]),
    }


def _sentence(page: PageJson, report: ReportJson, part: Mapping[str, Any]) -> tuple[int, int]:
    """Where the sentence of a fact or an entity begins and ends in the page's text."""
    block, text = report["blocks"][part["block"]], page["text"]
    start, end = block["start"], block["end"]
    for stop in _STOP.finditer(text, start, part["start"]):
        start = stop.end()
    last = _STOP.search(text, part["end"], end)
    return start, last.end() if last else end


def _shown(page: PageJson, sentence: tuple[int, int]) -> str:
    text = _joined(page["text"][slice(*sentence)])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _joined(text: str) -> str:
    """Without the line breaks and indents that a file has inside a sentence."""
    return "".join(line.strip() for line in text.splitlines())


def _lies_in(part: Mapping[str, Any], sentence: tuple[int, int]) -> bool:
    return bool(sentence[0] <= part["start"] and part["end"] <= sentence[1])


def _texts(entities: list[Mapping[str, Any]], kind: str) -> list[str]:
    return list(dict.fromkeys(one["text"] for one in entities if one["type"] == kind))


def _known(day: object) -> str | None:
    """A day, None where it is open or masked."""
    text = str(day or "")
    return text if text not in ("", "..") and "X" not in text else None
