"""Decisions to other tools and back: nothing is guessed, nothing created silently, twice is once."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from small_labels import label, write_small_labels

from huibao.cli import main
from huibao.decisions import ManyValue, SpanValue, read_decisions
from huibao.errors import LabelError
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.files import LabelFolder
from huibao.exchange.label_map import read_label_map
from huibao.exchange.labelstudio.exports import labelstudio_records
from huibao.exchange.labelstudio.tasks import task_of
from huibao.exchange.offsets import fitted_spans
from huibao.exchange.record import ForeignSpan
from huibao.label_files.loading import forget_loaded

PAGE = """genre: summary
author: town
year: masked
traits: masked
---
#title title_meta
云溪县工作总结
#h1 work_done
一、做法
#p work_done training
3月5日，县民宗局😀投入___万元，走进𠮷祥村。
#p results media
×××报道xx次，
反响好。
"""
TEXT = "3月5日，县民宗局😀投入___万元，走进𠮷祥村。"
PLACE = "a.txt@13"
REPORTED = "×××报道xx次，\n反响好。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A label folder with one page of four blocks."""
    folder = write_small_labels(tmp_path / "labels")
    (folder / "reports").mkdir()
    (folder / "reports" / "a.txt").write_text(PAGE, "utf-8")
    return folder


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `huibao labels` on the folder: exit code, output, faults."""

    def done(*words: object) -> tuple[int, str, str]:
        code = main(["labels", *map(str, words), "--labels", str(folder)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return done


def stamped(folder: Path, **more: Any) -> dict[str, Any]:
    return {"label_set": LabelFolder(folder).stamp().entries() | more}


def annotation(result: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    said = {"id": 2, "completed_by": 1, "was_cancelled": False, "lead_time": 12.5}
    times = {"created_at": "2026-11-22T01:09:26.69Z", "updated_at": "2026-11-22T02:00:00.5Z"}
    return said | times | {"result": result, "prediction": {}} | more


def choice(part: str, *labels: str) -> dict[str, Any]:
    return {"from_name": part, "type": "choices", "value": {"choices": list(labels)}}


def mark(start: int, end: int, text: str, kind: str) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text, "labels": [kind]}
    return {"from_name": "entities", "type": "labels", "value": value}


def exported(folder: Path, *annotations: dict[str, Any], text: str = TEXT, **data: Any) -> Path:
    """A file as Label Studio exports it."""
    told = {"text": text, "place": PLACE} | stamped(folder) | data
    task = {"id": 5, "data": told, "annotations": list(annotations), "predictions": []}
    return written(folder.parent / "out.json", json.dumps([task], ensure_ascii=False))


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def lines(path: Path, *objects: dict[str, Any]) -> Path:
    return written(path, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects))


def stored(folder: Path) -> dict[str, Any]:
    return {one.set: one.value for one in read_decisions(folder / "decisions")}


ALL = [choice("roles", "results"), choice("categories", "media"), mark(5, 9, "县民宗局", "ORG")]


def test_a_label_studio_export_becomes_decisions_of_its_people(folder: Path, run) -> None:
    prediction = {"model_version": "huibao-7", "score": 0.7, "result": [choice("roles", "plan")]}
    path = exported(folder, annotation(ALL, prediction=prediction))
    assert run("import", path, "--from", "labelstudio")[0] == 0
    found = {one.set: one for one in read_decisions(folder / "decisions")}
    assert {part: one.value for part, one in found.items()} == {
        "roles": "results",
        "categories": ManyValue(("media",)),
        "arenas": ManyValue(()),
        "entities": found["entities"].value,
    }
    assert [one.text for one in found["entities"].value.spans] == ["县民宗局"]
    role = found["roles"]
    assert (role.place, role.by, role.kind, role.mode) == (PLACE, "labelstudio-1", "person", "open")
    assert (role.version, role.seconds) == (0, 12.5)
    assert role.shown == {"model": "huibao-7", "value": "plan", "score": 0.7}
    # The model was asked about categories too, and had none.
    assert found["categories"].shown["value"] == {"yes": [], "no": "rest"}


def test_what_people_had_decided_is_not_taken_for_a_models_word(folder: Path, run) -> None:
    prediction = {"model_version": "decided-0", "score": 1.0, "result": [choice("roles", "plan")]}
    path = exported(folder, annotation(ALL, prediction=prediction))
    run("import", path, "--from", "labelstudio")
    assert not any(one.shown for one in read_decisions(folder / "decisions"))


def test_an_import_twice_is_an_import_once(folder: Path, run) -> None:
    path = exported(folder, annotation(ALL))
    assert "4 new decisions, 0 known" in run("import", path, "--from", "labelstudio")[1]
    assert "0 new decisions, 4 known" in run("import", path, "--from", "labelstudio")[1]
    assert len(read_decisions(folder / "decisions")) == 4


def test_an_import_in_another_time_zone_is_still_the_same(folder: Path, run, monkeypatch) -> None:
    path = exported(folder, annotation(ALL))
    for zone, told in (("Asia/Shanghai", "4 new decisions"), ("UTC", "0 new decisions, 4 known")):
        with monkeypatch.context() as here:
            here.setenv("TZ", zone)
            time.tzset()
            assert told in run("import", path, "--from", "labelstudio")[1]
    time.tzset()


def test_a_dry_run_stores_nothing(folder: Path, run) -> None:
    code, said, _ = run("import", exported(folder, annotation(ALL)), "--from", "labelstudio", "--dry-run")  # fmt: skip
    assert code == 0
    assert "nothing was stored" in said
    assert not (folder / "decisions").exists()


def test_a_later_answer_of_the_same_person_is_a_further_decision(folder: Path, run) -> None:
    run("import", exported(folder, annotation(ALL)), "--from", "labelstudio")
    again = annotation([choice("roles", "plan")], updated_at="2026-11-23T02:00:00Z")
    assert "new decisions" in run("import", exported(folder, again), "--from", "labelstudio")[1]
    assert stored(folder)["roles"] == "plan"
    assert len(read_decisions(folder / "decisions")) == 4 + 4


def test_skipped_tasks_say_nothing(folder: Path, run) -> None:
    path = exported(folder, annotation(ALL, was_cancelled=True))
    assert "0 records" in run("import", path, "--from", "labelstudio")[1]


@pytest.mark.parametrize("foreign", ["做得好", "work-done", "训练"])
def test_an_unknown_label_stops_the_import_with_a_map_to_fill_in(
    folder: Path, run, foreign: str
) -> None:
    path = exported(folder, annotation([*ALL, choice("categories", foreign)]))
    code, said, fault = run("import", path, "--from", "labelstudio")
    assert code == 1
    assert f"unknown label: {foreign} of categories (1)" in said
    assert "nothing was stored" in fault
    assert not (folder / "decisions").exists()
    made = path.with_name("out.json.map.yaml")
    words = yaml.safe_load(made.read_text("utf-8"))
    assert list(words["labels"]) == [foreign]
    assert words["people"] == {"labelstudio-1": "labelstudio-1"}
    map_text = f"labels: {{{foreign}: categories/training}}\npeople: {{labelstudio-1: zhang}}\n"
    written(made, map_text)
    assert run("import", path, "--from", "labelstudio", "--map", made)[0] == 0
    assert stored(folder)["categories"] == ManyValue(("media", "training"))
    assert {one.by for one in read_decisions(folder / "decisions")} == {"zhang"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("labels: {甲: 待填}", "expected set/id or null"),
        ("labels: {甲: categories/nothing}", "which is no label"),
        ("tags: {}", "expected labels or people"),
    ],
)
def test_a_map_that_leads_nowhere_is_refused(folder: Path, tmp_path: Path, said: str, told: str):
    path = written(tmp_path / "map.yaml", said + "\n")
    with pytest.raises(LabelError, match=told):
        LabelFolder(folder).labels(read_label_map(path))


def test_a_word_that_the_map_leaves_out_is_counted(folder: Path, run, tmp_path: Path) -> None:
    path = exported(folder, annotation([*ALL, choice("categories", "杂")]))
    code, said, _ = run("import", path, "--from", "labelstudio", "--map", written(tmp_path / "m.yaml", "labels: {杂: null}\n"))  # fmt: skip
    assert code == 0
    assert "left out by the map: 杂 (1)" in said


AT = TEXT.index("𠮷")
LINES = "😀甲\r\n乙村\r\n丙"
MENDED = [
    ("code points are right as they are", TEXT, AT, AT + 3, "𠮷祥村", None),
    ("16-bit units behind and on wide signs", TEXT, AT + 1, AT + 5, "𠮷祥村", "16-bit units"),
    ("a mask counts as its signs", TEXT, 12, 15, "___", None),
    ("line breaks are right as they are", LINES, 4, 6, "乙村", None),
    ("browsers make one sign of CR LF", LINES, 3, 7, "乙村\n丙", "CR LF as one"),
    ("both at once", LINES, 7, 8, "丙", "16-bit units, CR LF as one"),
    ("a break spelt out", LINES, 4, 9, "乙村\\n丙", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "end", "said", "counted"), [r[1:] for r in MENDED], ids=[r[0] for r in MENDED]
)
def test_offsets_are_moved_only_where_the_text_proves_it(
    text: str, start: int, end: int, said: str, counted: str | None
) -> None:
    (found,) = fitted_spans([ForeignSpan(start, end, "LOC", said)], text)
    assert found.counted == counted
    assert text[found.start : found.end] == found.text
    assert found.text.replace("\r", "") == said.replace("\\n", "\n")


@given(st.lists(st.sampled_from(["甲", "，", "😀", "𠮷", "\r\n", "\n", "×", "_", "a"]), min_size=1), st.data())  # fmt: skip
def test_what_a_browser_counts_is_always_found_again(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first + 1, len(parts)))
    seen = ["".join(parts[:first]), "".join(parts[first:last])]
    before, said = (one.replace("\r\n", "\n") for one in seen)
    start = len(before.encode("utf-16-le")) // 2
    end = start + len(said.encode("utf-16-le")) // 2
    (found,) = fitted_spans([ForeignSpan(start, end, "LOC", said)], text)
    assert found.text.replace("\r\n", "\n") == said
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("said", ["祥村", None])
def test_an_offset_that_nothing_proves_is_not_moved(said: str | None) -> None:
    if said is None:
        (found,) = fitted_spans([ForeignSpan(0, 2, "LOC")], TEXT)
        assert (found.text, found.counted) == (TEXT[:2], None)
    else:
        with pytest.raises(LabelError, match="must count the code points"):
            fitted_spans([ForeignSpan(AT, AT + 2, "LOC", said)], TEXT)


UNFIT = [
    ("another text stands there", [mark(0, 2, "县民", "ORG")], "stands there"),
    ("behind the end of the text", [mark(20, 99, "村", "ORG")], "the text has"),
    ("two overlap", [mark(5, 9, "县民宗局", "ORG"), mark(6, 9, "民宗局", "ORG")], "overlap"),
    ("two roles", [choice("roles", "plan", "results")], "takes one label"),
    ("an entity without a place", [choice("entities", "ORG")], "needs a place"),
    ("a genre was not asked for", [choice("genres", "speech")], "not asked for"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "told"), [row[1:] for row in UNFIT], ids=[r[0] for r in UNFIT])
def test_a_record_that_does_not_fit_is_refused_and_its_neighbours_are_not(
    folder: Path, run, result: list[dict[str, Any]], told: str
) -> None:
    path = exported(folder, annotation(result, id=3), annotation(ALL, completed_by=2))
    code, said, _ = run("import", path, "--from", "labelstudio")
    assert code == 3
    assert "refused: task 5, annotation 3" in said
    assert told in said
    assert {one.by for one in read_decisions(folder / "decisions")} == {"labelstudio-2"}


def test_a_block_whose_text_changed_is_found_by_its_text_or_refused(folder: Path, run) -> None:
    moved = exported(folder, annotation([choice("roles", "plan")]), place="a.txt@9999")
    run("import", moved, "--from", "labelstudio")
    changed = exported(folder, annotation([choice("roles", "plan")]), text="别的话。")
    assert "is another one now" in run("import", changed, "--from", "labelstudio")[1]
    known = exported(folder, annotation([choice("roles", "results")], completed_by=7), place=None)
    run("import", known, "--from", "labelstudio")
    assert {one.place for one in read_decisions(folder / "decisions")} == {"a.txt@9999", PLACE}


def test_a_text_that_stands_twice_is_not_given_to_either_block(folder: Path, run) -> None:
    (folder / "reports" / "b.txt").write_text(PAGE, "utf-8")
    path = exported(folder, annotation([choice("roles", "plan")]), place=None)
    assert "2 blocks have the text" in run("import", path, "--from", "labelstudio")[1]
    path = exported(folder, annotation([choice("roles", "plan")]))
    assert run("import", path, "--from", "labelstudio")[0] == 0


SPLIT = {
    "set": "categories", "op": "split", "id": "media", "why": "太粗", "by": "张", "from_version": "1.0",
    "into": [label("categories", "paper", "报刊", "web"), label("categories", "web", "网络", "paper")],
}  # fmt: skip


def test_an_export_made_under_older_label_sets_is_read_forward(
    folder: Path, run, tmp_path: Path
) -> None:
    said = annotation([choice("categories", "media"), choice("arenas", "village")])
    path = exported(folder, said, text=REPORTED, place=None)
    config = run("labelstudio-config")[1]
    sheet = written(tmp_path / "split.yaml", yaml.safe_dump(SPLIT, allow_unicode=True))
    assert run("apply", sheet)[0] == 0
    forget_loaded()
    assert run("import", path, "--from", "labelstudio")[0] == 0
    (said,) = [one for one in read_decisions(folder / "decisions") if one.set == "categories"]
    assert (said.value, said.version) == (ManyValue(("media",)), 0)
    now = LabelFolder(folder)
    answers = {one.text: one for one in now.answers(None, None, None)}[REPORTED]
    assert answers.states["categories"].one_of == (frozenset({"paper", "web"}),)
    then = {one.text: one for one in now.answers(None, 0, None)}[REPORTED]
    assert then.states["categories"].labels == {"media"}
    assert then.stamp.fingerprint in config
    wrong = exported(folder, annotation(ALL), label_set={"v": 1, "fingerprint": "none", "sets": []})
    assert "none of this folder's" in run("import", wrong, "--from", "labelstudio")[1]


def test_a_label_set_config_shows_our_names_and_stores_our_ids(run) -> None:
    config = run("labelstudio-config", "--sets", "roles", "entities")[1]
    assert 'value="成效" alias="results"' in config
    assert 'name="categories"' not in config
    assert 'granularity="symbol"' in config


def test_tasks_come_back_from_label_studio_as_they_went_out(folder: Path, run, tmp_path: Path):
    out = tmp_path / "tasks.json"
    assert run("export", "--to", "labelstudio", "--out", out)[0] == 0
    tasks = json.loads(out.read_text("utf-8"))
    assert [one["data"]["place"] for one in tasks][-2] == PLACE
    assert tasks[-1]["data"]["where"] == "a.txt › 一、做法"
    assert all("source" not in one["data"] for one in tasks)
    for task in tasks:  # a person agrees with all that is filled in
        task["annotations"] = [annotation(task["predictions"][0]["result"])]
    back = written(tmp_path / "back.json", json.dumps(tasks))
    assert run("import", back, "--from", "labelstudio")[0] == 0
    mine = [one for one in read_decisions(folder / "decisions") if one.place == PLACE]
    assert {one.set: one.value for one in mine} == {
        "roles": "work_done",
        "categories": ManyValue(("training",)),
        "arenas": ManyValue(()),
        "entities": SpanValue(()),
    }


def test_label_studio_shows_a_line_break_once_and_decides_on_the_exact_text(folder: Path) -> None:
    exact, stamp = "×××报道xx次，\r\n反响好。", LabelFolder(folder).stamp()
    task = task_of(BlockAnswers("b.txt@9", exact, (), stamp, {}))
    assert (task["data"]["exact"], task["data"]["text"]) == (exact, exact.replace("\r", " "))
    task["annotations"] = [annotation([mark(5, 13, "xx次， \\n反响", "EVENT")])]
    (record,) = labelstudio_records([task], LabelFolder(folder).sets)
    assert record.text == exact
    (found,) = fitted_spans(record.spans or (), record.text)
    assert (found.text, found.counted) == ("xx次，\r\n反响", None)
    task["data"]["exact"] = "别的话"
    with pytest.raises(LabelError, match="another text than the one"):
        list(labelstudio_records([task], LabelFolder(folder).sets))


DOCCANO = [
    ("labels and spans", {"entities": [[5, 9, "单位"]], "cats": ["成效", "媒体"]}),
    ("spans with offsets by name", {"entities": [{"id": 0, "start_offset": 5, "end_offset": 9, "label": "单位"}], "relations": [], "cats": ["成效", "媒体"]}),
]  # fmt: skip


@pytest.mark.parametrize("more", [row[1] for row in DOCCANO], ids=[row[0] for row in DOCCANO])
def test_doccano_lines_are_read(folder: Path, run, tmp_path: Path, more: dict[str, Any]) -> None:
    path = lines(tmp_path / "admin.jsonl", {"id": 1, "text": TEXT, "Comments": []} | more)
    assert run("import", path, "--from", "doccano")[0] == 0
    found = {one.set: one for one in read_decisions(folder / "decisions")}
    assert found["roles"].value == "results"
    # Only what the file speaks of was judged: there may have been no other labels on the screen.
    assert found["categories"].value == ManyValue(("media",), ())
    assert found["entities"].value.judged == ("ORG",)
    assert {(one.by, one.kind, one.place) for one in found.values()} == {("admin", "import", PLACE)}
    assert "0 new decisions, 3 known" in run("import", path, "--from", "doccano")[1]


@pytest.mark.parametrize("key", ["label", "labels"])
def test_pure_doccano_projects_are_read(folder: Path, run, tmp_path: Path, key: str) -> None:
    path = lines(tmp_path / "li.jsonl", {"text": TEXT, key: [[5, 9, "ORG"]]})
    run("import", path, "--from", "doccano")
    assert stored(folder)["entities"].spans[0].text == "县民宗局"
    path = lines(tmp_path / "wang.jsonl", {"text": TEXT, key: ["培训", "走访"]})
    run("import", path, "--from", "doccano")
    assert stored(folder)["categories"] == ManyValue(("training", "visits"), ())


def test_prodigy_answers_are_read(folder: Path, run, tmp_path: Path) -> None:
    options = [{"id": one, "text": one} for one in ("training", "media", "school")]
    task = {"text": TEXT, "options": options, "accept": ["media"], "answer": "accept",
            "spans": [{"start": 5, "end": 9, "label": "ORG"}], "_timestamp": 1790000000,
            "_session_id": "db-zhang"}  # fmt: skip
    path = lines(tmp_path / "p.jsonl", task, task | {"answer": "ignore", "text": "忽略"})
    assert run("import", path, "--from", "prodigy")[0] == 0
    found = {one.set: one for one in read_decisions(folder / "decisions")}
    assert found["categories"].value == ManyValue(("media",), ("school", "training"))
    assert found["entities"].value.spans[0].text == "县民宗局"
    assert found["categories"].by == "db-zhang"
    yes_or_no = lines(tmp_path / "b.jsonl", {"text": TEXT, "label": "media", "answer": "accept"})
    assert "yes-or-no" in run("import", yes_or_no, "--from", "prodigy")[2]


@pytest.mark.parametrize("tool", ["doccano", "prodigy"])
def test_what_goes_out_comes_back_the_same(folder: Path, run, tmp_path: Path, tool: str) -> None:
    out = tmp_path / "li.jsonl"
    assert run("export", "--to", tool, "--out", out)[0] == 0
    assert run("import", out, "--from", tool)[0] == 0
    mine = [one for one in read_decisions(folder / "decisions") if one.place == PLACE]
    assert {one.set: one.value for one in mine} == {
        "roles": "work_done",
        "categories": ManyValue(("training",)),
        "arenas": ManyValue(()),
        "entities": SpanValue(()),
    }


def test_own_lines_take_decisions_to_another_folder_and_back(folder: Path, run, tmp_path: Path):
    run("import", exported(folder, annotation(ALL)), "--from", "labelstudio")
    out = tmp_path / "all.jsonl"
    run("export", "--to", "jsonl", "--out", out)
    assert "0 new decisions, 4 known" in run("import", out, "--from", "jsonl")[1]
    before = read_decisions(folder / "decisions")
    (folder / "decisions" / "import-labelstudio.jsonl").unlink()
    assert "4 new decisions" in run("import", out, "--from", "jsonl")[1]
    assert read_decisions(folder / "decisions") == before
    assert run("export", "--to", "jsonl", "--pages", "a.txt", "--sets", "roles")[1].count("\n") == 1
    first = json.loads(out.read_text("utf-8").splitlines()[0])
    other = lines(tmp_path / "o.jsonl", first | {"text": "改过的话"}, first | {"v": 4})
    said = run("import", other, "--from", "jsonl")[1]
    assert "not the one that was decided on" in said
    assert "version 4 is unknown" in said


@pytest.mark.parametrize(
    ("tool", "content", "told"),
    [
        ("labelstudio", "{}", "a list of tasks"),
        ("labelstudio", "[{}]", "task 1 is not as Label Studio writes it"),
        ("labelstudio", "no", "is no JSON"),
        ("labelstudio", '[{"data": {"text": 5}, "annotations": [{"result": [], "updated_at": "2026-11-22"}]}]', "is no text"),
        ("labelstudio", '[{"data": {"text": "a"}, "annotations": [{"result": [], "updated_at": "then"}]}]', "is no time"),
        ("labelstudio", '[{"data": {"text": "\\ud800"}}]', "is no JSON in UTF-8"),
        ("labelstudio", "[" * 100_000, "is no JSON in UTF-8"),
        ("labelstudio", '[{"data": {"text": "a", "label_set": 3}, "annotations": [{"result": [], "updated_at": "2026-11-22"}]}]', "not as it was sent out"),
        ("prodigy", '{"text": "a", "_timestamp": 1e300}\n', "line 1 is not as Prodigy writes it"),
        ("doccano", '{"cats": []}\n', "line 1 is not as doccano writes it"),
        ("prodigy", '{"text": 1, "spans": [{}]}\n', "line 1 is not as Prodigy writes it"),
        ("jsonl", '{"id": 1}\n', "a decision is not whole"),
        ("jsonl", "[1]\n", "a decision is not whole"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_one_sentence(
    run, tmp_path: Path, tool: str, content: str, told: str
) -> None:
    code, said, fault = run("import", written(tmp_path / "f", content), "--from", tool)
    assert code in (1, 3)
    assert told in said + fault


def test_an_export_needs_what_its_form_needs(run) -> None:
    code, _, fault = run("export", "--to", "docbin")
    assert code == 2
    assert "--out" in fault
    assert "there is no page 'b.txt'" in run("export", "--to", "doccano", "--pages", "b.txt")[2]
    assert "expected one of roles" in run("export", "--to", "doccano", "--sets", "tags")[2]


class Absent:
    """The entry point of a writer whose packages are not installed."""

    def load(self) -> None:
        raise ImportError("No module named 'spacy'")


@pytest.mark.parametrize("points", [[], [Absent()]])
def test_a_missing_extra_is_named_with_its_command(
    run, tmp_path: Path, monkeypatch, points: list[Absent]
) -> None:
    monkeypatch.setattr("huibao.exchange.files.entry_points", lambda **_: points)
    code, _, fault = run("export", "--to", "docbin", "--out", tmp_path / "a.spacy")
    assert code == 1
    assert "pip install 'huibao[spacy]'" in fault
