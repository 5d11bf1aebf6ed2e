"""Where gradient training starts: the scale of the coefficients that reads best before training."""

import torch
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.cases import some_cases
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.starts import Searched

MOST_CASES = 500
"""Training cases that the search looks at; more would cost more than they tell."""


def scale_start(
    network: SeriesNetwork, x: Tensor, y: Tensor, scales: tuple[float, ...], *, seed: int
) -> float:
    """Multiply the coefficients of a network, in place, by the scale that reads best untrained.

    For every scale the readout is solved in closed form on the training cases, and its
    leave-one-out squared error compared. Far from the dispersion that spreads a series out, the
    gradient does not lead there; this finds the neighbourhood.

    Parameters
    ----------
    network : SeriesNetwork
        Its embedding parameters are multiplied by the scale chosen.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
    scales : tuple of float
        Candidates; with fewer than two, or no embedding parameter, nothing is done.
    seed : int
        Which cases are looked at where there are many.

    Returns
    -------
    float
        The scale chosen, 1 where nothing was done.
    """
    searched = Searched.of(network)
    if len(scales) < 2 or not searched.spaces:
        return 1.0
    cases = some_cases(y, seed, most=MOST_CASES)
    factors = torch.tensor(scales)
    starts = {
        name: values * factors.to(values).reshape(-1, *([1] * (values.ndim - 1)))
        for name, values in searched.current().items()
    }
    objective = LeftOutError(searched, x, y)
    errors = evaluate(objective, starts, cases, x.shape[1] * x.shape[2]).loss
    best = int(torch.nan_to_num(errors, nan=torch.inf).argmin())
    searched.assign({name: values[best : best + 1] for name, values in starts.items()})
    return scales[best]
