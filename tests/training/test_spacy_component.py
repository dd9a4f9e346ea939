"""`nlp.add_pipe("huibao")`: what the reader says, where spaCy users look for it."""

import json
from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy", reason="spacy is not installed: pip install 'huibao[spacy]'")

from spacy.language import Language  # noqa: E402
from spacy.tokens import DocBin  # noqa: E402

from huibao.errors import FileError  # noqa: E402
from huibao.jsonl import page_json  # noqa: E402
from huibao.reader import load_reader  # noqa: E402

TEXT = (
    "云溪县2023年工作总结\r\n一、做法\r\n3月5日，县民宗局😀投入___万元，在𠮷祥县举办培训班 5期。\r\n"
    "二、存在问题\n經費不足，問題不少。\n"
)


@pytest.fixture(scope="module")
def pipeline(bundle_folder: Path) -> Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe("huibao", config={"bundle": str(bundle_folder)})
    return nlp


def test_a_document_has_what_the_reader_says(pipeline: Language, bundle_folder: Path) -> None:
    doc = pipeline(TEXT)
    page = page_json(load_reader(bundle_folder, threads=1).read(TEXT))
    assert doc.text == TEXT
    assert doc._.huibao == page
    blocks = page["reports"][0]["blocks"]
    found = [(one.start_char, one.end_char, one.label_) for one in doc.spans["blocks"]]
    assert found == [(one["start"], one["end"], one["role"]["id"]) for one in blocks]
    entities = [(one["start"], one["end"], one["type"]) for b in blocks for one in b["entities"]]
    assert [(one.start_char, one.end_char, one.label_) for one in doc.ents] == entities
    assert ("5期", "QUANT") in {(one.text, one.label_) for one in doc.ents}


def test_tokens_that_are_words_are_taken_whole(bundle_folder: Path) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("huibao", config={"bundle": str(bundle_folder)})
    doc = nlp(TEXT)
    assert doc._.huibao["reports"]
    assert all(one.label_ for one in doc.ents)
    assert len(doc.spans["blocks"]) == 5


def test_displacy_shows_entities_and_blocks(pipeline: Language) -> None:
    from spacy import displacy

    doc = pipeline(TEXT)
    shown = displacy.render(doc, style="ent", page=True, jupyter=False)
    assert "QUANT" in shown
    blocks = displacy.render(doc, style="span", options={"spans_key": "blocks"}, jupyter=False)
    assert all(one.label_ in blocks for one in doc.spans["blocks"])


def test_a_docbin_keeps_a_document_whole(pipeline: Language, tmp_path: Path) -> None:
    doc = pipeline(TEXT)
    path = tmp_path / "docs.spacy"
    DocBin(docs=[doc], store_user_data=True).to_disk(path)
    (back,) = DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab)
    assert back.text == doc.text
    assert json.dumps(back._.huibao) == json.dumps(doc._.huibao)  # lists are tuples now
    assert [(e.start, e.end, e.label_) for e in back.ents] == [
        (e.start, e.end, e.label_) for e in doc.ents
    ]
    assert [(s.start, s.end, s.label_) for s in back.spans["blocks"]] == [
        (s.start, s.end, s.label_) for s in doc.spans["blocks"]
    ]


def test_a_pipeline_is_stored_and_loaded(pipeline: Language, tmp_path: Path) -> None:
    pipeline.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert [doc._.huibao for doc in loaded.pipe([TEXT])] == [pipeline(TEXT)._.huibao]


def test_a_document_without_words_stops_no_pipeline(pipeline: Language) -> None:
    empty, blank, full = pipeline.pipe(["", " \r\n", TEXT])
    assert (list(empty.spans["blocks"]), empty.ents, blank._.huibao) == ([], (), None)
    assert full._.huibao is not None


def test_a_text_that_is_too_long_is_named(pipeline: Language) -> None:
    long = spacy.blank("xx").tokenizer("做" * 2_000_001)
    with pytest.raises(FileError, match="at most"):
        pipeline.get_pipe("huibao")(long)
