"""Scores of predicted pages, against cases counted by hand."""

import pytest
from spacy import blank
from spacy.tokens import DocBin

from huibao.annotation import (
    Annotation,
    Annotator,
    BlockAnnotation,
    Entity,
    PageAnnotation,
    Tag,
)
from huibao.report import Block, Line, Page, PageReports, Report, Span
from huibao_training.bootstrap import difference_intervals, intervals
from huibao_training.comparison import Reading
from huibao_training.docbin import block_docs, write_docbin
from huibao_training.evaluate import HEADLINES, Evaluation, as_json, differences
from huibao_training.metrics import Counts, Tally, page_tallies, summed
from huibao_training.tables import reading_text

ANNOTATOR = Annotator("person", "test", "1", "")
Said = tuple[str, str, str]  # kind, text, role

LINES: tuple[Said, ...] = (
    ("title", "云汀县工作总结", "title_meta"),
    ("heading", "一、做法", "work_done"),
    ("paragraph", "县委投入20万元，建成广场3个。", "work_done"),
    ("paragraph", "县民宗局办班 5期。", "work_done"),
    ("heading", "二、问题", "problems"),
    ("item", "经费不足。", "problems"),
)


def _page(
    blocks: tuple[Said, ...] = LINES,
    *,
    entities: tuple[tuple[str, str], ...] = (),
    categories: dict[int, tuple[str, ...]] | None = None,
    also: dict[int, str] | None = None,
    levels: dict[int, int] | None = None,
    ignore: tuple[Span, ...] = (),
) -> PageAnnotation:
    """A page of one report, a block a line; entities are (piece, type), each in its first place."""
    text = "\n".join(text for _, text, _ in blocks)
    made, said, lines, place = [], [], [], 0
    for index, (kind, line, role) in enumerate(blocks):
        span = Span(place, place + len(line))
        level = (levels or {}).get(index, 0 if kind in ("title", "paragraph") else 1)
        kept = [i for i in range(len(line)) if line[i] != " "]
        made.append(
            Block(
                index, kind, level, None, span,
                "".join(line[i] for i in kept), tuple(place + i for i in kept),
            )
        )  # fmt: skip
        found = tuple(
            Entity(kind, Span(start, start + len(piece)), piece.replace(" ", ""))
            for piece, kind in entities
            if place <= (start := text.index(piece)) < place + len(line)
        )
        tags = tuple(map(Tag, (categories or {}).get(index, ())))
        said.append(BlockAnnotation(Tag(role), (), tags, (), found, (also or {}).get(index)))
        lines.append(Line(span))
        place += len(line) + 1
    page = Page("a.txt", "", "text/plain", "utf-8", text, tuple(lines))
    report = Report(0, Span(0, len(text)), "", tuple(made))
    annotation = Annotation(report, tuple(said), ANNOTATOR)
    return PageAnnotation(PageReports(page, (report,), ()), (annotation,), ANNOTATOR, ignore)


def _changed(**roles: str) -> tuple[Said, ...]:
    """The lines with other roles: `b3="plan"`."""
    return tuple(
        (kind, text, roles.get(f"b{place}", role)) for place, (kind, text, role) in enumerate(LINES)
    )


def _tally(gold: PageAnnotation, said: PageAnnotation) -> Tally:
    (tally,) = page_tallies(gold, said)
    return tally


def _counts(counts: Counts) -> tuple[int, int, int]:
    return int(counts.right), int(counts.added), int(counts.missed)


def test_a_page_against_itself_is_all_right():
    page = _page(entities=(("县委", "ORG"), ("20万元", "MONEY")), categories={2: ("team_funding",)})
    tally = _tally(page, page)
    for axis in ("starts", "kind", "level", "heading role", "role", "category", "entity"):
        assert tally.micro(axis).f1 == 1.0, axis
    assert tally.macro_f1("role") == 1.0


