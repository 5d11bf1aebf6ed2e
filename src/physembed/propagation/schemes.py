"""How the linear and the local part of an equation alternate within a step."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class SplittingScheme:
    """A composition exp(b L h) ∏ exp(d_k N h) exp(c_k L h), the rightmost factor acting first.

    Parameters
    ----------
    name : str
        The name by which it is chosen.
    order : int
        Order of the global error in the step length h.
    stages : tuple of (float, float)
        The fractions (c_k, d_k) of the step that the linear and then the local part take.
    closing : float
        The fraction b of the linear part after the last stage. It is merged with the first
        linear part of the next step, so that a step costs two FFTs per stage.
    """

    name: str
    order: int
    stages: tuple[tuple[float, float], ...]
    closing: float = 0.0

    def coupling(self, order: Tensor) -> Tensor:
        """|Σ_k d_k exp(2π i m x_k)|, x_k the linear fractions up to the k-th local part.

        How far the local parts of a step add up for what turns by m π in its linear part: 1 where
        there is one of them, and for all at m = 0.
        """
        total = torch.zeros_like(order, dtype=torch.complex128)
        place = 0.0
        for linear, local in self.stages:
            place += linear
            total = total + local * torch.exp(2j * math.pi * place * order)
        return total.abs()


LIE = SplittingScheme("lie", order=1, stages=((1.0, 1.0),))
"""The first-order scheme of the paper: linear, then local."""


STRANG = SplittingScheme("strang", order=2, stages=((0.5, 1.0),), closing=0.5)
"""The symmetric second-order scheme: half linear, local, half linear (Strang, 1968)."""


_OUTER = 1 / (2 - 2 ** (1 / 3))
_INNER = 1 - 2 * _OUTER

YOSHIDA4 = SplittingScheme(
    "yoshida4",
    order=4,
    stages=(
        (_OUTER / 2, _OUTER),
        ((_OUTER + _INNER) / 2, _INNER),
        ((_INNER + _OUTER) / 2, _OUTER),
    ),
    closing=_OUTER / 2,
)
"""Three Strang steps whose third-order errors cancel (Yoshida, Phys. Lett. A 150, 262, 1990); the
one in the middle goes backwards."""


SCHEMES: dict[str, SplittingScheme] = {s.name: s for s in (LIE, STRANG, YOSHIDA4)}
"""Every scheme by its name."""
