"""One character is one token; what the editor blotted out is one token too."""

from pathlib import Path

import pytest

from huibao.errors import BundleError
from huibao.inference.vocabulary import (
    BLANK,
    SPECIAL,
    UNKNOWN,
    Vocabulary,
    read_vocabulary,
    vocabulary_of,
    write_vocabulary,
)


def pieces(vocabulary: Vocabulary, text: str) -> list[str]:
    tokens = vocabulary.encode(text)
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投入20万元", ["投", "入", "2", "0", "万", "元"]),
        ("投入xx万元", ["投", "入", "xx", "万", "元"]),
        ("XXXX县委", ["XXXX", "县", "委"]),
        ("×月××日", ["×", "月", "××", "日"]),
        ("共___人次", ["共", "___", "人", "次"]),
        ("****单位", ["****", "单", "位"]),
        ("20xx年", ["2", "0", "xx", "年"]),
        ("举办 5 期\n培训", ["举", "办", "5", "期", "培", "训"]),
        ("", []),
        (" \n", []),
    ],
)
def test_a_character_is_a_token_and_a_mask_is_one_token(
    vocabulary: Vocabulary, text: str, expected: list[str]
) -> None:
    assert pieces(vocabulary, text) == expected


@pytest.mark.parametrize("mask", ["x", "xx", "XXXX", "×", "╳╳", "_", "_____", "***"])
def test_every_mask_is_the_same_token(vocabulary: Vocabulary, mask: str) -> None:
    assert vocabulary.encode(f"投入{mask}元").ids[2] == vocabulary.id_of(BLANK)


@pytest.mark.parametrize("word", ["Excel", "box", "Linux", "xml", "MAX"])
def test_a_latin_word_is_no_mask(vocabulary: Vocabulary, word: str) -> None:
    ids = vocabulary.encode(f"使用{word}软件").ids
    assert vocabulary.id_of(BLANK) not in ids
    assert len(ids) == len(f"使用{word}软件")


def test_a_character_that_was_never_seen_is_unknown(vocabulary: Vocabulary) -> None:
    assert vocabulary.encode("𬭎").ids == (vocabulary.id_of(UNKNOWN),)


def test_special_tokens_may_stand_anywhere() -> None:
    theirs = Vocabulary(("[unused1]", "县", "##县", *reversed(SPECIAL), "委"))
    tokens = theirs.encode("县xx府")
    assert [theirs.tokens[token] for token in tokens.ids] == ["县", BLANK, UNKNOWN]
    assert [theirs.tokens[token] for token in theirs.characters] == ["县", "委"]


def test_a_vocabulary_survives_its_file(vocabulary: Vocabulary, tmp_path: Path) -> None:
    write_vocabulary(vocabulary, tmp_path / "vocab.txt")
    assert read_vocabulary(tmp_path / "vocab.txt").tokens == vocabulary.tokens


def test_a_vocabulary_is_ordered_by_frequency_then_code_point() -> None:
    made = vocabulary_of({"乙": 3, "甲": 3, "丙": 9, "丁": 1, " ": 50}.items(), at_least=2)
    assert made.tokens == (*SPECIAL, "丙", "乙", "甲")


@pytest.mark.parametrize(
    ("tokens", "fault"),
    [
        (("甲", "乙"), r"vocabulary lacks the token \[PAD\]"),
        ((*SPECIAL[:-1], "甲"), r"vocabulary lacks the token \[PATH\]"),
        ((*SPECIAL, "甲", "甲"), "names a token twice"),
    ],
)
def test_a_vocabulary_that_cannot_be_is_refused(tokens: tuple[str, ...], fault: str) -> None:
    with pytest.raises(BundleError, match=fault):
        Vocabulary(tokens)