def test_a_wrong_role_misses_one_and_adds_one():
    tally = _tally(_page(), _page(_changed(b3="plan", b4="plan")))
    assert _counts(tally.label("role", "work_done")) == (1, 0, 1)
    assert _counts(tally.label("role", "plan")) == (0, 1, 0)
    assert _counts(tally.label("role", "title_meta")) == (1, 0, 0)
    assert _counts(tally.micro("heading role")) == (1, 0, 1)
    assert tally.macro_f1("role") == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert tally.confusion["work_done", "plan"] == 1


def test_the_second_role_of_a_joint_block_is_right_too():
    tally = _tally(_page(also={5: "plan"}), _page(_changed(b5="plan")))
    assert _counts(tally.label("role", "problems")) == (1, 0, 0)
    assert tally.confusion["problems", "problems"] == 1


def test_a_block_that_was_not_split_still_takes_the_role_that_covers_it():
    joined = (*LINES[:2], ("paragraph", f"{LINES[2][1]}\n{LINES[3][1]}", "work_done"), *LINES[4:])
    tally = _tally(_page(), _page(joined))
    assert _counts(tally.micro("starts")) == (5, 0, 1)
    assert _counts(tally.label("role", "work_done")) == (2, 0, 0)


def test_kind_and_level_are_compared_where_the_starts_agree():
    kinds = tuple(
        ("paragraph" if place == 5 else kind, text, role)
        for place, (kind, text, role) in enumerate(LINES)
    )
    tally = _tally(_page(), _page(kinds, levels={1: 2}))
    assert _counts(tally.micro("kind")) == (5, 0, 1)
    assert _counts(tally.micro("level")) == (1, 0, 2)


def test_categories_are_counted_label_by_label_and_only_on_paragraphs_and_items():
    gold = _page(categories={0: ("media",), 2: ("team", "study"), 3: ("team",)})
    said = _page(categories={2: ("team", "media"), 5: ("team",)})
    tally = _tally(gold, said)
    assert _counts(tally.label("category", "team")) == (1, 1, 1)
    assert _counts(tally.label("category", "study")) == (0, 0, 1)
    assert _counts(tally.label("category", "media")) == (0, 1, 0)
    assert tally.micro("category").f1 == pytest.approx(2 / (2 + 2 + 2))


def test_an_entity_is_right_by_type_and_exact_span_and_overlaps_by_any_sign():
    gold = _page(
        entities=(("县委", "ORG"), ("20万元", "MONEY"), ("3个", "QUANT"), ("县民宗局", "ORG"))
    )
    said = _page(entities=(("县委投入", "ORG"), ("20万元", "QUANT"), ("3个", "QUANT")))
    tally = _tally(gold, said)
    assert _counts(tally.label("entity", "ORG")) == (0, 1, 2)
    assert _counts(tally.label("entity", "MONEY")) == (0, 0, 1)
    assert _counts(tally.label("entity", "QUANT")) == (1, 1, 0)
    assert _counts(tally.label("entity overlap", "ORG")) == (1, 0, 1)
    assert tally.micro("entity").f1 == pytest.approx(2 / (2 + 2 + 3))


def test_what_touches_an_ignored_stretch_does_not_count_against_the_reader():
    text = _page().page.text
    ignore = (Span(text.index("县民宗局"), text.index("\n二、")),)
    gold = _page(entities=(("县委", "ORG"),), ignore=ignore)
    tally = _tally(gold, _page(entities=(("县委", "ORG"), ("5期", "QUANT"))))
    assert _counts(tally.micro("entity")) == (1, 0, 0)


def test_pages_with_different_texts_cannot_be_compared():
    with pytest.raises(ValueError, match="different texts"):
        page_tallies(_page(), _page(LINES[:3]))


