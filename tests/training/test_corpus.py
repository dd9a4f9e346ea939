"""Pretraining text: how it is read, what counts as a copy, and what is kept apart."""

import json
import lzma
import random
from pathlib import Path

import pytest
import zstandard

from huibao_training.corpus import Document, distinct, read_documents

RNG = random.Random(1)
SIGNS = "山水田林路人民村镇县市工作会议发展农业教育文化卫生安全生产建设服务管理"


def _prose(length: int) -> str:
    return "".join(RNG.choice(SIGNS) for _ in range(length))


LONG, OTHER, TEST = _prose(1200), _prose(1200), _prose(1200)


def _kept(*texts: str, apart_from: tuple[str, ...] = ()) -> list[str]:
    documents = [Document("a", tuple(text.split("\n"))) for text in texts]
    return ["\n".join(one.paragraphs) for one in distinct(documents, apart_from=apart_from)]


@pytest.mark.parametrize(
    ("pack", "suffix"),
    [
        (lambda data: data, ".jsonl"),
        (lzma.compress, ".jsonl.xz"),
        (zstandard.ZstdCompressor().compress, ".jsonl.zst"),
    ],
)
def test_a_corpus_file_may_be_plain_or_packed(tmp_path: Path, pack, suffix: str):
    lines = [{"text": "雲汀縣  2023年\n\n　總結"}, {"text": "第二篇"}]
    file = tmp_path / f"reports{suffix}"
    file.write_bytes(pack("".join(json.dumps(one) + "\n" for one in lines).encode()))
    assert list(read_documents(file)) == [
        Document("reports", ("云汀县 2023年", "总结")),
        Document("reports", ("第二篇",)),
    ]


def test_an_exact_copy_is_left_out_and_the_first_one_stays():
    assert _kept(LONG, OTHER, LONG) == [LONG, OTHER]


def test_a_lightly_edited_copy_is_left_out():
    edited = LONG[:400] + "某某某" + LONG[403:800] + LONG[820:] + _prose(50)
    assert _kept(LONG, edited) == [LONG]


def test_a_copy_with_other_line_breaks_is_left_out():
    wrapped = "\n".join(LONG[place : place + 38] for place in range(0, len(LONG), 38))
    assert _kept(LONG, wrapped) == [LONG]


def test_a_document_that_shares_a_third_stays():
    mixed = LONG[:400] + _prose(800)
    assert _kept(LONG, mixed) == [LONG, mixed]


def test_a_paragraph_comes_once_and_a_short_heading_as_often_as_it_likes():
    first, second = f"一、主要做法\n{LONG[:60]}", f"一、主要做法\n{LONG[:60]}\n{OTHER}"
    assert _kept(first, second) == [first, f"一、主要做法\n{OTHER}"]


def test_nothing_near_a_test_report_is_learned():
    edited = TEST[:600] + "某某" + TEST[602:]
    assert _kept(LONG, edited, TEST, apart_from=(TEST,)) == [LONG]


def test_a_test_report_in_traditional_script_is_still_found():
    assert _kept(LONG, TEST, apart_from=(TEST.replace("业", "業").replace("镇", "鎮"),)) == [LONG]


def test_a_paragraph_of_a_test_report_is_cut_out_of_a_long_document():
    paragraph = TEST[:80]
    quoting = f"{LONG}\n{paragraph}\n{OTHER}"
    assert _kept(quoting, apart_from=(f"标题\n{paragraph}\n{TEST[80:]}",)) == [f"{LONG}\n{OTHER}"]
