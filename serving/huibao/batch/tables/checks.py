"""The rows that an office checks a report by: flags, and evidence for each indicator. Never a score."""

from collections.abc import Iterator, Mapping

from huibao.batch.names import flag_names
from huibao.batch.tables.table import (
    PLACE,
    PageJson,
    ReportJson,
    Row,
    Table,
    TableColumn,
    place,
)
from huibao.evidence import QUOTES
from huibao.labels import IndicatorProfile

FLAGS = Table(
    "flags",
    "质量提示",
    (
        *PLACE,
        TableColumn("flag_name", "提示"),
        TableColumn("sentence", "说明"),
        TableColumn("blocks", "在哪些块", "list"),
        TableColumn("quote", "原文"),
        TableColumn("about", "关于"),
        TableColumn("flag", "提示编号"),
    ),
)
EVIDENCE = Table(
    "evidence",
    "指标佐证",
    (
        TableColumn("profile_name", "指标体系"),
        TableColumn("indicator", "指标编号"),
        TableColumn("indicator_name", "指标"),
        *PLACE,
        TableColumn("no_evidence", "缺佐证", "yes"),
        TableColumn("blocks", "佐证块数", "whole"),
        TableColumn("ahead", "仅有打算的块数", "whole"),
        TableColumn("facts", "事实数", "whole"),
        *(TableColumn(f"quote_{number}", f"引文{number}") for number in range(1, QUOTES + 1)),
        TableColumn("quoted_blocks", "引文所在块", "list"),
        TableColumn("profile", "指标体系编号"),
    ),
)
_MOST_SPANS = 3
_LONGEST = 80  # characters of a quoted place


def flag_rows(page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row a flag; `quote` is what the text says where it looks odd."""
    named = flag_names()
    for flag in report.get("flags", ()):
        spans = flag["spans"][:_MOST_SPANS]
        yield {
            **place(page, report),
            "flag": flag["id"],
            "flag_name": named.get(flag["id"], flag["id"]),
            "sentence": flag["sentence"],
            "about": flag["about"],
            "blocks": [str(block + 1) for block in flag["blocks"]],
            "quote": " … ".join(_quote(page["text"], span) for span in spans) or None,
        }


def evidence_rows(
    profiles: Mapping[str, IndicatorProfile], page: PageJson, report: ReportJson
) -> Iterator[Row]:
    """One row an indicator of each profile, also where the report shows nothing for it."""
    for told in report.get("evidence", ()):
        profile = profiles.get(told["profile"])
        missing = set(told["no_evidence"])
        for line in told["indicators"]:
            yield {
                **place(page, report),
                "profile": told["profile"],
                "profile_name": profile.name if profile else told["profile"],
                "indicator": line["id"],
                "indicator_name": line["name"],
                "no_evidence": line["id"] in missing,
                **{key: line[key] for key in ("blocks", "ahead", "facts")},
                **{
                    f"quote_{number}": quote["text"]
                    for number, quote in enumerate(line["quotes"][:QUOTES], 1)
                },
                "quoted_blocks": [str(quote["block"] + 1) for quote in line["quotes"]],
            }


def _quote(text: str, span: Mapping[str, int]) -> str:
    quote = "".join(text[span["start"] : span["end"]].split("\n"))
    return quote if len(quote) <= _LONGEST else f"{quote[:_LONGEST]}…"
