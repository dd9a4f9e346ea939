"""All document fields of a report, beside those that its dates and names already gave."""

from collections.abc import Mapping
from typing import Any

from huibao.annotation import Annotation
from huibao.fields.basis import basis_documents
from huibao.fields.frame import issued_on, period_of, recipients_of
from huibao.fields.gazetteer import Gazetteer, shipped_gazetteer
from huibao.fields.honours import honours_of
from huibao.fields.region import region_of
from huibao.fields.tasks import plans_of, problems_of, requests_of
from huibao.fields.unit import reporting_unit


def document_fields(
    annotation: Annotation, gazetteer: Gazetteer | None = None
) -> Mapping[str, Any]:
    """The fields of a report: its own ones (year, year_conflict, year_evidence, place) unchanged, and more.

    Args:
        annotation: The report; its entities, roles and categories are what the fields are made of.
        gazetteer: Divisions with codes; None is the shipped list of provinces and prefectures.

    Returns:
        The keys of `annotation.fields`, then title, unit, region, issued, period, recipients, basis,
        honours, problems, plans, requests. What a report does not say is None or an empty list; each
        entry names its block and its source offsets.
    """
    unit = reporting_unit(annotation)
    issued = issued_on(annotation)
    day = issued["date"] if issued else None
    return dict(annotation.fields) | {
        "title": annotation.report.title or None,
        "unit": unit,
        "region": region_of(annotation, _home(annotation, unit), gazetteer or shipped_gazetteer()),
        "issued": issued,
        "period": period_of(annotation, day),
        "recipients": recipients_of(annotation),
        "basis": basis_documents(annotation),
        "honours": honours_of(annotation),
        "problems": problems_of(annotation),
        "plans": plans_of(annotation),
        "requests": requests_of(annotation),
    }


def _home(annotation: Annotation, unit: Mapping[str, Any] | None) -> str:
    """The report's own place, else the place in the name of the unit that reports."""
    place = annotation.fields.get("place")
    return str(place or (unit["name"] if unit else ""))
