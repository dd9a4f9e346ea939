"""Writes the annotation handbook (labels/GUIDE.md) out of the label files and the rulings."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from huibao.label_files import load_label_sets
from huibao.label_files.set_faults import NO_LABEL
from huibao.label_files.strict_yaml import AGREEMENT_FILE, HEADERS_FILE, RULINGS_FILE, label_file
from huibao.labels import Example, Label, LabelSet, LabelSets
from huibao.resources import resource_folder

GUIDE_FILE = "GUIDE.md"
_NUMERALS = "一二三四五六七八九十"
_MARK = re.compile(r"\{[A-Z_]+:[^{}]+\}")
_MARKDOWN = re.compile(r"([*_`<>#|])")
_SPACED_LINE = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")


def guide_text(folder: Path | None = None) -> str:
    """The handbook as Markdown; the same label files give the same text.

    Raises:
        LabelError: a label file contradicts the schema.
    """
    place = resource_folder("labels") if folder is None else folder
    sets = load_label_sets(folder)
    rulings = label_file(place / RULINGS_FILE)
    chapters = [
        ("怎样用这本手册", _paragraphs(rulings["intro"])),
        ("标注程序", _procedure(rulings["procedure"])),
        ("标签一览", _overview(sets)),
        *((section["name"], _section(section, sets)) for section in rulings["sections"]),
        ("标记的写法和一个完整例子", _worked_example(rulings, label_file(place / HEADERS_FILE))),
        ("一致性", _agreement(place, rulings, sets)),
    ]
    lines = [f"# {rulings['title']}", "", *_origin(sets, rulings["version"])]
    for number, (name, body) in enumerate(chapters):
        lines += ["", f"## {_numeral(number + 1)}、{name}", "", *body]
    return "\n".join(lines).rstrip() + "\n"


def _numeral(number: int) -> str:
    return _NUMERALS[number - 1] if number <= 10 else f"十{_NUMERALS[number - 11]}"


def _origin(sets: LabelSets, rulings: str) -> Iterator[str]:
    versions = "、".join(f"{part.name} {part.version}" for part in sets)
    yield (
        f"> 本文件由 `huibao labels guide` 从标签文件生成，请勿直接修改。"
        f"标签集：{versions}；裁定 {rulings}；标签集指纹 `{sets.fingerprint}`。"
    )


def _plain(text: str) -> str:
    """Prose for Markdown: marks in code type, a mask such as ___ safe from being read as a rule."""
    text = _SPACED_LINE.sub("", " ".join(text.split()))
    pieces, position = [], 0
    for mark in _MARK.finditer(text):
        pieces += [_MARKDOWN.sub(r"\\\1", text[position : mark.start()]), f"`{mark[0]}`"]
        position = mark.end()
    return "".join(pieces) + _MARKDOWN.sub(r"\\\1", text[position:])


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield ""
        yield _plain(text)


def _procedure(steps: Iterable[dict[str, str]]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        yield f"{number}. **{_plain(step['name'])}**：{_plain(step['text'])}"


def _overview(sets: LabelSets) -> Iterator[str]:
    for number, part in enumerate(sets):
        if number:
            yield ""
        names = "、".join(f"{_title(label)}（`{label.id}`）" for label in part if not part.groups)
        yield f"**{part.name}**（{len(part)} 个）{'：' + names if names else ''}"
        if part.groups:
            yield from ("", "| 官方维度 | 类别 |", "|---|---|")
        for group in part.groups:
            members = (label for label in part if label.parent == group.id)
            cell = "、".join(f"{_title(label)}（`{label.id}`）" for label in members)
            yield f"| {group.code} {group.name} | {cell} |"


def _title(label: Label) -> str:
    return f"{label.code} {label.name}" if label.code else label.name


def _section(section: dict[str, Any], sets: LabelSets) -> Iterator[str]:
    part = next((part for part in sets if part.id == section.get("set")), None)
    if part is None:
        yield from _rules(section)
        return
    yield from (_plain(part.about), "", "### 裁定", "", *_rules(section))
    for label in part:
        yield from ("", *_label(label, part, sets))


def _rules(section: dict[str, Any]) -> Iterator[str]:
    for rule in section["rules"]:
        yield f"- **{rule['id']}** {_plain(rule['rule'])}"
        yield from (f"  - 例：{_plain(example)}" for example in rule.get("examples", ()))


def _label(label: Label, part: LabelSet, sets: LabelSets) -> Iterator[str]:
    yield f"### {_title(label)} `{label.id}`"
    yield ""
    yield _plain(label.definition)
    yield ""
    group = part.group_of(label.id)
    if group is not None:
        yield f"- 官方维度：{group.code} {group.name}"
    if label.collapse_to is not None:
        yield f"- 样本少时并入：{part[label.collapse_to].name}"
    yield f"- 线索词：{_plain('、'.join(label.positive))}"
    if label.negative:
        yield f"- 不算线索：{_plain('、'.join(label.negative))}"
    if label.sequence:
        names = "—".join(sets.roles[role].name for role in label.sequence)
        yield f"- 常见次序：{names}"
    yield from _listed("标到哪里", label.inside)
    yield from _listed("不标", label.outside)
    if label.normal_form is not None:
        yield f"- 规范值：{_plain(label.normal_form)}"
    differences = (
        f"{_plain(_name(part, other))}：{_plain(difference)}"
        for other, difference in label.neighbours.items()
    )
    yield from _listed("容易混淆", differences, plain=False)
    yield from _listed("例", (_example(example) for example in label.examples), plain=False)
    wrong = (_counterexample(example, part) for example in label.counterexamples)
    yield from _listed("反例", wrong, plain=False)
    if label.rulings:
        yield f"- 相关裁定：{'、'.join(label.rulings)}"


def _listed(name: str, entries: Iterable[str], *, plain: bool = True) -> Iterator[str]:
    found = list(entries)
    if found:
        yield f"- {name}："
    for entry in found:
        yield f"  - {_plain(entry) if plain else entry}"


def _example(example: Example) -> str:
    why = f"——{_plain(example.why)}" if example.why else ""
    return _plain(example.text) + why


def _name(part: LabelSet, label: str) -> str:
    """The name of a label; one that is no longer in force says so."""
    known = part.known(label)
    return known.name if known.retired is None else f"{known.name}（已停用）"


def _counterexample(example: Example, part: LabelSet) -> str:
    other = example.instead or NO_LABEL
    instead = "不标" if other == NO_LABEL else f"应为“{_name(part, other)}”"
    return f"{_plain(example.text)}→ {instead}。{_plain(example.why or '')}"


def _worked_example(rulings: dict[str, Any], headers: dict[str, Any]) -> Iterator[str]:
    yield "标记的完整说明见 `labels/reports/README.md`。文件头可用的取值："
    yield ""
    for key, name in (("authors", "写作单位 author"), ("traits", "特征 traits")):
        values = "；".join(f"`{value}` {meaning}" for value, meaning in headers[key].items())
        yield f"- {name}：{values}"
    yield from ("", "```", rulings["worked_example"].rstrip(), "```", "")
    yield from (f"- {_plain(note)}" for note in rulings["worked_notes"])


def _agreement(place: Path, rulings: dict[str, Any], sets: LabelSets) -> Iterator[str]:
    path = place / AGREEMENT_FILE
    if not path.exists():
        yield _plain(rulings["agreement_missing"])
        return
    agreement = label_file(path)
    yield from (_plain(rulings["agreement_intro"]), "", _plain(agreement["measured"]), "")
    yield from ("| 标签集 | 标签 | 例数 | 指标 | 一致性 |", "|---|---|--:|---|--:|")
    parts = {part.id: part for part in sets}
    for row in agreement["labels"]:
        part = parts[row["set"]]
        label = "全部" if row["id"] == "all" else _title(part.known(row["id"]))
        yield f"| {part.name} | {label} | {row['items']} | {row['measure']} | {row['value']:.2f} |"
