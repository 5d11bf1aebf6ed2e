"""Which of several designed networks to take: by their leave-one-out error on training cases."""

from collections.abc import Callable, Mapping

from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.cases import some_cases
from physembed.training.readout.ridge import detected_features, fit_ridge

CASES_TO_CHOOSE_BY = 300
"""Training cases that all candidates are tried on; the one chosen is then fitted to all."""


def choose_network(
    candidates: Mapping[str, Callable[[], SeriesNetwork]],
    x: Tensor,
    y: Tensor,
    *,
    seed: int,
    device: str = "cpu",
) -> tuple[str, dict[str, float]]:
    """The name of the candidate whose closed-form readout has the least leave-one-out error.

    Every candidate is calibrated and read out on the same training cases, at most
    :data:`CASES_TO_CHOOSE_BY` of them. No test case is seen.

    Parameters
    ----------
    candidates : mapping of str to callable
        Each builds a network without trainable coefficients; the first wins a tie.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
    seed : int
        Which cases are looked at where there are many, and of the calibration.
    device : {"cpu", "cuda"}, default="cpu"

    Returns
    -------
    name : str
    errors : dict of str to float
        The mean squared leave-one-out error of every candidate, on targets of +-1.
    """
    cases = some_cases(y, seed, most=CASES_TO_CHOOSE_BY)
    errors = {}
    for name, make in candidates.items():
        network = make()
        network.prepare(x[cases], seed=seed)
        errors[name] = leave_one_out_error(network.to(device), x[cases], y[cases])
    return min(errors, key=lambda name: errors[name]), errors


def leave_one_out_error(network: SeriesNetwork, x: Tensor, y: Tensor) -> float:
    """Mean squared leave-one-out error of the closed-form readout of a network as it is."""
    return fit_ridge(detected_features(network, x), y.numpy(force=True)).error
