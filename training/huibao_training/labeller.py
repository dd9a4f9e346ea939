"""One encoder with three heads: section role, activity categories, entity tags."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from huibao.inference.scores import WindowScores
from huibao.inference.windows import Window
from huibao_training.encoder import Body


@dataclass(frozen=True, slots=True)
class HeadSizes:
    """How many outputs each head has."""

    roles: int
    categories: int
    tags: int


class Labeller(nn.Module):
    """An encoder and heads that read it.

    Classes read a learned mix of the last three layers, pooled by attention over the block's own
    tokens (an encoder trained without next-sentence prediction has no use of its [CLS]); the tagger
    reads the last layer.
    """

    def __init__(self, encoder: Body, sizes: HeadSizes, *, dropout: float = 0.1) -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.encoder = encoder
        self.sizes = sizes
        self.mix = nn.Parameter(torch.zeros(3))
        self.attention = nn.Linear(hidden, 2)
        self.dropout = nn.Dropout(dropout)
        self.role = _head(hidden, sizes.roles, dropout)
        self.category = _head(hidden, sizes.categories, dropout)
        self.tags = _head(hidden, sizes.tags, dropout)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of shape (batch, roles), (batch, categories), (batch, tokens, tags)."""
        layers = self.encoder(
            input_ids=input_ids,
            token_type_ids=token_type_ids,
            attention_mask=attention_mask,
            output_hidden_states=True,
        ).hidden_states
        weights = torch.softmax(self.mix, 0)
        mixed = weights[0] * layers[-1] + weights[1] * layers[-2] + weights[2] * layers[-3]
        outside = token_type_ids == 0
        if attention_mask is not None:
            outside = outside | (attention_mask == 0)
        focus = self.attention(mixed).masked_fill(outside.unsqueeze(-1), -1e4)
        focus = torch.softmax(focus, 1)
        role_view = (focus[:, :, :1] * mixed).sum(1)
        category_view = (focus[:, :, 1:] * mixed).sum(1)
        return (
            self.role(self.dropout(role_view)),
            self.category(self.dropout(category_view)),
            self.tags(self.dropout(layers[-1])),
        )


def new_labeller(encoder: Body, sizes: HeadSizes, *, dropout: float, seed: int) -> Labeller:
    """A labeller with an encoder and fresh heads."""
    torch.manual_seed(seed)
    return Labeller(encoder, sizes, dropout=dropout)


def torch_scores(labeller: Labeller, windows: Sequence[Window]) -> list[WindowScores]:
    """The labeller's own scores, fp32, one window a run."""
    results = []
    labeller.eval()
    with torch.inference_mode():
        for window in windows:
            ids, segments = torch.tensor([window.ids]), torch.tensor([window.segments])
            role, category, tags = labeller(ids, segments)
            own = tags[0, window.first : window.last]
            results.append(WindowScores(role[0].numpy(), category[0].numpy(), own.numpy()))
    return results


def _head(hidden: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, outputs)
    )
