"""A fitted network that predicts on a GPU: a copy for as long as it does."""

import copy
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._devices import is_gpu_lost_by_forking
from physembed.errors import PhysembedWarning
from physembed.estimators.options import device_of
from physembed.estimators.placing import say_place
from physembed.estimators.series_input import memory_errors_advise
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.placement import place_of_prediction

SHARE = 0.5
"""Of the memory that is free on the GPU, what a batch may take."""
FIELDS = 15
"""Fields that are there at once, as large as a case's largest: what the fallback keeps, forwards
and back (results/performance/gpu.json); a prediction keeps fewer."""
NUMBERS_OF_LAYERS = 512
"""The same of a network without fibres, for each number of the series: what the wide layers of
`cnn` and `lstm-attention` hold."""

Features = Callable[[Tensor], Tensor]


class OnTheCpu(PhysembedWarning):
    """A prediction that was to be on a GPU."""


def features_there(
    asked: str, network: SeriesNetwork, X: NDArray[np.float64], *, verbose: bool = False
) -> tuple[Features | None, int]:
    """What computes features of series on a GPU, or None, and how many cases fit there at once.

    The network stays where it is: a copy of it goes, and is gone when the prediction ends.

    Parameters
    ----------
    asked : {"auto", "cpu", "cuda"}
        "cuda" is the CPU, and says so, where there is no GPU: a model is used elsewhere than it
        was trained.
    network : SeriesNetwork
        On the CPU.
    X : ndarray of shape (cases, channels, timepoints)
    verbose : bool, default=False
        Whether to say that a GPU is taken, and why.

    Returns
    -------
    callable or None
        From series on the CPU to features on the CPU.
    int

    Raises
    ------
    InvalidInputError
        If ``asked`` names no device, or "cuda" in a process that was forked after a GPU was used.
    """
    why = _why_there(asked, network, X)
    if why is None:
        return None, len(X)
    if verbose:
        say_place("cuda", why, doing="predicting")
    there = copy.deepcopy(network).to("cuda")
    at_once = _cases_at_once(network, X[0].size)
    advice = partial(_advice, at_once)

    def features(x: Tensor) -> Tensor:
        with memory_errors_advise(advice):
            return there.features(x.to("cuda")).cpu()

    return features, at_once


def _why_there(asked: str, network: SeriesNetwork, X: NDArray[np.float64]) -> str | None:
    """Why a GPU predicts, in words; None where it does not."""
    why = "as asked for"
    if asked == "auto":
        place = place_of_prediction(network, len(X))
        if place.device == "cpu":
            return None
        why = place.why
    if asked == "cuda" and not (torch.cuda.is_available() or is_gpu_lost_by_forking()):
        _say_once("device is 'cuda', but torch sees no CUDA device here: predicting on the CPU.")
        return None
    if device_of(asked) == "cpu":
        return None
    if any(getattr(path, "in_windows", False) for path in getattr(network, "paths", ())):
        _say_once("series this long pass in windows, which loops of the CPU alone read.")
        return None
    return why


def _say_once(words: str) -> None:
    """Once in a process: predictions come by the thousand."""
    if words not in _said:
        _said.add(words)
        warnings.warn(words, OnTheCpu, stacklevel=6)


_said: set[str] = set()


def _cases_at_once(network: SeriesNetwork, n_points: int) -> int:
    """Cases whose fields fit into a share of the memory that is free."""
    free, _ = torch.cuda.mem_get_info()
    # what torch keeps of what was given back
    free += torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    of_case = 4 * network.head.linear.in_features + 8 * n_points
    if isinstance(network, PhysicalEmbeddingNetwork):
        of_case += 2 * network.encoded_bytes(1) + 8 * FIELDS * network.largest
    else:
        of_case += 4 * NUMBERS_OF_LAYERS * n_points
    return max(1, int(SHARE * free / of_case))


def _advice(at_once: int) -> str:
    cases = "a case" if at_once == 1 else f"{at_once:,} cases"
    return f"It was of the GPU, for {cases} at a time: set device='cpu', or give shorter series"
