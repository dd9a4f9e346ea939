"""The cells of an entity's value in a table: number, unit, dates, name, status; a masked one has none."""

from collections.abc import Mapping
from typing import Any

from huibao.value_words import NEARLY
from huibao.view_words import STATUSES

YES = "是"
_PER = {"person": "人", "household": "户", "year": "年", "month": "月", "day": "天", "mu": "亩"}


def value_cells(kind: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """The cells of a value by column; numbers are decimal texts.

    Args:
        kind: The entity's type.
        value: As the entity has it; None is one without.

    Returns:
        status, status_name, part_of, masked, and by type: unit, number, upper, approx, approx_name; from,
        to; canonical. Of a masked value only what is known for certain.
    """
    value = value or {}
    status = value.get("status")
    cells: dict[str, Any] = {
        "status": status,
        "status_name": status_name(status),
        "part_of": (value.get("part_of") or {}).get("text"),
        "masked": bool(value.get("masked")),
    }
    if kind == "MONEY":
        each = [_PER.get(word, word) for word in (value.get("per") or "").split("_") if word]
        cells["unit"] = "/".join([value.get("currency") or "元", *each])
    elif kind == "QUANT":
        cells["unit"] = value.get("unit")
    if cells["masked"]:
        return cells
    match kind:
        case "MONEY" | "QUANT":
            cells["number"] = _first(value, "cny", "amount", "value")
            cells["upper"] = _first(value, "upper")
            cells["approx"] = value.get("approx")
            cells["approx_name"] = approx_name(value.get("approx"))
        case "DATE":
            cells |= {"from": value.get("from"), "to": value.get("to")}
        case _:
            names = (value.get(key) for key in ("canonical", "name", "title"))
            cells["canonical"] = next((str(name) for name in names if name), None)
    return cells


def status_name(status: object) -> str | None:
    """What a status is called; one that is not known keeps its id."""
    return None if status is None else STATUSES.get(str(status), str(status))


def approx_name(approx: object) -> str | None:
    """The sign of a number that is not exact: 约, ≥, >, ≤."""
    return NEARLY.get(str(approx))


def _first(value: Mapping[str, Any], *keys: str) -> str | None:
    found = next((value[key] for key in keys if value.get(key) is not None), None)
    return None if found is None else str(found)
