"""Whether the physics that made data is told from all other physics by what entered and left.

Where pairs of both are known, a medium is a hypothesis: of each equation one is fitted to the pairs
of each class, by least squares, and what the media leave of pairs that they have not seen tells
which equation explains the data. A pair is of the class whose medium leaves least of it. Every fit
is a line of a record, so that it stops and goes on at any time.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_choice, check_integer
from physembed._files import remove_temporaries
from physembed.errors import InvalidInputError
from physembed.experiments.zoo.made_series import MadePairs, made_by, what_leaves
from physembed.experiments.zoo.record import append_to_record, read_record
from physembed.physics import ALL_EQUATIONS, MasterEquation, NaturalScale, equation_named

Numbers = NDArray[np.float64]

RECORD = "identified.jsonl"
N_TRAIN, N_TEST = 24, 24
"""Pairs of both classes together."""

N_STEPS = 20
"""Of a fitted medium; the data were made with three times as many."""

N_STARTS, N_REFINED = 8, 2
"""Random starts that are looked at, and the best of them that least squares begin with."""

MOST_EVALUATIONS = 14
"""Of each fit, and of as many Jacobians."""

LOST = 1e3
"""What a medium leaves, in deviations of the noise, that carries its field to infinity."""

UNSEEN = 1e-6
"""Of the best seen direction of coefficients, below which one is not seen at all."""

ALIKE = 0.05
"""Significance below which an equation explains data worse than the best one."""


@dataclass(frozen=True)
class Identified:
    """What the media of one equation say of pairs that another, or it, has made.

    Parameters
    ----------
    made_by, medium : str
        Equations.
    seed : int
    residuals : list of float
        What the medium of a test pair's class leaves of it: root mean square, in deviations of the
        noise, so that 1 is all there is to explain.
    accuracy : float
        Of test pairs that are said to be of the class whose medium leaves least.
    coefficients : dict of str to dict of str to float
        Of each class, in natural units over the whole length.
    errors : dict of str to dict of str to float or None
        Their standard errors: of the noise alone, which is white and known. None where a
        coefficient leaves no trace of its own, or lies at the end of its range.
    seconds : float
        Of a core.
    """

    made_by: str
    medium: str
    seed: int
    residuals: list[float]
    accuracy: float
    coefficients: dict[str, dict[str, float]]
    errors: dict[str, dict[str, float | None]]
    seconds: float

    @property
    def residual(self) -> float:
        """Root mean square over the test pairs."""
        return math.sqrt(float(np.mean(np.square(self.residuals))))


@dataclass(frozen=True)
class _Channel:
    """Media of an equation between what entered and what left."""

    equation: MasterEquation
    made: MadePairs

    @property
    def units(self) -> Numbers:
        scale = NaturalScale(self.made.grid)
        return np.array([self.equation.natural_unit(n, scale) for n in self.equation.coefficients])

    @property
    def spans(self) -> Numbers:
        return np.array([given.span for given in self.equation.coefficients.values()]).T

    def left_over(self, values: Numbers, cases: NDArray[np.intp]) -> Numbers:
        """(cases, timepoints), in deviations of the noise."""
        named = dict(zip(self.equation.coefficients, (values * self.units).tolist(), strict=True))
        try:
            out = what_leaves(
                self.equation, named, self.made.grid, self.made.entered[cases], N_STEPS
            )
        except InvalidInputError:
            return np.full((len(cases), self.made.left.shape[-1]), LOST)
        off: Numbers = (out - self.made.left[cases])[:, 0] / self.made.noise
        return np.clip(off, -LOST, LOST)

    def fitted(self, cases: NDArray[np.intp], starts: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        """Coefficients, and their standard errors, of the best of several fits."""
        from scipy.optimize import least_squares

        low, high = self.spans
        inside = 1e-6 * (high - low)
        fits = [
            least_squares(
                lambda values: self.left_over(values, cases).ravel(),
                np.clip(start, low + inside, high - inside),
                bounds=(low, high),
                diff_step=1e-4,
                max_nfev=MOST_EVALUATIONS,
            )
            for start in starts
        ]
        best = min(fits, key=lambda fit: float(fit.cost))
        at_a_bound = np.minimum(best.x - low, high - best.x) < 10 * inside
        return best.x, np.where(at_a_bound, np.inf, standard_errors(best.jac))


def standard_errors(jacobian: Numbers) -> Numbers:
    """Of least squares with white noise of deviation one; infinite where it cannot be told.

    Where several columns say the same, none of their coefficients can, however steep they are.
    """
    steepness = np.linalg.norm(jacobian, axis=0)
    unit = np.where(steepness > 0, steepness, 1.0)
    _, sizes, directions = np.linalg.svd(jacobian / unit, full_matrices=False)
    is_seen = sizes > UNSEEN * sizes.max()
    unseen = np.square(directions[~is_seen]).sum(axis=0) > UNSEEN
    variance = (np.square(directions[is_seen]) / np.square(sizes[is_seen])[:, None]).sum(axis=0)
    return np.where(unseen, np.inf, np.sqrt(variance) / unit)


def identify(
    made: MadePairs, equation: MasterEquation, *, made_name: str, name: str, seed: int = 0
) -> Identified:
    """Fit a medium of an equation to each class's training pairs, and ask them of the others.

    Starts are random, between half a natural unit below zero and two above it, whatever made the
    data; the second class begins where the first one ended.
    """
    begin = time.process_time()
    channel = _Channel(equation, made)
    train, test = np.arange(N_TRAIN), np.arange(N_TRAIN, len(made.y))
    generator = np.random.default_rng([seed, 1])
    low, high = np.clip(channel.spans[0], -0.5, None), np.clip(channel.spans[1], None, 2.0)
    starts = [generator.uniform(low, high) for _ in range(N_STARTS)]
    labels = sorted(set(made.y.tolist()))
    values, errors = {}, {}
    for label in labels:
        cases = train[made.y[train] == label]
        starts.sort(key=lambda start: float(np.square(channel.left_over(start, cases)).sum()))
        values[label], errors[label] = channel.fitted(cases, starts[:N_REFINED])
        starts = [values[label]]
    left = np.stack([np.square(channel.left_over(values[label], test)).mean(1) for label in labels])
    right = np.array([labels.index(label) for label in made.y[test].tolist()])
    names = list(equation.coefficients)
    return Identified(
        made_name,
        name,
        seed,
        [round(float(r), 4) for r in np.sqrt(left[right, np.arange(len(test))])],
        float((left.argmin(axis=0) == right).mean()),
        {k: dict(zip(names, map(_rounded, v.tolist()), strict=True)) for k, v in values.items()},
        {
            k: {n: _rounded(e) if math.isfinite(e) else None for n, e in zip(names, v, strict=True)}
            for k, v in errors.items()
        },
        round(time.process_time() - begin, 2),
    )


def _rounded(value: float) -> float:
    """Four digits, in a record that people read."""
    return float(f"{value:.4g}")


def identify_all(
    makers: Sequence[str],
    *,
    out: Path,
    equations: Sequence[str] = tuple(ALL_EQUATIONS),
    seeds: int = 1,
    told: Callable[[Identified], None] = lambda line: None,
) -> list[Identified]:
    """Fit media of all equations to what each of some equations has made.

    Parameters
    ----------
    makers : sequence of str
        Equations that make pairs.
    out : Path
        A folder; what is in its record is not repeated.
    equations : sequence of str
        Whose media are fitted.
    seeds : int, default=1
    told : callable
        Is told of every new fit.

    Returns
    -------
    list of Identified
        Of the whole record.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """
    check_integer("seeds", seeds, least=1)
    for name in (*equations, *makers):
        check_choice("equation", name, ALL_EQUATIONS)
    if not makers:
        raise InvalidInputError("makers must name equations whose pairs are fitted, got none.")
    out.mkdir(parents=True, exist_ok=True)
    remove_temporaries(out)
    lines = read_record(out / RECORD, Identified)
    known = {(line.made_by, line.medium, line.seed) for line in lines}
    for seed in range(seeds):
        for maker in makers:
            made = made_by(equation_named(maker), n_cases=N_TRAIN + N_TEST, seed=seed)
            for name in equations:
                if (maker, name, seed) in known:
                    continue
                equation = equation_named(name)
                line = identify(made, equation, made_name=maker, name=name, seed=seed)
                append_to_record(out / RECORD, line)
                lines.append(line)
                told(line)
    return lines


def explained_by(lines: Sequence[Identified]) -> list[Identified]:
    """Media of the same pairs, of one maker and seed, the best explanation first.

    The least residual is best; of those that are not significantly worse (paired t test over the
    test pairs, one-sided, 5 %), the one with the fewest coefficients, since an equation that holds
    another explains what that one made as well.

    Raises
    ------
    InvalidInputError
        If the media were asked of different pairs.
    """
    from scipy.stats import ttest_rel

    asked = {(line.made_by, line.seed) for line in lines}
    if len(asked) != 1:
        raise InvalidInputError(f"lines must be of one maker and seed, got {sorted(asked)}.")

    best = min(lines, key=lambda line: line.residual)

    def is_alike(line: Identified) -> bool:
        if line is best or line.residuals == best.residuals:
            return True
        worse, least = np.square(line.residuals), np.square(best.residuals)
        return float(ttest_rel(worse, least, alternative="greater").pvalue) > ALIKE

    def rank(line: Identified) -> tuple[int, int, float]:
        alike = is_alike(line)
        n_coefficients = len(next(iter(line.coefficients.values())))
        return (0, n_coefficients, line.residual) if alike else (1, 0, line.residual)

    return sorted(lines, key=rank)
