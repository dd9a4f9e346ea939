"""Entity F1 on public sets: what of their rows is learned, what is scored, and the whole command."""

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example as Judged
from spacy.vocab import Vocab

from huibao.inference.vocabulary import SPECIAL, Vocabulary
from huibao.inference.windows import WindowShape
from huibao_training.batches import IGNORED, Batcher, Targets
from huibao_training.cli import main
from huibao_training.encoder import EncoderShape, new_body, new_encoder, read_body, write_encoder
from huibao_training.public_sets import Key, Sentence, read_sentences
from huibao_training.standard import dev_tally, random_twin

FOUR = ("ORG", "LOC", "PER", "DATE")


def _row(text: str, *entities: tuple[str, str], types: Sequence[str] = FOUR, **more: Any) -> dict:
    """A row of entity data; an entity is its text and its label, with `/sub` behind the label."""
    found = []
    for name, label in entities:
        kind, _, sub = label.partition("/")
        start = text.index(name)
        place = {"start": start, "end": start + len(name), "label": kind, "orig": kind.lower()}
        found.append(place | ({"sub": sub} if sub else {}))
    row = {"id": text[:4], "source": "made up", "text": text, "entities": found, "types": types}
    return row | {"partial": False, "ignore": []} | more


def _write(folder: Path, name: str, train: Sequence[dict], dev: Sequence[dict]) -> None:
    for part, rows in (("train", train), ("dev", dev)):
        with lzma.open(folder / f"{name}.{part}.jsonl.xz", "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _sentence(folder: Path, row: dict, name: str = "pd98") -> Sentence:
    _write(folder, name, [row], [row])
    types, (train,), (dev,) = read_sentences(folder, name)
    assert train == dev
    assert name != "pd98" or types == FOUR
    return dev


def _counts(sentence: Sentence, *mentions: tuple[str, str]) -> tuple[int, int, int]:
    """Right, added and missed, where the mentions of the canonical text are predicted."""
    text = sentence.example.text
    keys = [(text.index(name), text.index(name) + len(name), kind) for name, kind in mentions]
    micro = dev_tally([sentence], [sentence.said(keys)]).micro("entity")
    return micro.right, micro.added, micro.missed


def _tags(sentence: Sentence, vocabulary: Vocabulary) -> str:
    """The tag of each character, `-` where nothing is learned."""
    targets = Targets(("none",), ("none",), sentence.example.types)
    batcher = Batcher(targets, vocabulary, WindowShape(64, 12, 0))
    (window,) = batcher.windows(sentence.example)
    learned = batcher.batch([(sentence.example, window)]).tags[0, window.first : window.last]
    return " ".join("-" if tag == IGNORED else targets.tags[tag] for tag in learned.tolist())


VAGUE = ("目前石坪镇有新路", ("目前", "DATE/vague"), ("石坪镇", "LOC"))


@pytest.mark.parametrize(
    ("mentions", "counts"),
    [
        ((("石坪镇", "LOC"),), (1, 0, 0)),
        ((("石坪镇", "LOC"), ("目前", "DATE")), (1, 0, 0)),
        ((("目前石坪镇", "LOC"),), (0, 0, 1)),
        ((("石坪镇", "LOC"), ("新路", "DATE")), (1, 1, 0)),
        ((), (0, 0, 1)),
    ],
    ids=["left out", "said", "said in a longer name", "another date is wrong", "nothing said"],
)
def test_a_vague_date_is_neither_counted_nor_punished(
    tmp_path: Path, mentions: tuple[tuple[str, str], ...], counts: tuple[int, int, int]
):
    assert _counts(_sentence(tmp_path, _row(*VAGUE)), *mentions) == counts


def test_a_vague_date_is_not_learned_from_and_a_calendar_date_is(
    tmp_path: Path, vocabulary: Vocabulary
):
    assert _tags(_sentence(tmp_path, _row(*VAGUE)), vocabulary) == "- - B-LOC I-LOC E-LOC O O O"
    row = _row("目前到5月", ("目前", "DATE/vague"), ("5月", "DATE/calendar"))
    assert _tags(_sentence(tmp_path, row), vocabulary) == "- - O B-DATE E-DATE"


def test_a_type_that_a_row_does_not_annotate_is_neither_learned_nor_judged(
    tmp_path: Path, vocabulary: Vocabulary
):
    row = _row("石坪镇的路通了", ("石坪镇", "LOC"), types=("LOC", "PER"))
    sentence = _sentence(tmp_path, row)
    batcher = Batcher(Targets(("none",), ("none",), FOUR), vocabulary, WindowShape(64, 12, 0))
    window = batcher.windows(sentence.example)[0]
    mask = batcher.batch([(sentence.example, window)]).tag_mask[0].tolist()
    masked = {tag[2:] for tag, cell in zip(batcher.targets.tags, mask, strict=True) if cell}
    assert masked == {"ORG", "DATE"}
    assert _counts(sentence, ("石坪镇", "LOC"), ("路通", "ORG")) == (1, 0, 0)


def test_a_set_of_its_own_labels_is_complete_in_every_row(tmp_path: Path):
    row = _row("石坪镇长张明", ("石坪镇", "LOC"), ("张明", "PER"), types=("LOC",))
    sentence = _sentence(tmp_path, row, "cluener")
    assert sentence.example.types == ("loc", "per")
    assert _counts(sentence, ("石坪镇", "loc"), ("镇长", "per")) == (1, 1, 1)


def test_of_nested_entities_the_outer_is_learned_and_the_inner_a_miss(
    tmp_path: Path, vocabulary: Vocabulary
):
    sentence = _sentence(tmp_path, _row("张明家中", ("张明", "PER"), ("张明家中", "LOC")))
    assert _tags(sentence, vocabulary) == "B-LOC I-LOC I-LOC E-LOC"
    assert _counts(sentence, ("张明家中", "LOC")) == (1, 0, 1)


@pytest.mark.parametrize(
    ("text", "name", "said", "counts"),
    [
        ("在 5 月 里", "5 月", "5月", (1, 0, 0)),
        ("雲汀縣（新）", "雲汀縣", "云汀县", (1, 0, 0)),
        ("在5月 ，里", "5月 ", "5月", (0, 1, 1)),
    ],
    ids=["spaces inside", "Traditional script", "an edge that the canonical text drops"],
)
def test_entities_are_scored_at_the_characters_of_the_source(
    tmp_path: Path, text: str, name: str, said: str, counts: tuple[int, int, int]
):
    assert _counts(_sentence(tmp_path, _row(text, (name, "LOC"))), (said, "LOC")) == counts


GOLD = {
    "石坪镇民宗局张明5月到县": ((0, 6, "ORG"), (6, 8, "PER"), (8, 10, "DATE")),
    "白河县与黑山县": ((0, 3, "LOC"), (4, 7, "LOC")),
    "没有名字": (),
    "李青在石坪镇": ((0, 2, "PER"), (3, 6, "LOC")),
}
SAID: tuple[tuple[Key, ...], ...] = (
    ((0, 3, "LOC"), (3, 6, "ORG"), (6, 8, "PER"), (8, 10, "DATE")),
    ((0, 3, "LOC"), (4, 7, "ORG")),
    ((2, 4, "PER"),),
    ((0, 2, "PER"), (3, 6, "LOC")),
)


def test_the_figures_are_those_of_spacys_scorer(tmp_path: Path):
    rows = [
        _row(text, *((text[start:end], kind) for start, end, kind in entities))
        for text, entities in GOLD.items()
    ]
    _write(tmp_path, "pd98", rows, rows)
    _, _, dev = read_sentences(tmp_path, "pd98")
    tally = dev_tally(dev, [one.said(keys) for one, keys in zip(dev, SAID, strict=True)])
    vocab = Vocab()
    theirs = Scorer.score_spans(
        [
            Judged(_doc(text, said, vocab), _doc(text, gold, vocab))
            for (text, gold), said in zip(GOLD.items(), SAID, strict=True)
        ],
        "ents",
    )
    micro = tally.micro("entity")
    assert (micro.precision, micro.recall, micro.f1) == pytest.approx(
        (theirs["ents_p"], theirs["ents_r"], theirs["ents_f"])
    )
    for kind, figures in theirs["ents_per_type"].items():
        ours = tally.label("entity", kind)
        told = (figures["p"], figures["r"], figures["f"])
        assert (ours.precision, ours.recall, ours.f1) == pytest.approx(told), kind


def _doc(text: str, entities: Sequence[Key], vocab: Vocab) -> Doc:
    """A spaCy document of single characters."""
    doc = Doc(vocab, words=list(text), spaces=[False] * len(text))
    doc.set_ents([doc.char_span(start, end, label=kind) for start, end, kind in entities])
    return doc


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder and a tiny set: a place stands before 有, a person before 说."""
    folder = tmp_path_factory.mktemp("standard")
    signs = "云汀石坪白河黑山青木"
    vocabulary = Vocabulary((*SPECIAL, *signs, *"县有说好"))
    rows = [
        _row(f"{one}{two}县有{two}{one}说好", (f"{one}{two}县", "LOC"), (f"{two}{one}", "PER"))
        for one in signs
        for two in signs
        if one != two
    ]
    _write(folder, "pd98", rows[::2], rows[1::6])
    write_encoder(new_encoder(EncoderShape(2, 64), vocabulary, seed=1), vocabulary, folder)
    (folder / "quick.toml").write_text("[train]\nepochs = 9\nrate = 3e-3\ntokens = 128\n", "utf-8")
    return folder


def _run(material: Path, *more: str) -> int:
    quick, places = (
        str(material / "quick.toml"),
        ["--encoder", str(material), "--data", str(material)],
    )
    return main(["standard", quick, *places, "--sets", "pd98", "--threads", "1", *more])


def test_the_command_trains_an_encoder_and_tells_its_figures(
    material: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "figures.json"
    assert _run(material, "--rows", "40", "--epochs", "16", "--json", str(file)) == 0
    (told,) = json.loads(file.read_text("utf-8"))
    assert (told["set"], told["split"], told["train_rows"], told["dev_rows"]) == (
        "pd98", "dev", 40, 15,
    )  # fmt: skip
    assert (told["epochs"], told["stop"], told["random"]) == (16, "done", False)
    assert told["support"] == 30
    assert told["types"]["LOC"]["support"] == told["types"]["PER"]["support"] == 15
    assert told["f1"] > 0.5
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["set", "type", "P", "R", "F1", "gold"]
    assert [line.split()[1] for line in table[1:]] == ["all", *FOUR]
    assert table[1].split()[-2:] == [f"{told['f1']:.4f}", "30"]


def test_a_random_twin_stops_at_its_budget(material: Path, tmp_path: Path):
    file = tmp_path / "figures.json"
    assert _run(material, "--random", "--seconds", "0", "--json", str(file)) == 0
    (told,) = json.loads(file.read_text("utf-8"))
    assert (told["random"], told["stop"], told["epochs"]) == (True, "budget", 1)


def test_a_random_twin_of_another_shape_has_that_shape(material: Path, vocabulary: Vocabulary):
    told = {"num_hidden_layers": 2, "hidden_size": 48, "intermediate_size": 96}
    told |= {"num_attention_heads": 4, "vocab_size": len(vocabulary), "model_type": "bert"}
    theirs, ours = new_body(told), read_body(material)[0]
    for body in (theirs, ours):
        shapes, twins = (
            [weight.shape for weight in one.parameters()]
            for one in (body, random_twin(body, vocabulary, seed=3))
        )
        assert shapes[1:] == twins[1:]  # the first are the vectors, of the vocabulary's length


def test_a_missing_set_is_told_in_one_line(material: Path, capsys: pytest.CaptureFixture[str]):
    assert _run(material, "--sets", "cluener") == 1
    assert "cluener.train.jsonl.xz is not here" in capsys.readouterr().err
