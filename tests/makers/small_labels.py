"""A small label folder, quick to read: five sets of three or four labels, one indicator profile."""

from pathlib import Path
from typing import Any

import yaml

SETS = {
    "roles": ("one", ["title_meta", "work_done", "results", "plan"]),
    "categories": ("many", ["training", "media", "school", "visits"]),
    "arenas": ("many", ["office", "village", "temple"]),
    "entities": ("span", ["DATE", "ORG", "LOC", "EVENT"]),
    "genres": ("one", ["summary", "speech", "minutes"]),
}
NAMES = {
    "title_meta": "标题", "work_done": "做法", "results": "成效", "plan": "打算",
    "training": "培训", "media": "媒体", "school": "学校", "visits": "走访",
    "office": "机关", "village": "乡村", "temple": "寺庙",
    "DATE": "时间", "ORG": "单位", "LOC": "地点", "EVENT": "活动",
    "summary": "总结", "speech": "讲话", "minutes": "纪要",
}  # fmt: skip


def label(part: str, id_: str, name: str, neighbour: str, **more: Any) -> dict[str, Any]:
    """A label as a file holds it, complete."""
    marked = f"{{{id_}:甲}}" if part == "entities" else "甲"
    entry = {
        "id": id_,
        "name": name,
        "parent": None,
        "since": "1.0",
        "collapse_to": None,
        "definition": f"关于{name}的话。",
        "cues": {"positive": [name], "negative": []},
        "neighbours": {neighbour: "两回事。"},
        "examples": [{"text": f"{marked}{name}{number}"} for number in "一二三"],
        "counterexamples": [{"text": f"乙{n}", "why": "不是", "instead": "none"} for n in "一二"],
    }
    if part == "categories":
        entry |= {"parent": "dimension", "code": f"A{sum(id_.encode()) % 900}"}
    if part == "entities":
        entry |= {"inside": [], "outside": [], "normal_form": "照写。"}
    if part == "genres":
        entry |= {"sequence": ["work_done", "results", "plan"]}
    return entry | more


def write_small_labels(folder: Path) -> Path:
    """Writes the folder and returns it."""
    (folder / "indicators").mkdir(parents=True)
    for part, (kind, ids) in SETS.items():
        labels = [label(part, id_, NAMES[id_], ids[place - 1]) for place, id_ in enumerate(ids)]
        content = {"set": part, "name": part, "version": "1.0", "kind": kind, "about": "用来试。"}
        if part == "categories":
            content["parents"] = [
                {"id": "dimension", "code": "A", "name": "一级", "since": "1.0", "definition": "全部"},
                {"id": "other", "code": "B", "name": "另一级", "since": "1.0", "definition": "其余"},
            ]  # fmt: skip
        _write(folder / f"{part}.yaml", content | {"labels": labels})
    _write(folder / "guide_rulings.yaml", _RULINGS)
    _write(folder / "headers.yaml", {"authors": {"town": "乡镇"}, "traits": {"masked": "遮住"}})
    lines = [
        {"id": "1", "name": "宣传", "parent": None, "weight": None, "categories": ["media", "school"]},
        {"id": "2", "name": "走访", "parent": None, "weight": None, "categories": ["visits"]},
    ]  # fmt: skip
    profile = {"id": "table", "name": "表", "issuer": None, "year": None, "complete": True}
    _write(folder / "indicators/table.yaml", {**profile, "source": "自拟", "indicators": lines})
    return folder


def _write(path: Path, content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(f"# 手写的说明\n{text}", "utf-8")


_RULINGS: dict[str, Any] = {
    "version": "1.0", "title": "手册", "intro": ["试"], "procedure": [], "sections": [],
    "worked_example": "例", "worked_notes": [], "agreement_intro": "一致", "agreement_missing": "无",
}  # fmt: skip
