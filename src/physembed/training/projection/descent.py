"""Adam on a batch of starts, each on its own."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed.networks import SearchSpace
from physembed.training.projection.starts import Values, take

BETAS = (0.9, 0.99)
EPSILON = 1e-8


@dataclass
class Adam:
    """Kingma and Ba's method, in float64, with rates in proportion to each number's range.

    A start whose gradient is not finite stays where it is; the next rung drops it.
    """

    first: Values = field(default_factory=dict)
    second: Values = field(default_factory=dict)
    steps: int = 0

    def step(
        self, values: Values, slopes: Values, spaces: dict[str, SearchSpace], rate: float
    ) -> Values:
        """The values after one step."""
        self.steps += 1
        moved = dict(values)
        for name, slope in slopes.items():
            g = torch.nan_to_num(slope.double(), nan=0.0, posinf=0.0, neginf=0.0)
            first = self.first.get(name, torch.zeros_like(g))
            second = self.second.get(name, torch.zeros_like(g))
            self.first[name] = BETAS[0] * first + (1 - BETAS[0]) * g
            self.second[name] = BETAS[1] * second + (1 - BETAS[1]) * g * g
            mean = self.first[name] / (1 - BETAS[0] ** self.steps)
            square = self.second[name] / (1 - BETAS[1] ** self.steps)
            change = rate * spaces[name].width * mean / (square.sqrt() + EPSILON)
            moved[name] = values[name] - change.to(values[name])
        return moved

    def keep(self, chosen: Tensor) -> None:
        """Forget all starts but some."""
        self.first, self.second = take(self.first, chosen), take(self.second, chosen)
