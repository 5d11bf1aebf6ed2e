"""Linear elements: closed forms, symmetries, slopes; every one of the table."""

import math

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck

import physembed as pe
from physembed.physics import ELEMENTS

GRID = pe.TimeGrid(48, spacing=0.5)
EXAMPLES = {
    "tapped-delay-line": pe.TappedDelayLine((3, -1, 2, 0, 5)),
    **{name: cls(6) for name, cls in ELEMENTS.items() if name.endswith("mask")},
}
EXAMPLES |= {name: cls() for name, cls in ELEMENTS.items() if name not in EXAMPLES}


def noise(seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 1, 48, dtype=torch.complex128, generator=generator)


def values(element: pe.Element, **given: float) -> dict[str, torch.Tensor]:
    """The coefficients given, the rest at their defaults or at 0.3 of their natural unit."""
    scale = pe.NaturalScale(GRID)
    rest = {
        name: 0.3 * element.natural_unit(name, scale) if c.default is None else c.default
        for name, c in element.coefficients.items()
    }
    return {k: torch.tensor(v, dtype=torch.float64) for k, v in (rest | given).items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ELEMENTS)
def test_slopes_are_those_of_differences(name: str) -> None:
    element = EXAMPLES[name]
    start = values(element)
    # away from a kink of the telescope's floor and from all-zero masks
    numbers = [v + 0.0123 * (k + 1) for k, v in enumerate(start.values())]

    def through(field: torch.Tensor, *numbers: torch.Tensor) -> torch.Tensor:
        return element(field, GRID, dict(zip(start, numbers, strict=True)))

    leaves = [n.clone().requires_grad_() for n in numbers]
    assert gradcheck(through, (noise().requires_grad_(), *leaves))


@pytest.mark.parametrize("name", ELEMENTS)
def test_elements_are_linear_and_have_units(name: str) -> None:
    element = EXAMPLES[name]
    a, b = noise(1), noise(2)
    given = values(element)
    torch.testing.assert_close(
        element(2j * a + b, GRID, given), 2j * element(a, GRID, given) + element(b, GRID, given)
    )
    for coefficient in element.coefficients.values():
        assert coefficient.description
        assert coefficient.unit


@pytest.mark.parametrize(
    "name", ["delay-line", "prism", "lens", "time-phase-mask", "frequency-phase-mask"]
)
def test_phases_keep_the_energy(name: str) -> None:
    element = EXAMPLES[name]
    given = {k: v + 0.7 for k, v in values(element).items()}
    torch.testing.assert_close(
        element(noise(), GRID, given).abs().square().sum(dim=-1),
        noise().abs().square().sum(dim=-1),
    )


def test_a_delay_of_whole_points_is_a_shift_and_a_fraction_shifts_a_pulse() -> None:
    field = noise()
    delay = torch.tensor(3 * GRID.spacing, dtype=torch.float64)
    line = pe.DelayLine()
    shifted = line(field, GRID, values(line, delay=float(delay)))
    torch.testing.assert_close(shifted, torch.roll(field, 3, dims=-1))
    pulse = torch.exp(-(GRID.t**2) / 4).to(torch.complex128)
    late = line(pulse, GRID, values(line, delay=0.35, phase=math.pi / 2))
    torch.testing.assert_close(late, 1j * torch.exp(-((GRID.t - 0.35) ** 2) / 4), atol=1e-8, rtol=0)


def test_interferometers_are_differences_of_delayed_fields() -> None:
    field = noise()
    early, late = torch.roll(field, -2, dims=-1), torch.roll(field, 2, dims=-1)
    for element, expected in [
        (pe.MachZehnder(), early - late),
        (pe.ThreePathInterferometer(), 2 * field - early - late),
    ]:
        left = element(field, GRID, values(element, delay=2 * GRID.spacing))
        torch.testing.assert_close(left, expected)


def test_short_interferometers_differentiate() -> None:
    pulse = torch.exp(-(GRID.t**2) / 8).to(torch.complex128)
    tau = 1e-3
    first = pe.MachZehnder()(pulse, GRID, values(pe.MachZehnder(), delay=tau)) / (2 * tau)
    torch.testing.assert_close(first, -GRID.t / 4 * pulse, atol=1e-6, rtol=0)
    three = pe.ThreePathInterferometer()
    second = -three(pulse, GRID, values(three, delay=tau)) / tau**2
    torch.testing.assert_close(second, (GRID.t**2 / 16 - 1 / 4) * pulse, atol=1e-6, rtol=0)


