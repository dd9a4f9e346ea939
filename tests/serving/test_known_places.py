"""Places a report knows: found again by their bare names, where the model does not forbid it."""

import numpy as np
import pytest

from huibao.annotation import Mention
from huibao.inference.known_places import with_known_places
from huibao.inference.scores import BlockScores
from huibao.inference.tagging import tags_of
from huibao.report import Block, Span

TYPES = ("ORG", "LOC")
TAGS = tags_of(TYPES)


def block(text: str) -> Block:
    return Block(0, "paragraph", 0, None, Span(0, len(text)), text, tuple(range(len(text))))


def doubtful(text: str, outside: float = 2.0) -> BlockScores:
    """Scores of a model that sees no name, by so many nats a character."""
    tags = np.zeros((len(text), len(TAGS)), dtype=np.float32)
    tags[:, 0] = outside
    none = np.zeros(0, dtype=np.float32)
    places = tuple(range(len(text)))
    return BlockScores(none, none, tags, places, tuple(place + 1 for place in places))


def found(text: str, title: str, *, score: float = 0.99, outside: float = 2.0) -> list[str]:
    """The places of the text in a report whose first block names the title's first three characters."""
    named = Mention("LOC", 0, 3, score)
    _, mentions = with_known_places(
        [block(title), block(text)],
        [doubtful(title), doubtful(text, outside)],
        [[named], []],
        TYPES,
    )
    return [text[one.start : one.end] for one in mentions]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("奋力谱写云溪新篇章", ["云溪"]),
        ("云溪县和云溪人民", ["云溪县", "云溪"]),
        ("感谢江苏援建，向贵州学习", ["江苏", "贵州"]),
        ("内蒙古来客", ["内蒙古"]),
        ("与桂林、黔东南结对", ["桂林", "黔东南"]),
        ("白银产量和日照时数", []),
        ("云中溪水", []),
    ],
)
def test_a_place_named_in_full_is_known_by_its_bare_name(text: str, places: list[str]) -> None:
    assert found(text, "云溪县工作总结") == places


def test_a_masked_place_is_found_again_as_it_stands() -> None:
    assert found("赴**县学习", "**县工作总结") == ["**县"]


def test_a_place_that_was_doubtful_itself_teaches_nothing() -> None:
    assert found("奋力谱写云溪新篇章", "云溪县工作总结", score=0.7) == []


def test_a_model_that_is_sure_of_no_name_is_believed() -> None:
    assert found("奋力谱写云溪新篇章", "云溪县工作总结", outside=9.0) == []


def test_other_entities_keep_their_place() -> None:
    text = "云溪小学在云溪"
    school = Mention("ORG", 0, 4, 0.8)
    (mentions,) = with_known_places(
        [block("云溪县" + text)],
        [doubtful("云溪县" + text)],
        [[Mention("LOC", 0, 3, 0.95), Mention("ORG", 3 + school.start, 3 + school.end, 0.8)]],
        TYPES,
    )
    assert [(one.type, one.start, one.end) for one in mentions] == [
        ("LOC", 0, 3), ("ORG", 3, 7), ("LOC", 8, 10)
    ]  # fmt: skip


def test_a_person_who_has_only_a_places_name_is_the_place() -> None:
    text = "李桂林到桂林"
    (mentions,) = with_known_places(
        [block(text)],
        [doubtful(text)],
        [[Mention("PERSON", 0, 3, 0.9), Mention("PERSON", 4, 6, 0.9)]],
        TYPES,
    )
    assert [(one.type, one.start, one.end) for one in mentions] == [
        ("PERSON", 0, 3), ("LOC", 4, 6)
    ]  # fmt: skip
