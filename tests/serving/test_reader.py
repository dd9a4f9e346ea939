"""The main path with a model whose answers are written down."""

from collections.abc import Callable
from pathlib import Path

import pytest

from huibao.errors import BundleError, FileError
from huibao.inference.bundle import Bundle
from huibao.jsonl import dumped, page_from_json, page_json
from huibao.labels import LabelSets
from huibao.reader import Reader, load_reader

REPORT = """云溪县2023年民族工作总结

一、主要做法
　　县民宗局投入 20 万元，举办第17个民族团结进步宣传月活动，发放资料xx份。
二、存在的问题
　　经费不足。

云溪县民族宗教事务局
2023年12月20日
"""


@pytest.fixture
def read(
    bundle: Bundle, label_sets: LabelSets, fixed_model: Callable[..., object]
) -> Callable[..., object]:
    """Reads a text with the answers given for its blocks."""

    def page(text: str = REPORT, **answers: object) -> object:
        return Reader(bundle, fixed_model(bundle, **answers), label_sets).read(text, name="a.txt")

    return page


def texts(page: object, kind: str) -> list[str]:
    return [
        entity.text
        for annotation in page.annotations
        for said in annotation.blocks
        for entity in said.entities
        if entity.type == kind
    ]


def test_a_report_is_read_from_end_to_end(read) -> None:
    page = read(
        roles={(0, 3): "problems", (0, 4): "problems"}, categories={(0, 2): ["supervision"]}
    )
    (annotation,) = page.annotations
    assert annotation.report.title == "云溪县2023年民族工作总结"
    assert annotation.genre == "work_summary"
    assert annotation.fields["year"] == 2023
    kinds = [block.kind for block in annotation.report.blocks]
    assert kinds[:5] == ["title", "heading", "paragraph", "heading", "paragraph"]
    roles = [said.role.label for said in annotation.blocks]
    assert roles[:5] == ["title_meta", "work_done", "work_done", "problems", "problems"]
    assert set(roles[5:]) == {"title_meta"}
    assert [tag.label for tag in annotation.blocks[2].categories] == ["supervision"]


def test_every_block_is_annotated_by_the_bundle(read, bundle: Bundle) -> None:
    page = read()
    assert page.annotator == bundle.annotator
    assert all(one.annotator == bundle.annotator for one in page.annotations)
    assert all(len(one.blocks) == len(one.report.blocks) for one in page.annotations)


def test_entities_point_at_the_unchanged_source(read) -> None:
    page = read()
    for annotation in page.annotations:
        for said in annotation.blocks:
            for entity in said.entities:
                source = page.page.text[entity.span.start : entity.span.end]
                assert source.replace(" ", "") == entity.text
    assert page.page.text == REPORT
    assert texts(page, "MONEY") == ["20万元"]


def test_amounts_have_values_and_masks_have_none(read) -> None:
    entities = [entity for said in read().annotations[0].blocks for entity in said.entities]
    money = next(entity for entity in entities if entity.type == "MONEY")
    masked = next(entity for entity in entities if entity.text == "xx份")
    assert money.value["cny"] == "200000"
    assert (masked.value["value"], masked.value["masked"]) == (None, True)


def test_a_number_inside_a_name_of_the_model_belongs_to_the_name(read) -> None:
    text = read().annotations[0].report.blocks[2].text
    start = text.index("第17个")
    name = "第17个民族团结进步宣传月"
    page = read(spans={(0, 2): [("EVENT", start, start + len(name))]})
    assert texts(page, "EVENT") == [name]
    assert "17个" not in texts(page, "QUANT")


def test_a_page_with_two_reports_has_two_annotations(read) -> None:
    first, second = REPORT, REPORT.replace("云溪", "柳湾").replace("20 万元", "35 万元")
    page = read(f"{first}\n\n{second}")
    titles = [one.report.title for one in page.annotations]
    assert titles == ["云溪县2023年民族工作总结", "柳湾县2023年民族工作总结"]


def test_the_same_text_gives_the_same_json(read) -> None:
    once, twice = dumped(page_json(read())), dumped(page_json(read()))
    assert once == twice


def test_what_was_read_survives_json(read) -> None:
    once = dumped(page_json(read(), with_persons=True))
    assert dumped(page_json(page_from_json(page_json(read())), with_persons=True)) == once


def test_every_solid_character_is_in_a_block_or_in_furniture(read) -> None:
    page = read()
    spans = [block.span for one in page.annotations for block in one.report.blocks]
    spans += [part.span for part in page.source.furniture]
    covered = {place for span in spans for place in range(span.start, span.end)}
    solid = {place for place, sign in enumerate(REPORT) if not sign.isspace()}
    assert solid <= covered


def test_a_repeated_block_is_not_counted_twice(read) -> None:
    line = (
        "　　县财政投入资金20万元，举办培训班12期，培训各族干部群众860人次，群众满意度明显提高。\n"
    )
    text = REPORT.replace("二、存在的问题\n", f"{line}二、存在的问题\n{line}")
    (annotation,) = read(text).annotations
    copies = [block for block in annotation.report.blocks if block.duplicate_of is not None]
    for block in copies:
        said, original = annotation.blocks[block.index], annotation.blocks[block.duplicate_of]
        assert said.entities == ()
        assert said.role.label == original.role.label


@pytest.mark.parametrize("content", ["", " \n\n", b"", b"  \r\n"])
def test_a_file_without_text_is_refused(read, content: bytes | str) -> None:
    with pytest.raises(FileError) as caught:
        read(content)
    assert caught.value.reason == "empty_text"


def test_half_of_a_surrogate_pair_is_refused(read) -> None:
    with pytest.raises(FileError, match="character 2 of the text"):
        read("公路\ud800里程")


def test_a_bundle_folder_becomes_a_reader(bundle_folder: Path) -> None:
    page = load_reader(bundle_folder, threads=1).read(REPORT)
    roles = [said.role.label for said in page.annotations[0].blocks]
    assert roles[3] == "problems"  # 问题
    assert "云溪县" not in texts(page, "LOC")
    assert "县" in texts(page, "LOC")


def test_threads_do_not_change_the_answer(bundle_folder: Path) -> None:
    pages = [load_reader(bundle_folder, threads=count).read(REPORT) for count in (1, 3)]
    assert dumped(page_json(pages[0])) == dumped(page_json(pages[1]))


def test_a_bundle_that_is_nowhere_is_named() -> None:
    with pytest.raises(BundleError, match="no-such-bundle"):
        load_reader("no-such-bundle")
