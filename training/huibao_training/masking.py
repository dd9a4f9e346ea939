"""Which tokens a masked language model must guess: whole words mostly, single characters sometimes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huibao.inference.vocabulary import MASK, Vocabulary


@dataclass(frozen=True, slots=True)
class MaskedRows:
    """`inputs` and `targets` of shape (rows, length); `chosen` says where the model must guess."""

    inputs: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    chosen: npt.NDArray[np.bool_]


def masked(
    ids: npt.NDArray[np.int64],
    word_starts: npt.NDArray[np.bool_],
    *,
    rate: float,
    whole_words: float,
    vocabulary: Vocabulary,
    rng: np.random.Generator,
) -> MaskedRows:
    """Hides tokens at `rate`: 80 % as [MASK], 10 % as another token, 10 % unchanged.

    Args:
        ids: Token ids, shape (rows, length).
        word_starts: Where words begin, same shape.
        rate: Share of the tokens to hide.
        whole_words: Share of the rows in which whole words are hidden, else single characters.
        vocabulary: For [MASK] and for other tokens.
        rng: Source of all draws.

    Source: Devlin et al. 2019; whole words after Cui et al. 2019 (arXiv 1906.08101).
    """
    rows, length = ids.shape
    by_word = rng.random((rows, 1)) < whole_words
    units: npt.NDArray[np.int64] = np.cumsum(word_starts | ~by_word, axis=1, dtype=np.int64)
    draw = rng.random((rows, length + 1))
    chosen = np.take_along_axis(draw, units, axis=1) < rate
    characters = np.array(vocabulary.characters)
    readable = np.zeros(len(vocabulary), dtype=np.bool_)
    readable[characters] = True
    chosen &= readable[ids]
    fate = rng.random((rows, length))
    inputs = np.where(chosen & (fate < 0.8), vocabulary.id_of(MASK), ids)
    other = characters[rng.integers(0, len(characters), (rows, length))]
    inputs = np.where(chosen & (fate >= 0.8) & (fate < 0.9), other, inputs)
    return MaskedRows(inputs, ids, chosen)
