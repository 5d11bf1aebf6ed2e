"""A tapped delay line: a filter of finite length, whose weights are whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import is_integer
from physembed.errors import InvalidInputError
from physembed.physics.coefficient import CoefficientValues
from physembed.physics.elements.element import Element
from physembed.physics.grid import TimeGrid


@dataclass(frozen=True)
class TappedDelayLine(Element):
    r"""E(t) -> Σ w_j E(t - j dt) for j = -m ... m, transfer Σ w_j exp(-i j ω dt).

    What a line with 2m + 1 taps, one every point of the grid, adds up: any medium whose response
    is over after m points, as whole numbers that a processor without fractions multiplies by. The
    middle tap stands for no delay. It has no coefficient: its weights are designed.

    Parameters
    ----------
    taps : sequence of int
        w_j in ascending order of the delay; an odd number of them, not all zero.

    Raises
    ------
    InvalidInputError

    References
    ----------
    Wilner and van den Heuvel, Proc. IEEE 64, 805 (1976), on optical fibres as delay lines.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(8)
    >>> pulse = torch.tensor([0, 0, 0, 1, 2, 1, 0, 0], dtype=torch.complex128)
    >>> out = pe.TappedDelayLine(taps=(1, 0, -1))(pulse, grid, {})
    >>> out.real.round().tolist()
    [0.0, 0.0, 1.0, 2.0, 0.0, -2.0, -1.0, 0.0]
    """

    taps: Sequence[int]

    def __post_init__(self) -> None:
        is_whole = isinstance(self.taps, Sequence) and all(map(is_integer, self.taps))
        if not is_whole or len(self.taps) % 2 == 0 or not any(self.taps):
            raise InvalidInputError(
                "taps must be an odd number of whole numbers, not all zero, such as (-1, 2, -1), "
                f"got {self.taps!r}."
            )
        object.__setattr__(self, "taps", tuple(map(int, self.taps)))

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        middle = len(self.taps) // 2
        delays = grid.spacing * (torch.arange(len(self.taps), device=axis.device) - middle)
        phase = axis.double()[:, None] * delays
        weights = torch.tensor(self.taps, dtype=torch.float64, device=axis.device)
        return torch.complex(torch.cos(phase) @ weights, -torch.sin(phase) @ weights)