def test_a_prism_shifts_the_spectrum() -> None:
    field = noise()
    prism = pe.Prism()
    tilted = prism(field, GRID, values(prism, tilt=5 * 2 * math.pi / GRID.window))
    torch.testing.assert_close(
        torch.fft.fft(tilted).abs(), torch.roll(torch.fft.fft(field), 5, dims=-1).abs()
    )
    lens = pe.Lens()
    as_lens = lens(field, GRID, values(lens, strength=0.0, tilt=5 * 2 * math.pi / GRID.window))
    torch.testing.assert_close(as_lens, tilted)


def test_a_phase_shifter_turns_the_quadrature() -> None:
    field = noise()
    shifter = pe.PhaseShifter()
    turned = shifter(field, GRID, values(shifter, phase=math.radians(30)))
    torch.testing.assert_close(
        pe.Quadratures((0.0,)).records(turned), pe.Quadratures((30.0,)).records(field)
    )


def test_a_lens_of_one_unit_shows_the_spectrum_in_its_focus() -> None:
    """As a trap of one natural unit does, and its centre moves nothing but the image."""
    field = noise()
    scale = pe.NaturalScale(GRID)
    lens = pe.Lens()
    behind = lens(field, GRID, values(lens, strength=lens.natural_unit("strength", scale)))
    equation = pe.GrossPitaevskii()
    kinetic = equation.natural_unit("kinetic", scale)
    trap = {"kinetic": torch.tensor([kinetic], dtype=torch.float64), "g": 0.0, "strength": 0.0}
    image = pe.propagate(behind, equation, trap, GRID, check_sampling=False)
    spectrum = torch.fft.fftshift(torch.fft.fft(field, norm="ortho"), dim=-1)
    torch.testing.assert_close(image.abs(), spectrum.abs())


def test_a_tapped_delay_line_adds_delayed_copies() -> None:
    """Written as the sum it is, on a field that is periodic."""
    line, field = EXAMPLES["tapped-delay-line"], noise()
    expected = sum(w * field.roll(j - 2, dims=-1) for j, w in enumerate(line.taps))
    torch.testing.assert_close(line(field, GRID, {}), expected)


@pytest.mark.parametrize("name", [n for n in ELEMENTS if n.endswith("mask")])
def test_masks_of_zeros_are_clear_and_of_constants_uniform(name: str) -> None:
    mask, field = EXAMPLES[name], noise()
    torch.testing.assert_close(mask(field, GRID, values(mask)), field)
    constant = values(mask, **{f"v{k}": 0.4 for k in range(1, 7)})
    factor = torch.exp(torch.tensor(0.4 if "amplitude" in name else 0.4j, dtype=torch.complex128))
    torch.testing.assert_close(mask(field, GRID, constant), field * factor)


def test_a_telescope_stretches_pulses_and_keeps_their_energy() -> None:
    fine = pe.TimeGrid(1024, spacing=0.05)
    pulse = torch.exp(-(fine.t**2) / 2).to(torch.complex128)
    telescope = pe.Telescope()
    for m in (0.0, 0.5, -0.5):
        image = telescope(pulse, fine, {"log_magnification": torch.tensor(m).double()})
        stretched = fine.t * math.exp(-m)
        expected = math.exp(-m / 2) * torch.exp(-(stretched**2) / 2)
        # the cubic's error is of third order in the spacing
        torch.testing.assert_close(image.real, expected, atol=1e-4, rtol=0)


def test_taps_of_numpy_are_whole_numbers() -> None:
    line = pe.TappedDelayLine(list(np.array([-1, 2, -1])))
    assert line == pe.TappedDelayLine((-1, 2, -1))
    assert all(type(tap) is int for tap in line.taps)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pe.MachZehnder(unit=0.0), "unit must be a positive number, got 0.0"),
        (lambda: pe.DelayLine(unit="x"), "unit must be a positive number, got 'x'"),
        (lambda: pe.TimePhaseMask(3), "n_points must be an integer of at least 4, got 3"),
        (lambda: pe.TappedDelayLine((1, 2)), r"odd number of whole numbers.*got \(1, 2\)"),
        (lambda: pe.TappedDelayLine((0.5, 1, 0.5)), "whole numbers"),
        (lambda: pe.TappedDelayLine((True, 1, True)), "whole numbers"),
        (lambda: pe.Telescope().factor(GRID.t, GRID, None), "telescope is no multiplication"),
        (
            lambda: pe.Telescope()(noise()[..., :40], GRID, values(pe.Telescope())),
            "must have 48 points, got 40",
        ),
    ],
)
def test_bad_elements_are_named(make, message: str) -> None:
    with pytest.raises((pe.InvalidInputError, NotImplementedError), match=message):
        make()
