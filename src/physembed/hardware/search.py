"""Controls of a box without a model: searched for without derivatives."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError

Controls = dict[str, NDArray[np.float64]]
METHODS = ("spsa", "cma")


def search_controls(
    loss: Callable[[Controls], float],
    start: Mapping[str, NDArray[np.float64]],
    *,
    method: str = "spsa",
    spread: float = 0.3,
    n_evaluations: int = 400,
    seed: int = 0,
) -> tuple[Controls, float]:
    """The controls at which a loss that is measured is smallest.

    Parameters
    ----------
    loss : callable
        Of controls by name; noise is allowed. What it raises comes through. What is not finite
        counts as very large, and tells "spsa" no slope.
    start : mapping of str to ndarray
    method : {"spsa", "cma"}, default="spsa"
        Simultaneous perturbation: two measurements tell the slope along a random direction,
        whatever the number of controls, and the average of the last tenth of the steps is taken;
        or the evolution strategy CMA-ES, for a few dozen controls: ``pip install
        physembed[hardware]``.
    spread : float, default=0.3
        How far controls may be from their start, about, in their own unit.
    n_evaluations : int, default=400
    seed : int, default=0

    Returns
    -------
    (dict of str to ndarray, float)
        The controls, and the loss measured there once more.

    References
    ----------
    Spall, IEEE Trans. Automatic Control 37 (1992) 332, with the gains of IEEE Trans. Aerospace 34
    (1998) 817; Hansen, arXiv 1604.00772 (2016).

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> def loss(controls):
    ...     return float(((controls["phase"] - 0.2) ** 2).sum())
    >>> controls, reached = pe.search_controls(loss, {"phase": np.zeros(3)})
    >>> bool(reached < 1e-2)
    True
    """
    check_choice("method", method, METHODS)
    check_number("spread", spread, above=0)
    check_integer("n_evaluations", n_evaluations, least=8)
    check_integer("seed", seed, least=0)
    names = list(start)
    shapes = [np.shape(start[name]) for name in names]
    if not names:
        raise InvalidInputError("start must have at least one control, got none.")
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])

    def by_name(row: NDArray[np.float64]) -> Controls:
        parts = np.split(row, ends[:-1])
        rows = zip(names, parts, shapes, strict=True)
        return {name: part.reshape(shape) for name, part, shape in rows}

    def measured(row: NDArray[np.float64]) -> float:
        return float(loss(by_name(row)))

    first = np.concatenate([np.ravel(np.asarray(start[name], dtype=float)) for name in names])
    run = _spsa if method == "spsa" else _cma
    best = run(measured, first, spread, n_evaluations - 1, seed)
    return by_name(best), _finite(measured(best))


Measured = Callable[[NDArray[np.float64]], float]


def _finite(value: float) -> float:
    return value if np.isfinite(value) else 1e30


def _spsa(
    measured: Measured, start: NDArray[np.float64], spread: float, n_evaluations: int, seed: int
) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    n_steps = n_evaluations // 2
    settle = 0.1 * n_steps
    values, averaged, n_averaged = start.copy(), np.zeros_like(start), 0
    sizes: list[float] = []
    for k in range(n_steps):
        reach = spread / 3 / (k + 1) ** 0.101
        signs = random.choice([-1.0, 1.0], size=len(values))
        slope = (measured(values + reach * signs) - measured(values - reach * signs)) / (2 * reach)
        if np.isfinite(slope):
            # the first slopes tell the scale of the loss, so that a step is a share of the spread;
            # their median, as one of them may be of a measurement that went wrong
            if len(sizes) < max(1, n_steps // 10):
                sizes.append(abs(slope))
            rate = spread / 5 * ((1 + settle) / (k + 1 + settle)) ** 0.602
            size = float(np.median(sizes)) or 1.0
            values = values - rate * np.clip(slope / size, -1, 1) * signs
        if k >= n_steps - max(1, n_steps // 10):
            averaged, n_averaged = averaged + values, n_averaged + 1
    return averaged / n_averaged


def _cma(
    measured: Measured, start: NDArray[np.float64], spread: float, n_evaluations: int, seed: int
) -> NDArray[np.float64]:
    try:
        import cma
    except ImportError as error:
        raise InvalidInputError(
            'method "cma" needs the package cma: pip install physembed[hardware].'
        ) from error
    if len(start) < 2:
        raise InvalidInputError('method "cma" needs two controls or more; take "spsa".')
    options = {"maxfevals": n_evaluations, "seed": seed + 1, "verbose": -9}
    strategy = cma.CMAEvolutionStrategy(start, spread, options)
    while not strategy.stop():
        asked = strategy.ask()
        strategy.tell(asked, [_finite(measured(np.asarray(row))) for row in asked])
    # of measurements with noise the mean of the population is better than its luckiest member
    return np.asarray(strategy.result.xfavorite, dtype=float)
