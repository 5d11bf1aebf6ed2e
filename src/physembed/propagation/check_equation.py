"""Whether an equation, of this library or a user's own, does what it says."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import (
    Example,
    Grid,
    MasterEquation,
    NaturalScale,
    TextEquation,
)
from physembed.propagation.example_medium import ExampleMedium, relative_error, usual_example
from physembed.propagation.schedule import ORDERS
from physembed.propagation.self_check.record import CheckRecord
from physembed.propagation.well_posed import growth_of_waves

EXACT = 1e-6
"""Relative error to which a solution in closed form is met with the example's steps."""

ROUNDING = 1e-11
"""Relative error from which on halving a step gains nothing."""

MOST_STEPS = 256
"""Over a quarter of the example's length, up to which an order is looked for."""

ORDER_TOLERANCE = 0.4
"""Of an observed order, at steps that are not infinitely small."""


@dataclass(frozen=True)
class EquationReport:
    """What :func:`check_equation` finds.

    Parameters
    ----------
    equation : str
    records : list of CheckRecord
    stationary : tuple of str
        Coefficients in which, where all that can be are zero, the intensity of what leaves has no
        gradient: training must start elsewhere.

    Examples
    --------
    >>> import physembed as pe
    >>> report = pe.check_equation(pe.FractionalDiffusion())
    >>> report.passed, all(record.measured <= record.limit for record in report.records)
    (True, True)
    """

    equation: str
    records: list[CheckRecord]
    stationary: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every check was passed."""
        return all(record.passed for record in self.records)

    def __str__(self) -> str:
        lines = [f"{self.equation}: {'passed' if self.passed else 'FAILED'}"]
        for r in self.records:
            mark = "ok  " if r.passed else "FAIL"
            lines.append(
                f"  {mark} {r.name}: {r.measured:.2g} (at most {r.limit:.2g}); {r.meaning}"
            )
        if self.stationary:
            lines.append(
                f"  zero is stationary in {', '.join(self.stationary)}: start training elsewhere"
            )
        return "\n".join(lines)


def check_equation(equation: MasterEquation, example: Example | None = None) -> EquationReport:
    """Check an equation: units, growth, orders, gradients, precision, invariants, exact solution.

    Parameters
    ----------
    equation : MasterEquation
    example : Example or None, default=None
        A medium to check it in; None: the equation's own, or a third of each natural unit.

    Returns
    -------
    EquationReport
        Print it, or look at ``passed``. Exact solutions and invariants are checked where the
        equation has them.

    Raises
    ------
    InvalidInputError
        If it is no equation, or its coefficients are not those of the example.

    Examples
    --------
    >>> import physembed as pe
    >>> pe.check_equation(pe.Burgers()).passed
    True
    """
    if not isinstance(equation, MasterEquation):
        raise InvalidInputError(f"equation must be a MasterEquation, got {equation!r}.")
    medium = ExampleMedium(equation, example or equation.example or usual_example(equation))
    records = [
        _natural_units(equation, medium.example.grid),
        growth_of_waves(medium),
        *_orders(medium),
    ]
    records += [_gradients(medium), _stored_gradient(medium), _single_precision(medium)]
    exact = medium.exact(0.0)
    if exact is not None:
        out = medium.run(exact, medium.example.steps)
        error = relative_error(out, _known(medium.exact(medium.example.length)))
        meaning = f"relative error of the exact solution after {medium.example.steps} steps"
        records.append(CheckRecord("exact solution", error, EXACT, meaning))
        records += _invariants(medium, exact, out)
    else:
        start = medium.start()
        records += _invariants(medium, start, medium.run(start, medium.example.steps))
    name = equation.text if isinstance(equation, TextEquation) else type(equation).__name__
    return EquationReport(name, records, _stationary(medium))


def _known(field: Tensor | None) -> Tensor:
    assert field is not None
    return field


def _natural_units(equation: MasterEquation, grid: Grid) -> CheckRecord:
    scale = NaturalScale(grid)
    units = [equation.natural_unit(name, scale) for name in equation.coefficients]
    wrong = sum(not (math.isfinite(unit) and unit > 0) for unit in units)
    return CheckRecord("natural units", float(wrong), 0.0, "units that are no positive number")


def _orders(medium: ExampleMedium) -> list[CheckRecord]:
    """Observed orders of the schemes, by how much less a halved step changes than the last one."""
    start, length = medium.start(), medium.example.length / 4
    steps = 4
    while steps < 256 and _change(medium, start, steps, "etdrk4", length) > 1e-5:
        steps *= 2
    records = []
    for scheme, order in ORDERS.items():
        n = steps
        coarse, fine = (_change(medium, start, k, scheme, length) for k in (n, 2 * n))
        # steps may be too long for what is true of short ones alone
        while n < MOST_STEPS and not _is_of_order(order, coarse, fine):
            n *= 2
            coarse, fine = fine, _change(medium, start, 2 * n, scheme, length)
        if scheme == "yoshida4" and not math.isfinite(coarse + fine):
            # its middle step goes backwards, which a medium that damps need not bear
            continue
        is_exact = fine < ROUNDING
        observed = order if is_exact else math.log2(coarse / fine)
        seen = "exact to rounding" if is_exact else f"{observed:.2f} seen"
        meaning = f"off from {order}; {seen}"
        records.append(
            CheckRecord(f"order of {scheme}", abs(observed - order), ORDER_TOLERANCE, meaning)
        )
    return records


def _is_of_order(order: int, coarse: float, fine: float) -> bool:
    if fine < ROUNDING:
        return True
    return math.isfinite(coarse) and abs(math.log2(coarse / fine) - order) <= ORDER_TOLERANCE


def _change(medium: ExampleMedium, start: Tensor, steps: int, scheme: str, length: float) -> float:
    """By how much, relatively, half the step changes what comes out; infinite where it is lost."""
    try:
        coarse, fine = (medium.run(start, n, scheme, length=length) for n in (steps, 2 * steps))
    except InvalidInputError:
        return math.inf
    return relative_error(coarse, fine)


def _gradients(medium: ExampleMedium) -> CheckRecord:
    """In all coefficients and the field, against finite differences along one direction."""
    names = list(medium.values)
    length = medium.example.length / medium.example.steps

    def out(field: Tensor, *values: Tensor) -> Tensor:
        given = dict(zip(names, values, strict=True))
        return medium.run(field, 2, values=given, length=2 * length, gradient="autograd")

    inputs = [value.clone().requires_grad_() for value in medium.values.values()]
    field = medium.start().requires_grad_()
    try:
        torch.autograd.gradcheck(out, (field, *inputs), fast_mode=True)
        wrong, meaning = 0.0, "gradients that finite differences do not confirm"
    except RuntimeError as error:
        wrong, meaning = 1.0, f"finite differences disagree: {str(error).strip().splitlines()[0]}"
    return CheckRecord("gradients", wrong, 0.0, meaning)


def _stored_gradient(medium: ExampleMedium) -> CheckRecord:
    gradients = []
    for gradient in ("autograd", "stored"):
        values = {k: v.clone().requires_grad_() for k, v in medium.values.items()}
        field = medium.start().requires_grad_()
        length = 4 * medium.example.length / medium.example.steps
        out = medium.run(field, 4, values=values, length=length, gradient=gradient)
        out.abs().square().sum().backward()
        leaves = (field, *values.values())
        gradients.append(
            torch.cat([torch.view_as_real(g + 0j).flatten() for g in map(_gradient, leaves)])
        )
    error = relative_error(*gradients)
    meaning = "relative difference of the gradient with stored fields from autograd's"
    return CheckRecord("stored gradient", error, 1e-9, meaning)


def _gradient(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def _single_precision(medium: ExampleMedium) -> CheckRecord:
    start = medium.start()
    length = 10 * medium.example.length / medium.example.steps
    double = medium.run(start, 10, length=length)
    half = torch.float32 if medium.equation.is_real else torch.complex64
    single = medium.run(start.to(half), 10, length=length)
    meaning = "relative difference of single from double precision after ten steps"
    return CheckRecord("single precision", relative_error(single.to(double), double), 1e-5, meaning)


def _invariants(medium: ExampleMedium, before: Tensor, after: Tensor) -> list[CheckRecord]:
    grid, c = medium.example.grid, medium.c
    old, new = (medium.equation.invariants(field, grid, c) for field in (before, after))
    records = []
    for name, value in old.items():
        # what is zero, such as the mass of a wave, is measured by the field's size
        size = float(value.abs().sum() + grid.spacing * before.abs().square().sum())
        change = float((new[name] - value).abs().sum()) / size
        records.append(CheckRecord(f"conserves {name}", change, EXACT, "relative change"))
    return records


def _stationary(medium: ExampleMedium) -> tuple[str, ...]:
    """Coefficients without effect on |u|² to first order, where all terms are switched off."""
    equation = medium.equation
    switched = {name for names in equation.terms.values() for name in names}
    values = {
        name: (torch.zeros_like(value) if name in switched else value.clone()).requires_grad_()
        for name, value in medium.values.items()
    }
    # a real field, as a series enters
    start = medium.start()
    start = start if equation.is_real else start.real.to(start.dtype)
    length = medium.example.length / medium.example.steps
    out = medium.run(start, 1, values=values, length=length, gradient="autograd")
    weights = torch.linspace(0.5, 1.5, out.numel(), dtype=torch.float64).reshape(out.shape)
    (weights * out.abs().square()).sum().backward()
    sizes = {name: float(_gradient(values[name]).abs()) for name in switched}
    largest = max(sizes.values(), default=0.0)
    return tuple(name for name in values if name in switched and sizes[name] <= 1e-9 * largest)
