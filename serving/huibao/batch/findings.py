"""What a batch keeps of a report beside its public JSON: facts, flags, evidence, the sketch for copies.

It is made where the report is labelled and stored in its line of `reports.jsonl`; whatever is made of a
run later on (tables, the workbook, the overview) needs those lines alone.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from huibao.annotation import Annotation, PageAnnotation
from huibao.evidence import Evidence, evidence_json
from huibao.facts import facts_json, facts_of
from huibao.flags import flags_json, flags_of
from huibao.labels import IndicatorProfile, LabelSets
from huibao.near_copies import Sketch, sketch_of
from huibao.report import PageReports, Report

KEYS = ("facts", "flags", "evidence", "sketch")
_NUMBERS = np.dtype("<u4")


class Findings:
    """Finds them with one set of labels and indicator profiles."""

    def __init__(self, labels: LabelSets, profiles: Iterable[IndicatorProfile]) -> None:
        """Takes the labels and the profiles, whose order is kept."""
        self._categories = labels.categories
        self._profiles = tuple(profiles)

    def report_json(self, annotation: Annotation, source: PageReports) -> dict[str, Any]:
        """The objects under `KEYS` of one report.

        Args:
            annotation: The report.
            source: The page it was cut from.

        Returns:
            facts, flags: as `facts_json` and `flags_json` tell them. evidence: one object a profile, as
            `evidence_json` tells it. sketch: `sketch_text`, None where the report is too short.
        """
        facts = facts_of(annotation)
        evidence = Evidence(annotation, self._categories, facts)
        sketch = sketch_of(_own_text(annotation.report))
        return {
            "facts": facts_json(facts),
            "flags": flags_json(flags_of(annotation, facts, source=source)),
            "evidence": [
                evidence_json(profile, evidence.under(profile)) for profile in self._profiles
            ],
            "sketch": None if sketch is None else sketch_text(sketch),
        }

    def added(self, entries: dict[str, Any], page: PageAnnotation) -> dict[str, Any]:
        """The public JSON of a page with the findings of each of its reports."""
        reports = [
            report | self.report_json(annotation, page.source)
            for report, annotation in zip(entries["reports"], page.annotations, strict=True)
        ]
        return entries | {"reports": reports}


def sketch_text(sketch: Sketch) -> str:
    """A sketch as text: base64 of its numbers, four bytes each, the lowest byte first."""
    return base64.b64encode(sketch.astype(_NUMBERS).tobytes()).decode("ascii")


def sketch_from(text: str | None) -> Sketch | None:
    """The sketch that `sketch_text` has told."""
    if text is None:
        return None
    numbers = np.frombuffer(base64.b64decode(text), dtype=_NUMBERS)
    return numbers.astype(np.uint32)


def evidence_under(report: Mapping[str, Any], profile: str) -> Mapping[str, Any] | None:
    """The evidence of a report's JSON under a profile, None where the line was made without it."""
    told: Sequence[Mapping[str, Any]] = report.get("evidence") or ()
    return next((one for one in told if one["profile"] == profile), None)


def _own_text(report: Report) -> str:
    """The canonical text of a report, what it repeats of itself only once."""
    return "\n".join(block.text for block in report.blocks if block.duplicate_of is None)
