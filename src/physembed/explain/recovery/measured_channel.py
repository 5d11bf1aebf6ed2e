"""Measured pairs of a channel, and how far a medium is from explaining them."""

import copy
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError, TrainingError
from physembed.explain.recovery.measurements import Measurement
from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import NaturalScale
from physembed.propagation import EQUAL_STEPS, SCHEMES, propagate, run_equal_steps

Numbers = NDArray[np.float64]

CASES_OF_THE_SEARCH = 6
"""Pairs on which scales are measured and starts are sought."""

STEPS_OF_THE_SEARCH, SCHEME_OF_THE_SEARCH = 12, "strang"

DIFFERENCE = 1e-5
"""Step of the central differences, in units of the scales; their error is about its square."""


class MeasuredChannel:
    """The measured pairs, and what a medium of given coefficients leaves unexplained of them.

    Parameters
    ----------
    inputs : Tensor of shape (cases, ..., points), complex128
    traces : float64 ndarray of shape (cases, samples)
        What was measured of the outputs.
    samples : ndarray of bool or None
        Which samples of a predicted trace were measured; None is all of them.
    kind : Measurement
    equation : MasterEquation
    grid : Grid
    names : sequence of str
        The unknown coefficients.
    known : mapping of str to float
    length : float
    scheme : str
    """

    def __init__(
        self,
        inputs: Tensor,
        traces: Numbers,
        samples: NDArray[np.bool_] | None,
        *,
        kind: Measurement,
        equation: MasterEquation,
        grid: Grid,
        names: Sequence[str],
        known: Mapping[str, float],
        length: float,
        scheme: str,
    ) -> None:
        self.inputs, self.traces, self.samples = inputs, traces, samples
        self.kind, self.equation, self.grid = kind, equation, grid
        self.names, self.known = list(names), dict(known)
        self.length, self.scheme = length, scheme
        self.axes = tuple(range(-len(grid.shape), 0))
        self._propagations = [0]
        self.watch: Callable[[float], None] | None = None

    @property
    def evaluations(self) -> int:
        """Propagations so far, those of :meth:`holding` among them."""
        return self._propagations[0]

    def holding(self, name: str, value: float) -> "MeasuredChannel":
        """The same pairs, with another value of a coefficient that is held."""
        other = copy.copy(self)
        other.known = {**self.known, name: value}
        return other

    def fields(
        self, values: Numbers, steps: int, inputs: Tensor, *, scheme: str | None = None
    ) -> Tensor:
        """What leaves the channel."""
        self._propagations[0] += 1
        if self.watch is not None:
            self.watch(len(inputs) * steps)
        medium = {**self.known, **dict(zip(self.names, values.tolist(), strict=True))}
        scheme = scheme or self.scheme
        if scheme == EQUAL_STEPS:
            return run_equal_steps(
                inputs, self.equation, medium, self.grid, length=self.length, steps=steps
            )
        return propagate(
            inputs, self.equation, medium, self.grid,
            layer_length=self.length, steps_per_layer=steps, scheme=scheme, check_sampling=False,
        )  # fmt: skip

    def predicted(
        self, values: Numbers, steps: int, inputs: Tensor, *, scheme: str | None = None
    ) -> Numbers:
        """The traces of inputs, but for what their kind leaves open; NaN of what overflows."""
        try:
            with np.errstate(all="ignore"):
                fields = self.fields(values, steps, inputs, scheme=scheme)
        except InvalidInputError:
            return np.full((len(inputs), self.traces.shape[1]), np.nan)
        trace = self.kind.trace(fields, self.axes).numpy()
        return trace if self.samples is None else trace[:, self.samples]

    def unexplained(
        self, values: Numbers, steps: int, *, inputs: Tensor | None = None,
        cases: slice = slice(None),
    ) -> tuple[Numbers, Numbers]:  # fmt: skip
        """Measured less predicted, (cases, samples), and the directions that are left open."""
        entered = (self.inputs if inputs is None else inputs)[cases]
        return self.compared(self.predicted(values, steps, entered), cases)

    def compared(self, predicted: Numbers, cases: slice = slice(None)) -> tuple[Numbers, Numbers]:
        """Measured less these predicted traces, and the directions that are left open."""
        measured = self.traces[cases]
        if self.kind.open_ends is None:
            return measured - predicted, np.zeros((*predicted.shape, 0))
        aligned, directions = self.kind.open_ends(measured, predicted)
        return measured - aligned, directions

    def plain(self, values: Numbers, steps: int) -> Numbers:
        """Measured less predicted in one row."""
        return self.unexplained(values, steps)[0].ravel()

    def searched(self, values: Numbers) -> Numbers:
        """Measured less predicted of a few cases in few steps of a plain scheme, in one row."""
        cases = slice(0, CASES_OF_THE_SEARCH)
        scheme = SCHEME_OF_THE_SEARCH if self.scheme in SCHEMES else None
        traces = self.predicted(values, STEPS_OF_THE_SEARCH, self.inputs[cases], scheme=scheme)
        # where a medium overflows it is far from any fit
        rest = self.compared(np.nan_to_num(traces, nan=1e6, posinf=1e6, neginf=-1e6), cases)[0]
        return rest.ravel()

    def scales(self, steps: int) -> Numbers:
        """The change of each coefficient from zero that turns the field by about a radian."""
        field = self.inputs[:CASES_OF_THE_SEARCH]
        dark = np.zeros(len(self.names))
        scales = np.array([self._scale(k, dark, field, steps) for k in range(len(self.names))])
        # a share of the nonlinearity, say, shows only where there is one
        lit = np.where(np.isfinite(scales), scales, 0.0)
        for k in np.flatnonzero(~np.isfinite(scales)):
            scales[k] = self._scale(int(k), lit, field, steps)
            if not np.isfinite(scales[k]):
                raise TrainingError(f"{self.names[k]} leaves no trace in the outputs.")
        return scales

    def _scale(self, k: int, base: Numbers, field: Tensor, steps: int) -> float:
        size = float(field.abs().square().sum().sqrt())
        intensity = float(field.abs().square().mean()) or 1.0
        unit = self.equation.natural_unit(
            self.names[k], NaturalScale(self.grid, self.length, intensity)
        )
        for power in range(-6, 7):
            step = np.zeros(len(base))
            step[k] = unit * 10.0**power
            ahead, behind = (self.fields(base + s, steps, field) for s in (step, -step))
            change = float((ahead - behind).abs().square().sum().sqrt())
            if change >= 1e-5 * size > 0:
                return 2 * float(step[k]) * size / change
        return float("inf")
