"""A random BERT in the forms that huibao and its rivals read: bundles, a checkpoint, ONNX folders."""

import argparse
import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from huibao.inference.vocabulary import SPECIAL, Vocabulary
from huibao.resources import resource_folder

WORDS = 8_000  # tokens of the vocabulary
BUNDLES = ("huibao-fp32", "huibao-int8")
CHECKPOINT = "checkpoint"  # for transformers and what builds on it
GRAPHS = ("onnx-fp32", "onnx-int8")  # for infinity, each graph beside a tokenizer
_SEED = 11
_FIRST_IDEOGRAPH = 0x4E00
_READY = "ready.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """Layers and hidden size of the encoder; heads are 64 wide."""

    layers: int = 4
    hidden: int = 256

    @property
    def name(self) -> str:
        """As folders are called: 4x256."""
        return f"{self.layers}x{self.hidden}"


def is_made(folder: Path, labels: str) -> bool:
    """Whether `make` finished in the folder for these label sets."""
    ready = folder / _READY
    return ready.is_file() and json.loads(ready.read_text("utf-8")) == {"labels": labels}


def make(shape: Shape, folder: Path) -> None:
    """Writes the bundles, the checkpoint and its graphs, all with the same encoder weights.

    The bundles' heads give roles, categories and tags, those of the others as many labels as there
    are roles and categories.
    """
    from huibao_training.encoder import EncoderShape, new_encoder
    from huibao_training.pipeline import targets_of

    targets, labels = targets_of()
    vocabulary = _vocabulary()
    encoder = new_encoder(EncoderShape(shape.layers, shape.hidden), vocabulary, seed=_SEED).bert
    _write_bundles(encoder, targets, labels, vocabulary, folder)
    labels_of_all = (*targets.roles, *targets.categories)
    classifier = _write_checkpoint(encoder, labels_of_all, vocabulary, folder / CHECKPOINT)
    _write_graphs(classifier, folder)
    (folder / _READY).write_text(json.dumps({"labels": labels}), "utf-8")


def _vocabulary() -> Vocabulary:
    """Characters only, and for each ASCII one its inner form, so that all read as many tokens.

    A word-piece tokenizer then reads 2023 as 2 ##0 ##2 ##3, as huibao reads 2 0 2 3.
    """
    folder = resource_folder("labels") / "reports"
    counts = Counter("".join(file.read_text("utf-8") for file in sorted(folder.glob("*.txt"))))
    signs = [sign for sign, _ in counts.most_common() if sign.isprintable() and not sign.isspace()]
    inner = [f"##{chr(code)}" for code in range(0x21, 0x7F) if chr(code).isalnum()]
    known = list(dict.fromkeys((*SPECIAL, *inner, *map(chr, range(0x21, 0x7F)), *signs)))
    more = (chr(code) for code in range(_FIRST_IDEOGRAPH, _FIRST_IDEOGRAPH + WORDS))
    return Vocabulary(tuple(dict.fromkeys((*known, *more)))[:WORDS])


def _write_bundles(
    encoder: Any, targets: Any, labels: str, vocabulary: Vocabulary, folder: Path
) -> None:
    from huibao.inference.bundle import Bundle, Decisions, write_bundle
    from huibao.inference.windows import WindowShape
    from huibao_training.export import export_fp32, export_int8
    from huibao_training.labeller import HeadSizes, new_labeller

    sizes = HeadSizes(len(targets.roles), len(targets.categories), len(targets.tags))
    labeller = new_labeller(encoder, sizes, dropout=0.0, seed=_SEED)
    _make_sparing(labeller)
    fp32, int8 = (folder / name for name in BUNDLES)
    export_fp32(labeller, fp32 / "model.onnx")
    int8.mkdir(parents=True, exist_ok=True)
    export_int8(fp32 / "model.onnx", int8 / "model.onnx")
    for path in (fp32, int8):
        bundle = Bundle(
            name=path.name,
            version="0",
            labels=labels,
            roles=targets.roles,
            categories=targets.categories,
            types=targets.types,
            window=WindowShape(),
            decisions=Decisions(),
            vocabulary=vocabulary,
            card={"made": "by the benchmark, untrained"},
        )
        write_bundle(bundle, path)


def _make_sparing(labeller: Any) -> None:
    """A trained model gives few categories and tags; an untrained one would fill its answers."""
    import torch

    with torch.no_grad():
        labeller.category[-1].bias -= 3.0
        labeller.tags[-1].bias[0] += 6.0


def _write_checkpoint(
    encoder: Any, labels: tuple[str, ...], vocabulary: Vocabulary, checkpoint: Path
) -> Any:
    import torch
    from transformers import BertForSequenceClassification

    checkpoint.mkdir(parents=True, exist_ok=True)
    config = encoder.config
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: place for place, label in enumerate(labels)}
    torch.manual_seed(_SEED)
    classifier = cast(Any, BertForSequenceClassification(config)).float().eval()
    classifier.bert.load_state_dict(encoder.state_dict(), strict=False)
    classifier.save_pretrained(checkpoint)
    (checkpoint / "vocab.txt").write_text("\n".join(vocabulary.tokens) + "\n", "utf-8")
    tokenizer = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": False,
        "model_max_length": config.max_position_embeddings,
    }
    (checkpoint / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    return classifier


def _write_graphs(classifier: Any, folder: Path) -> None:
    """A folder a graph: infinity writes what it makes of a graph beside it, and files it anew."""
    from huibao_training.export import export_int8

    plain, quantised = (folder / name for name in GRAPHS)
    for path in (plain, quantised):
        path.mkdir(parents=True, exist_ok=True)
        for name in ("config.json", "vocab.txt", "tokenizer_config.json"):
            shutil.copyfile(folder / CHECKPOINT / name, path / name)
    _export_plain(classifier, plain / "model.onnx")
    export_int8(plain / "model.onnx", quantised / "model_quantized.onnx")


def _export_plain(classifier: Any, path: Path) -> None:
    """The graph for engines that read ONNX: eager attention, which they know how to fuse."""
    import warnings

    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.classifier = classifier

        def forward(self, ids: Any, mask: Any, segments: Any) -> Any:
            inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}
            return self.classifier(**inputs).logits

    names = ("input_ids", "attention_mask", "token_type_ids")
    example = (torch.tensor([[2, 40, 41, 3]]), torch.ones(1, 4).long(), torch.zeros(1, 4).long())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits().eval(),
            example,
            str(path),
            input_names=list(names),
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names}
            | {"logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def main() -> int:
    """Makes the model in a folder; a process of its own, so that the client never loads torch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layers", type=int, default=Shape().layers)
    parser.add_argument("--hidden", type=int, default=Shape().hidden)
    options = parser.parse_args()
    make(Shape(options.layers, options.hidden), options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
