"""POST /v1/classify labels each text as one paragraph under its headings."""

import httpx
import pytest

from huibao.errors import FileError
from huibao.inference.cues import categories_by_cue
from huibao.inference.decoding import above_threshold, best_roles
from huibao.inference.scores import by_block
from huibao.inference.windows import Context, block_windows
from huibao.reader import Reader
from huibao.report import Block, Span
from huibao.short_texts import MOST_WINDOWS, heading_context, short_labels, short_text

TEXTS = [
    "经费不足，有的村重视不够。",
    "举办培训班5期，培训干部860人次。" * 6,
    "　　打算采购一批设备 \n",
    "獲得表彰,成績突出",
]


def expected(text: str, canonical: str, path: tuple[str, ...], reader: Reader) -> dict:
    block = Block(
        0, "paragraph", 0, None, Span(0, len(text)), canonical, tuple(range(len(canonical)))
    )
    context = Context(path, 5, "paragraph")
    windows = list(block_windows(block, 0, context, reader.bundle.vocabulary, reader.bundle.window))
    scores = by_block(windows, reader.model.score(windows))[0, 0]
    ((role, others),) = best_roles([block], [scores], reader.bundle)
    cued = categories_by_cue(canonical, reader.labels)
    told = {"id": role.label, "score": role.score}
    if others:
        told["alternatives"] = [{"id": tag.label, "score": tag.score} for tag in others]
    return {
        "windows": len(windows),
        "role": told,
        "categories": [
            {"id": tag.label, "score": tag.score}
            for tag in above_threshold([block], [scores], reader.bundle, [cued])[0]
        ],
    }


@pytest.mark.parametrize("path", [(), ("二、存在的问题",), ("一、做法", "（一）投入")])
def test_labels_are_those_of_the_functions_of_the_reader(
    client: httpx.Client, reader: Reader, path: tuple[str, ...]
) -> None:
    canonical = [TEXTS[0], TEXTS[1], "打算采购一批设备", "获得表彰，成绩突出"]
    answers = client.post("/v1/classify", json={"texts": TEXTS, "path": path}).json()["answers"]
    wanted = [expected(*pair, path, reader) for pair in zip(TEXTS, canonical, strict=True)]
    assert answers == wanted
    single = client.post("/v1/classify", json={"text": TEXTS[0], "path": path}).json()
    assert single == wanted[0]


def test_the_headings_are_read_in_canonical_form() -> None:
    assert heading_context([" 二、存在的問題\n"]) == Context(("二、存在的问题",), 5, "paragraph")


def test_a_text_of_many_windows_is_to_be_read_as_a_report(client: httpx.Client) -> None:
    body = {"texts": ["经费不足。" * 400, "经费不足。"]}
    first, second = client.post("/v1/classify", json=body).json()["answers"]
    assert first["problem"]["type"] == "/problems/too_large"
    assert str(MOST_WINDOWS) in first["problem"]["detail"]
    assert second["role"]["id"]


@pytest.mark.parametrize("text", ["", " \u3000\n", "\u200b"])
def test_a_text_without_words_is_refused(reader: Reader, text: str) -> None:
    with pytest.raises(FileError) as caught:
        short_labels(short_text(text, heading_context(()), reader), (), reader)
    assert caught.value.reason == "empty_text"


def test_a_heading_that_is_no_text_fails_the_request(client: httpx.Client) -> None:
    body = '{"text": "a", "path": ["\\ud800"]}'
    answer = client.post("/v1/classify", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid_request")
