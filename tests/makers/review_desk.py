"""A desk for reviewers: the shipped label sets without the corpus, pages that a model has read, people."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huibao.annotation import PageAnnotation
from huibao.decisions import ManyValue, Value
from huibao.jsonl import SCHEMA, page_from_json
from huibao.label_files import load_label_sets
from huibao.reader import Reader
from huibao.resources import resource_folder
from huibao.review.desk import Desk, DeskView
from huibao.review.folder import start_folder
from huibao.review.pages import add_pages
from huibao.review.people import People, Person, write_people
from huibao.review.saving import Sent, save

REPORT = """云溪县2023年工作总结
一、主要做法
县财政投入20万元，在学校举办国家通用语言文字培训班5期，覆盖3个乡镇。
（一）县民宗局召开专题会议，印发云溪县创建工作方案，明确各部门的职责分工。
二、存在的问题
经费不足，有的村重视不够。
三、下一步打算
2024年继续举办培训班，打算覆盖全部乡镇，争取更多支持。
"""


@dataclass(frozen=True)
class Told:
    """A block of a page and what a model says of it: the role with its chance, the runner-up's."""

    text: str
    role: str = "work_done"
    score: float = 0.9
    other: str = "results"
    other_score: float = 0.05
    categories: Mapping[str, float] | None = None
    kind: str = "paragraph"


def told_page(name: str, blocks: Sequence[Told | str], reports: int = 1) -> PageAnnotation:
    """A page that a model has read, its blocks a line each, shared out among reports."""
    told = [one if isinstance(one, Told) else Told(one) for one in blocks]
    text = "\n".join(one.text for one in told)
    size = -(-len(told) // reports)
    entries: dict[str, Any] = {
        "schema": SCHEMA,
        "file": {
            "name": name,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "media_type": "text/plain",
            "encoding": "utf-8",
        },
        "text": text,
        "annotator": {
            "kind": "model",
            "name": "small",
            "version": "1",
            "labels": load_label_sets().fingerprint,
        },
        "reports": [],
        "furniture": [],
        "warnings": [],
    }
    start = 0
    for index, one in enumerate(told):
        if index % size == 0:
            entries["reports"].append({"index": index // size, "title": name, "blocks": []})
        blocks_ = entries["reports"][-1]["blocks"]
        blocks_.append(_block(one, len(blocks_), start))
        start += len(one.text) + 1
    return page_from_json(entries)


def _block(told: Told, index: int, start: int) -> dict[str, Any]:
    role = {"id": told.role, "score": told.score}
    role["alternatives"] = [{"id": told.other, "score": told.other_score}]
    return {
        "index": index, "kind": told.kind, "level": 0, "parent": None,
        "start": start, "end": start + len(told.text), "role": role,
        "categories": [{"id": id_, "score": p} for id_, p in (told.categories or {}).items()],
        "arenas": [], "entities": [],
    }  # fmt: skip


def write_desk(
    folder: Path,
    reader: Reader | None = None,
    reports: Mapping[str, str] | None = None,
    *,
    pages: Sequence[PageAnnotation] = (),
    pass_phrase: str | None = None,
) -> Path:
    """Writes the folder and returns it; zhang and li review, wang heads them."""
    start_folder(resource_folder("labels"), folder)
    read = (
        [reader.read(text, name=name) for name, text in (reports or {}).items()] if reader else []
    )
    add_pages(folder, [*read, *pages], replace=True)
    people = People()
    for person in (
        Person("zhang", "张三"),
        Person("li", "李四"),
        Person("wang", "王五", head=True),
    ):
        people = people.with_person(person)
    write_people(folder, people.with_pass_phrase(pass_phrase) if pass_phrase else people)
    return folder


def says(desk: Desk, person: str, place: str, *, mode: str = "blind", **answers: Any) -> None:
    """Has a person answer: roles="plan", categories=["media_information"] or any value."""
    values: dict[str, Value] = {
        part: ManyValue(tuple(said)) if isinstance(said, list) else said
        for part, said in answers.items()
    }
    with desk.held() as view:
        sent = sent_of(view, place, values, mode=mode)
        save(desk, view, person, sent)


def sent_of(view: DeskView, place: str, answers: Mapping[str, Value], **more: Any) -> Sent:
    """Answers to a block as it stands now."""
    return Sent(place, view.blocks[place].text_sha, view.history.number, answers, **more)
