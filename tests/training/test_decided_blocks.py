"""Decided blocks out to spaCy and `datasets`: nothing is lost, nothing unjudged becomes a no."""

from pathlib import Path

import pytest
from small_labels import write_small_labels

from huibao.cli import main
from huibao.decisions import ManyState, OneState, SpanState
from huibao.decisions.folding import State
from huibao.decisions.states import FoldedSpan
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.record import ASKED, Stamp
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets

spacy = pytest.importorskip("spacy", reason="spacy is not installed: pip install 'huibao[spacy]'")
datasets = pytest.importorskip("datasets", reason="datasets is not installed")

TEXT = "3月5日，县民宗局😀投入___万元，\r\n走进𠮷祥 村。"
STAMP = Stamp(2, "0123456789ab", ASKED)
KINDS = frozenset({"DATE", "ORG", "LOC", "EVENT"})


def span(piece: str, *kinds: str) -> FoldedSpan:
    start = TEXT.index(piece)
    return FoldedSpan(start, start + len(piece), piece, kinds)


STATES: list[tuple[str, dict[str, State]]] = [
    ("all was judged", {
        "roles": OneState(("work_done",)),
        "categories": ManyState(frozenset({"media"}), frozenset({"training", "school", "visits"})),
        "arenas": ManyState(frozenset(), frozenset({"office", "village", "temple"})),
        "entities": SpanState((span("3月5日", "DATE"), span("𠮷祥 村", "LOC")), KINDS),
    }),
    ("only a role", {"roles": OneState(("plan",))}),
    ("a split role waits", {"roles": OneState(("organised", "carried_out"))}),
    ("a retired role may be any", {"roles": OneState(())}),
    ("one of two categories, a third not judged", {
        "categories": ManyState(
            frozenset({"media"}), frozenset({"visits"}), (frozenset({"campus", "language"}),)
        ),
    }),
    ("an entity waits, one type was looked for", {
        "entities": SpanState(
            (span("县民宗局", "ORG"), span("___万元，\r\n", "MONEY", "SUM")), frozenset({"ORG"})
        ),
    }),
    ("nothing was found", {"entities": SpanState((), KINDS)}),
]  # fmt: skip


@pytest.fixture
def sets(tmp_path: Path) -> LabelSets:
    return load_label_sets(write_small_labels(tmp_path / "labels"))


def answers(states: dict[str, State]) -> BlockAnswers:
    return BlockAnswers("a.txt@13", TEXT, ("一、做法", "（一）宣传"), STAMP, states)


@pytest.mark.parametrize("states", [row[1] for row in STATES], ids=[row[0] for row in STATES])
def test_a_docbin_gives_back_what_went_in(
    states: dict[str, State], sets: LabelSets, tmp_path: Path
) -> None:
    from huibao_training.decided_docs import read_docbin, write_docbin

    path = tmp_path / "out" / "decided.spacy"
    assert write_docbin([answers(states), answers({})], sets, path) == 1
    assert list(read_docbin(path)) == [answers(states)]


def test_spacy_sees_entities_categories_and_what_is_missing(sets: LabelSets) -> None:
    from huibao_training.decided_docs import answer_doc

    vocab = spacy.blank("zh").vocab
    whole = answer_doc(answers(STATES[0][1]), sets, vocab)
    assert [(one.text, one.label_) for one in whole.ents] == [
        ("3月5日", "DATE"),
        ("𠮷祥 村", "LOC"),
    ]
    assert whole.cats["work_done"] == 1.0
    assert whole.cats["plan"] == 0.0
    assert {token.ent_iob_ for token in whole} == {"B", "I", "O"}
    partly = answer_doc(answers(STATES[5][1]), sets, vocab)
    assert [(one.text, one.label_) for one in partly.ents] == [("县民宗局", "ORG")]
    assert "O" not in {token.ent_iob_ for token in partly}
    open_ = answer_doc(answers(STATES[4][1]), sets, vocab)
    assert open_.cats == {"media": 1.0, "visits": 0.0}


def test_a_table_tells_what_was_judged(sets: LabelSets, tmp_path: Path) -> None:
    from huibao_training.decided_rows import write_dataset

    found = [answers(states) for _, states in STATES]
    assert write_dataset([*found, answers({})], sets, tmp_path / "table") == len(found)
    table = datasets.load_from_disk(tmp_path / "table")
    role = table.features["role"]
    assert [role.int2str(one) if one is not None else None for one in table["role"]] == [
        "work_done", "plan", None, None, None, None, None,
    ]  # fmt: skip
    names = table.features["categories"].feature
    assert names.int2str(table[4]["categories"]) == ["media"]
    assert names.int2str(table[4]["categories_judged"]) == ["media", "visits"]
    first = table[0]["spans"][1]
    assert TEXT[first["start"] : first["end"]] == "𠮷祥 村"
    assert table[0]["spans_judged"] == sorted(KINDS)
    assert table[1]["spans_judged"] == []
    assert table.features["spans"].feature["label"].dtype == "string"


def test_a_table_of_nothing_marked_still_has_its_columns(sets: LabelSets, tmp_path: Path) -> None:
    from huibao_training.decided_rows import write_dataset

    write_dataset([answers({"roles": OneState(("plan",))})], sets, tmp_path / "table")
    table = datasets.load_from_disk(tmp_path / "table")
    assert table[0]["spans"] == []
    assert set(table.features["spans"].feature) == {"start", "end", "label"}


@pytest.mark.parametrize("tool", ["docbin", "datasets"])
def test_the_command_finds_the_writer_by_its_entry_point(tool: str, tmp_path: Path, capsys) -> None:
    folder = write_small_labels(tmp_path / "labels")
    (folder / "reports").mkdir()
    page = "genre: summary\nauthor: town\nyear: masked\ntraits: masked\n---\n#p plan media\n打算办报。\n"
    (folder / "reports" / "a.txt").write_text(page, "utf-8")
    words = ["export", "--to", tool, "--out", str(tmp_path / "out"), "--labels", str(folder)]
    assert main(["labels", *words]) == 0
    assert capsys.readouterr().out.startswith("1 blocks in ")
