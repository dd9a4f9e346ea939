"""A Hugging Face checkpoint folder of the BERT family: what it holds, its tokens, its weights."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar, cast

import torch
from safetensors import SafetensorError
from transformers import PreTrainedModel
from transformers.utils import logging

from huibao.errors import BundleError

M = TypeVar("M", bound=PreTrainedModel)
MODEL_TYPES = ("bert", "electra")
_SHARED = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_DAMAGE = (
    OSError, ValueError, TypeError, KeyError, RuntimeError, EOFError, UnpicklingError, SafetensorError,
)  # fmt: skip


def model_type(folder: Path) -> str:
    """`bert` or `electra`, as the folder's `config.json` says; old folders of a BERT say nothing.

    Raises:
        BundleError: for a folder that is no checkpoint, or one of another family.
    """
    if not folder.is_dir():
        raise BundleError(f"there is no checkpoint folder {folder}: a local folder is expected")
    settings = _json(folder / "config.json")
    kind = str(settings.get("model_type", "bert"))
    if kind not in MODEL_TYPES:
        raise BundleError(
            f"{folder} holds a model of type {kind}, types that are read: {', '.join(MODEL_TYPES)}"
        )
    positions = settings.get("position_embedding_type", "absolute")
    if positions != "absolute":
        raise BundleError(f"{folder} has {positions} positions, only absolute ones are read")
    return kind


def checkpoint_tokens(folder: Path) -> tuple[str, ...]:
    """The tokens of a checkpoint, id = place, from its `vocab.txt` or else its `tokenizer.json`.

    Raises:
        BundleError: when there are none, or they are not those of a BERT.
    """
    file = folder / "vocab.txt"
    if file.is_file():
        tokens = tuple(file.read_text("utf-8").rstrip("\n").split("\n"))
    elif (folder / "tokenizer.json").is_file():
        file = folder / "tokenizer.json"
        tokens = _tokens_of(_json(file), file)
    else:
        raise BundleError(f"{folder} has no vocab.txt: not a BERT checkpoint folder")
    missing = [token for token in _SHARED if token not in tokens]
    if missing:
        raise BundleError(f"{file} lacks {missing[0]}: not the vocabulary of a BERT")
    if len(set(tokens)) < len(tokens):
        twice = next(token for token, count in Counter(tokens).items() if count > 1)
        raise BundleError(f"{file} names the token {twice!r} twice")
    return tokens


def loaded(folder: Path, model: type[M], *, optional: str = "-", **settings: bool) -> M:
    """The checkpoint's weights in `model`, in fp32 with eager attention and no dropout inside.

    Args:
        folder: With `config.json` and `model.safetensors` or `pytorch_model.bin`, or shards of them.
        model: The class to read it as.
        optional: Weights whose names begin so may be missing and begin anew.
        settings: Passed on to the class.

    Raises:
        BundleError: when weights are missing or damaged.
    """
    if not _files(folder, *_WEIGHTS):
        raise BundleError(f"{folder} has neither model.safetensors nor pytorch_model.bin")
    try:
        with _quiet():
            read, found = cast(Any, model).from_pretrained(
                folder,
                dtype=torch.float32,
                attn_implementation="eager",
                local_files_only=True,
                output_loading_info=True,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
                **settings,
            )
    except _DAMAGE as error:
        fault = (str(error).splitlines() or [""])[0][:200]
        raise BundleError(f"the weights in {folder} cannot be read: {fault}") from error
    missing = sorted(name for name in found["missing_keys"] if not name.startswith(optional))
    if missing:
        raise BundleError(
            f"the weights in {folder} lack {missing[0]} and {len(missing) - 1} others"
        )
    return cast(M, read)


def fingerprint(folder: Path) -> str:
    """A hash of what a model reads from the folder: the same in a copy of it."""
    digest = hashlib.sha256()
    for file in _files(folder, "config.json", "vocab.txt", "tokenizer.json", *_WEIGHTS):
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _files(folder: Path, *patterns: str) -> list[Path]:
    return sorted({file for pattern in patterns for file in folder.glob(pattern)})


def _json(file: Path) -> dict[str, Any]:
    try:
        entries = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{file} cannot be read: {error}") from error
    if not isinstance(entries, dict):
        raise BundleError(f"{file} is no JSON object: not a checkpoint folder")
    return entries


def _tokens_of(tokenizer: dict[str, Any], file: Path) -> tuple[str, ...]:
    """The tokens of a word-piece tokenizer as the `tokenizers` package writes it."""
    try:
        places: dict[str, int] = dict(tokenizer["model"]["vocab"])
        places |= {entry["content"]: entry["id"] for entry in tokenizer.get("added_tokens", ())}
        tokens = sorted(places, key=lambda token: places[token])
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{file} names no word pieces: not the tokenizer of a BERT") from error
    if [places[token] for token in tokens] != list(range(len(tokens))):
        raise BundleError(f"{file} leaves ids out: its tokens cannot be kept in their places")
    return tuple(tokens)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the loader's table of weights that only pretraining needs, and without its bars."""
    log = cast(Any, logging)
    level, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()
