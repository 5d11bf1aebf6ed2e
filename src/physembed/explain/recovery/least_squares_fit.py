"""The coefficients of a medium from pairs of input and output."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from physembed._checks import check_choice, check_flag, check_integer, check_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.explain.recovery.measurements import MEASUREMENTS, Measurement
from physembed.explain.recovery.progress import RecoveryProgress
from physembed.explain.recovery.recovered import Recovered
from physembed.explain.recovery.starts import n_tried, starts_in_rounds
from physembed.explain.recovery.weighed_fit import Fit, RecoveryTask
from physembed.physics import FieldEquation, Grid, MasterEquation
from physembed.propagation import ALL_SCHEMES, EQUAL_STEPS

FEWEST_CASES = 8


def recover(
    inputs: Tensor | ArrayLike,
    outputs: Tensor | ArrayLike,
    equation: MasterEquation,
    grid: Grid,
    unknown: Sequence[str] | Mapping[str, float],
    *,
    known: Mapping[str, float] | None = None,
    measured: str | None = None,
    length: float = 1.0,
    steps: int = 100,
    scheme: str | None = None,
    noise: float | None = None,
    input_noise: float | None = None,
    progress: bool = False,
) -> Recovered:
    """Find the coefficients of a uniform channel from what entered and what left it.

    Least squares on r_k = y_k - M[F(ξ_k; c)], F the split-step propagation and M what was measured
    of the field that left, weighed by C_k⁻¹, C_k = σ² + ς² J_k J_kᵀ: the noise of the measurement,
    and that of the inputs as the channel hands it on; ξ_k are the inputs corrected by what the
    residuals say of their noise. Error bars come from how much the pairs disagree (the jackknife),
    which takes nothing for granted but that they are independent, and are never shorter than the
    noise alone makes them; and they are refused where
    Σ rᵀC⁻¹r is more than noise can be, for then there is no medium of this kind to have error bars.

    Parameters
    ----------
    inputs : Tensor or array of shape (cases, ..., points), complex
    outputs : Tensor or array of the same shape
        Complex fields, of any phase each; or real numbers, as ``measured`` says.
    equation : MasterEquation
        Such as that of :meth:`physembed.optics.Fibre.medium`.
    grid : TimeGrid or PlaneGrid
    unknown : sequence of str, or mapping of str to float
        The coefficients to find; with a mapping, where to start. Without a start, hundreds of
        starts of both signs are tried, up to ten radians of effect.
    known : mapping of str to float, optional
        The other coefficients; those not given have the equation's default.
    measured : {"field", "intensity", "spectrum", "autocorrelation"} or None, default=None
        What outputs are: F itself; abs(F)² in the unit of the inputs; the spectrum of F in dB at
        ``grid.omega``, in that order, each of any level and on any floor; or the autocorrelation
        of abs(F)² at delays ``grid.t``, each of any scale and on any background. None: fields where
        they are complex, else intensities.
    length : float, default=1.0
        Length of the channel.
    steps : int, default=100
        Split steps along it.
    scheme : str or None, default=None
        Of :func:`~physembed.propagate`, or "erk4", steps of order four in the interaction picture.
        None: "strang" where the local law is a phase or real, and else "erk4", as for light in
        glass with its Raman response and self-steepening.
    noise : float or None, default=None
        Root mean square of the outputs' noise, of abs(noise) of a field, in dB of a spectrum;
        None reads it where the outputs' Fourier components are nothing but noise.
    input_noise : float or None, default=None
        Of the inputs, likewise; 0 for inputs that are known exactly.
    progress : bool, default=False
        Whether to show a bar with a time estimate and what is being done, on standard error.

    Returns
    -------
    Recovered

    Raises
    ------
    InvalidInputError, UnknownNameError
        If an argument is not as described.
    TrainingError
        If the fit does not converge, or the coefficients leave no trace in the outputs.

    References
    ----------
    Golub and Pereyra, Inverse Problems 19 (2003) R1 (variable projection); Fuller, Measurement
    Error Models (1987), section 3.1; Wu, Annals of Statistics 14 (1986) 1261 (jackknife of
    regression).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.3)
    >>> centres = torch.linspace(-2, 2, 8).double()[:, None]
    >>> inputs = torch.exp(-((grid.t - centres) ** 2) / 2).to(torch.complex128)[:, None]
    >>> medium = {"alpha": 0.0, "beta2": -0.8, "gamma": 0.6}
    >>> outputs = pe.propagate(
    ...     inputs, pe.NonlinearSchrodinger(), medium, grid, steps_per_layer=40, scheme="strang"
    ... )
    >>> generator = torch.Generator().manual_seed(0)
    >>> noise = torch.randn(outputs.shape, dtype=outputs.dtype, generator=generator)
    >>> found = pe.recover(
    ...     inputs,
    ...     outputs + 0.01 * noise,
    ...     pe.NonlinearSchrodinger(),
    ...     grid,
    ...     {"beta2": -1.0, "gamma": 0.5},
    ...     known={"alpha": 0.0},
    ...     steps=20,
    ...     input_noise=0.0,
    ... )
    >>> bool(abs(found.values["beta2"] + 0.8) < 0.02), found.explains
    (True, True)
    """
    names = _checked_names(unknown, known or {}, equation)
    entered, left = _tensor("inputs", inputs), _tensor("outputs", outputs)
    kind = _checked_signals(entered, left, grid, measured)
    check_integer("steps", steps, least=1)
    if scheme is None:
        of_phase = equation.is_conservative or isinstance(equation, FieldEquation)
        scheme = "strang" if of_phase else EQUAL_STEPS
    check_choice("scheme", scheme, (*ALL_SCHEMES, EQUAL_STEPS))
    check_flag("progress", progress)
    check_number("noise", noise, above=0, optional=True)
    check_number("input_noise", input_noise, least=0, optional=True)
    task = RecoveryTask.of(
        entered.to(torch.complex128), left, kind, noise=noise, input_noise=input_noise,
        equation=equation, grid=grid, names=names, known=known or {}, length=length, scheme=scheme,
    )  # fmt: skip
    has_start = isinstance(unknown, Mapping)
    n_starts = 0 if has_start else n_tried(len(names))
    with RecoveryProgress(
        len(names), len(entered), steps, n_starts=n_starts, shown=progress
    ) as bar:  # fmt: skip
        task.channel.watch = bar.spent if progress else None
        return _recovered(task, unknown, steps, bar)


def _recovered(task: RecoveryTask, unknown: object, steps: int, bar: RecoveryProgress) -> Recovered:
    """The fit that explains the pairs, or else the best one, from one start after the other."""
    channel = task.channel
    bar.begin("looking for starts")
    scale = channel.scales(steps)
    rounds = (
        [[np.array([unknown[name] for name in channel.names]) / scale]]
        if isinstance(unknown, Mapping)
        else starts_in_rounds(channel, scale)
    )
    fit: Fit | None = None
    least = math.inf
    for starts in rounds:
        bar.begin("fitting")
        reached = [task.unweighed(scale, start, steps) for start in starts]
        cost, values = min(reached, key=lambda pair: pair[0], default=(math.inf, scale))
        # noise is followed from the best start alone
        if cost < least:
            bar.begin("weighing the noise")
            least, fit = cost, task.fit(scale, values, steps)
        if fit is not None and not task.refusal(fit):
            break
    assert fit is not None
    bar.begin("error bars")
    return task.recovered(fit, scale, steps)


def _checked_names(
    unknown: Sequence[str] | Mapping[str, float],
    known: Mapping[str, float],
    equation: MasterEquation,
) -> list[str]:
    owner = type(equation).__name__
    for name in [*unknown, *known]:
        if name not in equation.coefficients:
            raise UnknownNameError(f"coefficient of {owner}", name, list(equation.coefficients))
    if not unknown or isinstance(unknown, str):
        raise InvalidInputError(f"unknown must name at least one coefficient, got {unknown!r}.")
    both = set(unknown) & set(known)
    if both:
        raise InvalidInputError(f"{', '.join(sorted(both))} cannot be known and unknown at once.")
    return list(unknown)


def _tensor(name: str, values: Tensor | ArrayLike) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().cpu()
    array = np.asarray(values)
    if array.dtype.kind not in "fciu":
        raise InvalidInputError(f"{name} must be numbers, got an array of {array.dtype}.")
    return torch.from_numpy(np.ascontiguousarray(array))


def _checked_signals(
    inputs: Tensor, outputs: Tensor, grid: Grid, measured: str | None
) -> Measurement:
    """The kind of measurement that the outputs are."""
    if not inputs.is_complex():
        raise InvalidInputError(f"inputs must be complex fields, got dtype {inputs.dtype}.")
    if inputs.shape[:1].numel() < FEWEST_CASES:
        raise InvalidInputError(
            f"at least {FEWEST_CASES} pairs are needed for error bars, got {len(inputs)}."
        )
    if inputs.shape != outputs.shape or inputs.ndim < 2:
        raise InvalidInputError(
            "inputs and outputs must have the same shape (cases, ..., points), got "
            f"{tuple(inputs.shape)} and {tuple(outputs.shape)}."
        )
    if inputs.shape[-len(grid.shape) :] != grid.shape:
        raise InvalidInputError(
            f"inputs must have the grid's {grid.shape} points last, got {tuple(inputs.shape)}."
        )
    for name, signal in (("inputs", inputs), ("outputs", outputs)):
        if not bool(torch.isfinite(signal).all()):
            raise InvalidInputError(f"{name} must be finite.")
    if measured is None:
        measured = "field" if outputs.is_complex() else "intensity"
    check_choice("measured", measured, MEASUREMENTS)
    kind = MEASUREMENTS[measured]
    if kind.is_complex != outputs.is_complex():
        wanted = "complex" if kind.is_complex else "real"
        raise InvalidInputError(
            f"outputs must be {wanted} numbers with measured={measured!r}, got {outputs.dtype}."
        )
    return kind
