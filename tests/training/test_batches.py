"""Examples to tensors: what the model is told of each token, and what it is not told."""

import random

import pytest

from huibao.inference.vocabulary import BLANK, MASK, PATH, Vocabulary
from huibao.inference.windows import WindowShape
from huibao_training.augment import Variation
from huibao_training.batches import IGNORED, Batcher, Noise, Targets
from huibao_training.examples import Example

TARGETS = Targets(("work_done", "plan"), ("team", "school", "law"), ("DATE", "ORG", "LOC"))
ALL = TARGETS.types
STILL = Noise(0.0, 0.0, 0.0, 0.0, Variation(0.0, 0.0))


@pytest.fixture(scope="module")
def batcher(vocabulary: Vocabulary) -> Batcher:
    return Batcher(TARGETS, vocabulary, WindowShape(size=64, overlap=12, path=16))


def _tags(batcher: Batcher, example: Example, window: int = 0) -> list[str]:
    """The tag of each token of a window, `-` where nothing is learned."""
    cut = batcher.windows(example)[window]
    targets = batcher.batch([(example, cut)]).tags[0, cut.first : cut.last].tolist()
    return ["-" if target == IGNORED else TARGETS.tags[target] for target in targets]


@pytest.mark.parametrize(
    ("text", "entities", "tags"),
    [
        ("在乡里", ((1, 2, "LOC"),), "O S-LOC O"),
        ("县委说", ((0, 2, "ORG"),), "B-ORG E-ORG O"),
        ("5月县委", ((0, 2, "DATE"), (2, 4, "ORG")), "B-DATE E-DATE B-ORG E-ORG"),
        ("民宗局", ((0, 3, "ORG"),), "B-ORG I-ORG E-ORG"),
        ("xx县", ((0, 3, "LOC"),), "B-LOC E-LOC"),
        ("2 3年", ((0, 4, "DATE"),), "B-DATE I-DATE E-DATE"),
        ("无", (), "O"),
    ],
    ids=["one sign", "two signs", "side by side", "three", "a mask is one token", "space", "none"],
)
def test_an_entity_is_told_by_its_first_inner_and_last_token(
    batcher: Batcher, text: str, entities: tuple[tuple[int, int, str], ...], tags: str
):
    assert _tags(batcher, Example("s", "g", text, entities=entities, types=ALL)) == tags.split()


def test_an_entity_cut_by_a_windows_edge_is_learned_only_where_it_is_whole(batcher: Batcher):
    text = "甲" * 50 + "云汀县民宗局" + "乙" * 40
    example = Example("s", "g", text, entities=((50, 56, "ORG"),), types=ALL)
    windows = batcher.windows(example)
    room = len(windows[0].starts)
    assert (len(windows), room) == (2, 59)
    longer = Example("s", "g", "甲" * 6 + text, entities=((56, 62, "ORG"),), types=ALL)
    assert _tags(batcher, longer)[-4:] == ["O", "-", "-", "-"]
    assert _tags(batcher, longer, 1)[8:16] == ["O", "B-ORG", *["I-ORG"] * 4, "E-ORG", "O"]


def test_of_a_source_that_annotates_some_types_the_others_are_masked(batcher: Batcher):
    example = Example("s", "g", "5月县委", entities=((0, 2, "DATE"), (2, 4, "ORG")), types=("ORG",))
    assert _tags(batcher, example) == ["O", "O", "B-ORG", "E-ORG"]
    mask = batcher.batch([(example, batcher.windows(example)[0])]).tag_mask[0]
    allowed = {tag for tag, cell in zip(TARGETS.tags, mask.tolist(), strict=True) if cell == 0}
    assert allowed == {"O", "B-ORG", "I-ORG", "E-ORG", "S-ORG"}


def test_a_row_without_labels_teaches_nothing_of_them(batcher: Batcher):
    example = Example("s", "g", "县委说")
    batch = batcher.batch([(example, batcher.windows(example)[0])])
    assert batch.roles.tolist() == [IGNORED]
    assert batch.categories.isnan().all()
    assert (batch.tags == IGNORED).all()


