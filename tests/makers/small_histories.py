"""Label histories and decisions for tests: changes of the small label sets, told in a few words."""

from typing import Any

from small_labels import SETS, label

from huibao.decisions import Decision, text_key
from huibao.label_changes import Change, History, proposal_of
from huibao.label_changes.history import change_of, undo_of

KINDS = {part: kind for part, (kind, _) in SETS.items()}
TEXT = "3月5日，县民宗局开会。"


def history(*changes: dict[str, Any] | int) -> History:
    """The history of some changes; a number undoes the change of that number."""
    past = History((), {part: tuple(ids) for part, (_, ids) in SETS.items()}, KINDS)  # type: ignore[arg-type]
    for number, said in enumerate(changes, 1):
        past = past.with_change(planned(past, number, said))
    return past


def planned(past: History, number: int, said: dict[str, Any] | int) -> Change:
    recorded = dict.fromkeys(("at", "to_version", "fingerprint_before", "fingerprint"), "")
    more: dict[str, Any] = {**recorded, "number": number}
    if isinstance(said, int):
        return undo_of(past.changes[said - 1], {**more, "why": "", "by": "", "from_version": ""})
    sheet = {"set": "categories", "why": "w", "by": "b", "from_version": "1.0"} | said
    if "into" in sheet and isinstance(sheet["into"], list):
        sheet["into"] = [label(sheet["set"], one, one, "x") for one in sheet["into"]]
    if "label" in sheet:
        sheet["label"] = label(sheet["set"], sheet["label"], sheet["label"], "x")
    return change_of(proposal_of(sheet), more)


def decided(part: str, value: Any, version: int = 0, **more: Any) -> Decision:
    said = {"place": "a@0", "text_sha": text_key(TEXT), "by": "zhang"}
    said |= {"at": "2027-03-01T09:00:00+08:00"} | more
    return Decision(set=part, value=value, version=version, **said)