def test_an_interval_holds_its_figure_and_narrows_with_more_reports():
    good, bad = _tally(_page(), _page()), _tally(_page(), _page(_changed(b2="plan", b3="plan")))
    figure = {"role": lambda tally: tally.micro("role").f1}
    few, many = (intervals([good, bad] * count, figure, samples=200)["role"] for count in (2, 20))
    value = figure["role"](summed([good, bad]))
    assert few[0] <= many[0] < value < many[1] <= few[1]


def test_the_table_and_the_json_hold_the_same_figures():
    evaluation = Evaluation((_tally(_page(), _page(_changed(b3="plan"))),))
    entries, lines = as_json(evaluation), reading_text(Reading(evaluation, ()))
    assert list(entries["figures"]) == list(HEADLINES)
    for name, (value, low, high) in entries["figures"].items():
        assert low <= value <= high
        assert any(line.split() == f"{name} {value:.3f} [{low:.3f}, {high:.3f}]".split()
                   for line in lines.split("\n")), name  # fmt: skip
    assert entries["labels"]["role"]["work_done"] == {"p": 1.0, "r": 0.5, "f1": 0.6667, "n": 2}


def test_the_difference_of_a_reader_and_itself_is_nothing():
    evaluation = Evaluation((_tally(_page(), _page(_changed(b3="plan"))), _tally(_page(), _page())))
    for figure in differences(evaluation, evaluation):
        assert (figure.value, figure.low, figure.high) == (0, 0, 0), figure.name


def test_a_small_gain_on_every_report_is_certain_though_both_figures_swing():
    wrong = ({}, {"b0": "plan"}, {"b0": "plan", "b2": "plan", "b3": "plan"}, {"b0": "plan", "b2": "plan", "b3": "plan", "b5": "plan"})  # fmt: skip
    all_right, one_wrong, three_wrong, all_wrong = (
        _tally(_page(), _page(_changed(**roles))) for roles in wrong
    )
    ours, theirs = [all_right, three_wrong] * 3, [one_wrong, all_wrong] * 3
    figure = {"role": lambda tally: tally.micro("role").recall}
    assert difference_intervals(ours, theirs, figure)["role"] == (0.25, 0.25)
    low_of_ours, high_of_theirs = intervals(ours, figure)["role"][0], intervals(theirs, figure)["role"][1]  # fmt: skip
    assert low_of_ours < high_of_theirs, "each for itself, the two could not be told apart"


def test_readers_of_different_reports_cannot_be_compared():
    with pytest.raises(ValueError, match="1 reports against 2"):
        differences(Evaluation((Tally(),)), Evaluation((Tally(), Tally())))


def test_each_answer_is_kept_with_its_probability():
    said = _page(_changed(b3="plan"), categories={2: ("team",), 3: ("media",)})
    tally = _tally(_page(categories={2: ("team", "study")}), said)
    assert tally.answers["role"] == [(1.0, True), (1.0, True), (1.0, False), (1.0, True)]
    assert tally.answers["category"] == [(1.0, True), (1.0, False)]


def test_a_docbin_holds_canonical_texts_with_their_entities(tmp_path):
    page = _page(entities=(("县民宗局", "ORG"), ("5期", "QUANT")), categories={3: ("cadre_study",)})
    assert write_docbin([page], tmp_path / "corpus" / "train.spacy") == len(LINES)
    read = DocBin().from_disk(tmp_path / "corpus" / "train.spacy")
    docs = list(read.get_docs(blank("zh").vocab))
    assert [doc.text for doc in docs] == [text.replace(" ", "") for _, text, _ in LINES]
    assert [(entity.text, entity.label_) for entity in docs[3].ents] == [
        ("县民宗局", "ORG"), ("5期", "QUANT")
    ]  # fmt: skip
    assert [len(token) for token in docs[3]] == [1] * len(docs[3].text)
    assert docs[3].user_data["role"] == "work_done"
    assert docs[3].user_data["categories"] == ("cadre_study",)


def test_every_token_of_a_block_without_entities_is_annotated_as_outside():
    assert {token.ent_iob_ for token in next(block_docs([_page()]))} == {"O"}