def test_no_category_is_an_answer_too(batcher: Batcher):
    rows = [
        Example("s", "g", "一", role="plan", categories=("law", "team")),
        Example("s", "g", "二三四", role="work_done", categories=()),
    ]
    batch = batcher.batch([(row, batcher.windows(row)[0]) for row in rows])
    assert batch.roles.tolist() == [1, 0]
    assert batch.categories.tolist() == [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]


def test_a_shorter_row_is_padded_and_the_padding_masked(batcher: Batcher):
    rows = [Example("s", "g", "一", types=ALL), Example("s", "g", "二三四", types=ALL)]
    batch = batcher.batch([(row, batcher.windows(row)[0]) for row in rows])
    assert batch.mask.tolist() == [[1, 1, 1, 1, 1, 1, 0, 0], [1] * 8]
    assert batch.segments.tolist() == [[0, 0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]]
    assert batch.tags[0].tolist() == [IGNORED] * 4 + [0] + [IGNORED] * 3


def test_batches_hold_every_window_once_and_keep_to_their_size(batcher: Batcher):
    rng = random.Random(1)
    rows = [Example("s", str(size), "字" * size, types=ALL) for size in range(1, 50)]
    windows = [(row, window) for row in rows for window in batcher.windows(row)]
    batches = list(batcher.batches(windows, tokens=200, rng=rng))
    assert all(batch.ids.numel() <= 200 for batch in batches)
    assert sum(len(batch.ids) for batch in batches) == len(windows)


def _seen(batcher: Batcher, noise: Noise, draws: int = 300) -> list[list[str]]:
    """The first window's tokens under each of many draws."""
    example = Example(
        "s", "g", "xx县投入资金", path=("一、做法",), decile=3, types=ALL, other_paths=("二、问题",)
    )
    rng = random.Random(5)
    signs = batcher.vocabulary.tokens
    return [
        [signs[token] for token in batcher.noisy(example, noise, rng)[1][0].ids]
        for _ in range(draws)
    ]


def test_without_noise_the_window_is_the_one_that_serving_cuts(batcher: Batcher):
    assert {"".join(seen) for seen in _seen(batcher, STILL, 5)} == {
        "[CLS][P3][PARAGRAPH][PATH]一、做法[SEP][BLK]县投入资金[SEP]"
    }


@pytest.mark.parametrize(
    ("noise", "sign", "share"),
    [
        (Noise(0.3, 0.1, 0.0, 0.0, Variation(0.0, 0.0)), "做", 0.6),
        (Noise(0.3, 0.1, 0.0, 0.0, Variation(0.0, 0.0)), "题", 0.1),
        (Noise(0.0, 0.0, 0.3, 0.0, Variation(0.0, 0.0)), "[P3]", 0.73),
        (Noise(0.0, 0.0, 0.0, 0.2, Variation(0.0, 0.0)), "县", 0.8),
        (Noise(0.0, 0.0, 0.0, 0.5, Variation(0.0, 0.0)), BLANK, 1.0),
    ],
    ids=["own heading", "other heading", "decile", "hidden token", "a mask is never hidden"],
)
def test_noise_comes_as_often_as_it_says(batcher: Batcher, noise: Noise, sign: str, share: float):
    seen = _seen(batcher, noise)
    assert sum(sign in tokens for tokens in seen) / len(seen) == pytest.approx(share, abs=0.08)


def test_special_tokens_stay_when_tokens_are_hidden(batcher: Batcher):
    noise = Noise(0.0, 0.0, 0.0, 1.0, Variation(0.0, 0.0))
    assert set(_seen(batcher, noise, 3)[0]) == {
        "[CLS]", "[P3]", "[PARAGRAPH]", PATH, "[SEP]", BLANK, MASK
    }  # fmt: skip
