"""How the linear and the local part of an equation alternate within a step."""

from dataclasses import dataclass


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
