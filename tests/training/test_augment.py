"""Other surface forms of a block: what is blotted out or renamed, and that offsets follow."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from huibao_training.augment import Variation, read_places, varied
from huibao_training.examples import Example

ALL_MASKED = Variation(masked=1.0, renamed=0.0)
ALL_RENAMED = Variation(masked=0.0, renamed=1.0, bare=0.0, places=("云汀",))
ALL_BARE = Variation(masked=0.0, renamed=1.0, bare=2.0, places=("云汀",))


def _example(text: str, *entities: tuple[str, str]) -> Example:
    """An example whose entities are the given pieces of the text, in order."""
    spans, place = [], 0
    for piece, kind in entities:
        place = text.index(piece, place)
        spans.append((place, place + len(piece), kind))
        place += len(piece)
    return Example("test", "g", text, entities=tuple(spans))


def _pieces(example: Example) -> list[tuple[str, str]]:
    return [(example.text[start:end], kind) for start, end, kind in example.entities]


SENTENCE = _example(
    "2023年，松坪县民宗局投入120.5万元，在禾木乡举办培训3期，松坪县小学获奖。",
    ("2023年", "DATE"),
    ("松坪县民宗局", "ORG"),
    ("120.5万元", "MONEY"),
    ("禾木乡", "LOC"),
    ("3期", "QUANT"),
    ("松坪县小学", "ORG"),
)


def test_places_and_units_get_other_names_and_all_offsets_follow():
    assert _pieces(varied(SENTENCE, ALL_RENAMED, random.Random(1))) == [
        ("2023年", "DATE"),
        ("云汀县民宗局", "ORG"),
        ("120.5万元", "MONEY"),
        ("云汀乡", "LOC"),
        ("3期", "QUANT"),
        ("云汀县小学", "ORG"),
    ]


def test_whole_places_lose_their_class_and_our_county_gets_a_name():
    sentence = _example(
        "我县与松坪县结对，全县第3个宣传月由松坪县小学承办，全县直属单位参加，全县群众受益。",
        ("松坪县", "LOC"),
        ("全县第3个宣传月", "EVENT"),
        ("松坪县小学", "ORG"),
    )
    said = varied(replace(sentence, types=("LOC", "ORG", "EVENT")), ALL_BARE, random.Random(1))
    assert (
        said.text
        == "云汀与云汀结对，全县第3个宣传月由云汀县小学承办，全县直属单位参加，云汀群众受益。"
    )
    assert _pieces(said) == [
        ("云汀", "LOC"),
        ("云汀", "LOC"),
        ("全县第3个宣传月", "EVENT"),
        ("云汀县小学", "ORG"),
        ("云汀", "LOC"),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_masks_replace_the_value_and_leave_the_unit(seed: int):
    said = varied(SENTENCE, ALL_MASKED, random.Random(seed))
    for (piece, kind), (before, _) in zip(_pieces(said), _pieces(SENTENCE), strict=True):
        ending = {"DATE": "年", "MONEY": "万元", "QUANT": "期", "LOC": "乡"}.get(kind, before[3:])
        assert piece.endswith(ending)
        assert piece == before or not any(sign.isdigit() for sign in piece)
    outside = said.text
    for piece, _ in _pieces(said):
        outside = outside.replace(piece, "|", 1)
    assert outside == "|，|投入|，在|举办培训|，|获奖。"


def test_shorter_and_longer_names_move_what_follows():
    renamed = Variation(masked=0.0, renamed=1.0, places=("白",))
    assert _pieces(varied(SENTENCE, renamed, random.Random(1)))[-1] == ("白县小学", "ORG")
    renamed = Variation(masked=0.0, renamed=1.0, places=("白云口",))
    assert _pieces(varied(SENTENCE, renamed, random.Random(1)))[-1] == ("白云口县小学", "ORG")


def test_without_a_variation_the_example_is_the_same():
    assert varied(SENTENCE, Variation(0.0, 0.0), random.Random(1)) is SENTENCE
    unnamed = _example("县委、县政府和省民委", ("县委", "ORG"), ("县政府", "ORG"))
    assert varied(unnamed, ALL_RENAMED, random.Random(1)) is unnamed


def test_place_names_come_from_a_gazetteer_without_their_class(tmp_path: Path):
    file = tmp_path / "divisions.tsv"
    file.write_text("01\t云汀县\t白云口乡\n02\t云汀县\t城关街道\n03\t长青岭林场\n", "utf-8")
    assert read_places(file) == ("云汀", "白云口")
