"""Light in fibres in SI against closed forms, laws of conservation and an independent solver."""

import math
import re

import numpy as np
import pytest
import torch
import torch.autograd.forward_ad as forward_mode
from scipy.integrate import solve_ivp

import physembed as pe
from physembed.optics import Dispersion, Fibre, Propagated, Pulse, fibre_named
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT

GRID = pe.TimeGrid(1024, spacing=4e-15)
LAM = 835e-9
OMEGA0 = 2 * math.pi * SPEED_OF_LIGHT / LAM
DUDLEY = fibre_named("photonic-crystal-835")


@pytest.fixture(scope="module")
def supercontinuum() -> Propagated:
    """The first half centimetre of it, two powers at once."""
    pulse = Pulse.read("sech 50 fs 10 kW 835 nm").on(GRID)
    return DUDLEY.propagate(
        torch.stack([pulse, 0.7 * pulse]), "5 mm", grid=GRID, wavelength=LAM,
        frames=["2 mm", "5 mm"], rtol=3e-8, check_sampling=False,
    )  # fmt: skip


@pytest.mark.slow
def test_dudleys_fibre_agrees_with_an_independent_solver(supercontinuum: Propagated) -> None:
    """SciPy's DOP853 on the formula of Rev. Mod. Phys. 78, 1135, eq. 3, written once more."""
    v = -2 * np.pi * np.fft.fftfreq(1024, 4e-15)
    betas = [
        -11.830e-27, 8.1038e-41, -9.5205e-56, 2.0737e-70, -5.3943e-85, 1.3486e-99, -2.5495e-114,
        3.0524e-129, -1.7140e-144,
    ]  # fmt: skip
    linear = 1j * sum(b / math.factorial(k) * v**k for k, b in enumerate(betas, start=2))
    tau1, tau2 = 12.2e-15, 32e-15
    h = (tau1**2 + tau2**2) / (tau1**2 * tau2**2)
    raman = h / ((1 / tau2 - 1j * v) ** 2 + 1 / tau1**2)

    def rate(z: float, a: np.ndarray) -> np.ndarray:
        e = np.fft.ifft(a * np.exp(linear * z))
        power = np.abs(e) ** 2
        delayed = np.fft.ifft(raman * np.fft.fft(power)).real
        kerr = np.fft.fft(e * (0.82 * power + 0.18 * delayed))
        return 0.11j * (1 + v / OMEGA0) * kerr * np.exp(-linear * z)

    start = np.fft.fft(Pulse.read("sech 50 fs 10 kW 835 nm").on(GRID).numpy())
    solved = solve_ivp(rate, (0, 0.005), start, method="DOP853", rtol=1e-9, atol=1e-8)
    theirs = np.abs(np.fft.ifft(solved.y[:, -1] * np.exp(linear * 0.005))) ** 2
    ours = supercontinuum.power[-1, 0]
    # some hundred steps of 3e-8, which the compression amplifies
    assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) < 1e-4
    # it is no longer what entered, by far
    assert ours.max() > 1.5 * supercontinuum.power[0, 0].max()


@pytest.mark.slow
def test_photons_are_kept_and_energy_is_not(supercontinuum: Propagated) -> None:
    photons = supercontinuum.photons
    assert np.abs(photons[-1] / photons[0] - 1).max() < 1e-6
    energy = supercontinuum.energy
    assert np.abs(energy[-1] / energy[0] - 1).max() > 1e-4
    assert supercontinuum.steps[0] > supercontinuum.steps[1]
    assert photons[0, 0] == pytest.approx(energy[0, 0] / (REDUCED_PLANCK * OMEGA0), rel=1e-3, abs=0)


@pytest.mark.slow
def test_axes_spectra_coherence_and_spectrogram(supercontinuum: Propagated) -> None:
    assert list(supercontinuum.z) == [0.0, 0.002, 0.005]
    frequencies = supercontinuum.frequencies
    assert (np.diff(frequencies) > 0).all()
    width = frequencies[1] - frequencies[0]
    # the energy is the integral of every spectrum
    assert supercontinuum.spectrum.sum(axis=-1) * width == pytest.approx(
        supercontinuum.energy, rel=1e-12, abs=0
    )
    lam = np.linspace(650e-9, 1100e-9, 20001)
    by_wavelength = supercontinuum.on_wavelengths(lam)[0, 0]
    assert by_wavelength.sum() * (lam[1] - lam[0]) == pytest.approx(
        supercontinuum.energy[0, 0], rel=1e-3, abs=0
    )
    # proportional fields of one phase are alike but for their power
    middle = supercontinuum.coherence(0)[490:535]
    assert middle == pytest.approx(0.7 / ((1 + 0.49) / 2), rel=1e-6, abs=0)
    assert supercontinuum.coherence(-1).min() < 0.8
    one = Propagated(
        GRID, LAM, supercontinuum.z, supercontinuum.fields[:, 0], 0.0,
        supercontinuum.steps, supercontinuum.evaluations,
    )  # fmt: skip
    gated = one.spectrogram("30 fs", frame=0)
    time, frequency = np.unravel_index(gated.values.argmax(), gated.values.shape)
    assert abs(gated.t[time]) < 25e-15
    assert gated.frequencies[frequency] == pytest.approx(SPEED_OF_LIGHT / LAM, rel=1e-2, abs=0)


def test_a_red_shift_is_red() -> None:
    """Raman pushes a soliton to longer wavelengths by Gordon's rate (Agrawal, eq. 5.5.17).

    dΩ/dz = -8 abs(β₂) T_R / (15 T₀⁴) with T_R = f ∫ t h dt, 2 τ₁² τ₂ / (τ₁² + τ₂²) of that.
    """
    t0, tau1, tau2 = 1e-12, 12.2e-15, 32e-15
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], "1550 nm"), gamma="2 /W/km", shock_time=0)
    power = 20e-27 / (2e-3 * t0**2)
    pulse = Pulse.sech(t0 * 2 * math.log(1 + math.sqrt(2)), "1550 nm", peak_power=power)
    grid = pe.TimeGrid(1024, spacing=24e-15)
    out = glass.propagate(pulse, "100 m", grid=grid, frames=1, rtol=1e-6)
    spectrum, centre = out.spectrum, SPEED_OF_LIGHT / 1550e-9
    means = [(row * (out.frequencies - centre)).sum() / row.sum() for row in spectrum]
    time = 0.18 * 2 * tau1**2 * tau2 / (tau1**2 + tau2**2)
    expected = -8 * 20e-27 * time / (15 * t0**4) * 100 / (2 * math.pi)
    # Gordon's law takes the response for a slope: (τ₂ / T₀)² is 1e-3
    assert means[1] - means[0] == pytest.approx(expected, rel=2e-3, abs=0)
    assert out.soliton_number == pytest.approx(1.0, rel=1e-9)


@pytest.mark.slow
def test_gradients_flow_to_what_a_fibre_is_made_of() -> None:
    equation, numbers = DUDLEY.medium(LAM)
    values = {k: torch.tensor(v, dtype=torch.float64) for k, v in numbers.items()}
    values["beta2"].requires_grad_()
    values["gamma"].requires_grad_()
    field = Pulse.read("sech 50 fs 1 kW 835 nm").on(GRID)

    def width(values: dict[str, torch.Tensor]) -> torch.Tensor:
        out = pe.propagate(
            field, equation, values, GRID, layer_length=0.004, rtol=1e-6, check_sampling=False
        )
        return (out.abs().square() * GRID.t**2).sum() / out.abs().square().sum() * 1e28

    slopes = torch.autograd.grad(width(values), [values["beta2"], values["gamma"]])
    with torch.no_grad():
        for name, slope in zip(("beta2", "gamma"), slopes, strict=True):
            step = 1e-3 * abs(numbers[name])
            more, less = (width(values | {name: values[name] + sign * step}) for sign in (1, -1))
            assert float(slope) == pytest.approx(float(more - less) / (2 * step), rel=1e-3, abs=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": "10 s"}, "length must be a number in m"),
        ({"grid": pe.TimeGrid(64, 1e-15)}, "so that the band holds no negative frequencies"),
        ({"grid": pe.TimeGrid(64, 1e-13)}, "to resolve the Raman response 'blow-wood'"),
        ({"frames": ["2 m", "1 m"]}, "frames must be distances that grow"),
        ({"rtol": 0}, "rtol must be a number"),
    ],
)
def test_what_cannot_be_is_named(options: dict[str, object], message: str) -> None:
    pulse = Pulse.read("sech 50 fs 10 kW 835 nm")
    with pytest.raises(pe.InvalidInputError, match=re.escape(message)):
        DUDLEY.propagate(pulse, **({"length": "3 m"} | options))


PLAIN = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma="2 /W/km")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (np.ones(1024, dtype=complex), "pulse must be a Pulse, .* complex tensor.*got ndarray"),
        (
            "sech 50 fs 10 kW 835 nm",
            r"pulse must be a Pulse, such as Pulse.read\(.* complex tensor.*got str",
        ),
        (torch.full((1024,), math.nan + 0j), "pulse must be finite"),
        (torch.full((2, 1024), math.inf + 0j), "pulse must be finite"),
        (torch.ones(1024), "pulse must be complex"),
    ],
)
def test_a_field_that_cannot_be_is_named(field: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        PLAIN.propagate(field, "1 mm", grid=GRID, wavelength=LAM)
    with pytest.raises(pe.InvalidInputError, match="wavelength must be a positive number"):
        PLAIN.propagate(torch.ones(1024) + 0j, "1 mm", grid=GRID, wavelength=0.0)


@pytest.mark.parametrize(
    "frames",
    [np.int64(2), np.linspace(0, 1e-3, 3), np.array([5e-4, 1e-3]), ["0 m", "0.5 mm", 1e-3]],
)
def test_frames_are_what_numpy_makes_too(frames: object) -> None:
    out = PLAIN.propagate(Pulse.read("sech 50 fs 1 W 835 nm"), "1 mm", grid=GRID, frames=frames)
    assert out.z == pytest.approx([0.0, 5e-4, 1e-3], rel=1e-12, abs=0)


def test_a_grid_that_is_chosen_holds_what_dispersion_delays() -> None:
    """Of β₂ alone twice the band either side, of Dudley's fibre what its other orders delay."""
    pulse = Pulse.sech("50 fs", LAM, peak_power="10 kW")
    # at twice a bandwidth β₂ alone delays by 2 β₂ Ω
    assert PLAIN.dispersion.largest_delay(LAM, 1e14) == pytest.approx(20e-27 * 1e14, rel=1e-2)
    table = Dispersion.from_index([0.7e-6, 0.8e-6, 0.9e-6, 1e-6], [1.455, 1.453, 1.452, 1.45])
    assert 0 < table.largest_delay(LAM, 1e17) < math.inf
    # a supercontinuum's spread of 6 ps, which β₂ alone would not tell
    assert DUDLEY.grid_for(pulse, 0.15).window > 12e-12


def test_the_input_and_what_leaves_are_always_kept() -> None:
    pulse = Pulse.read("sech 50 fs 1 W 835 nm")
    out = PLAIN.propagate(pulse, "3 mm", grid=GRID, frames=["1 mm", "2 mm"])
    assert out.z.tolist() == [0.0, 1e-3, 2e-3, 3e-3]
    whole = PLAIN.propagate(pulse, "3 mm", grid=GRID, frames=1)
    torch.testing.assert_close(out.fields[-1], whole.fields[-1], rtol=0, atol=1e-7)


@pytest.mark.parametrize("frames", [True, np.int64(0), np.zeros((2, 2)), 2.0])
def test_frames_that_cannot_be_are_named(frames: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="frames must be"):
        PLAIN.propagate(Pulse.read("sech 50 fs 1 W 835 nm"), "1 mm", grid=GRID, frames=frames)


def test_a_gradient_after_inference() -> None:
    """What the first call keeps for the next is no tensor of inference mode."""
    grid = pe.TimeGrid(128, spacing=5.1e-15)
    equation, numbers = PLAIN.medium(LAM)
    field = Pulse.read("sech 50 fs 1 kW 835 nm").on(GRID)[448:576].clone()
    options = {"layer_length": 1e-3, "rtol": 1e-4, "check_sampling": False}
    with torch.inference_mode():
        pe.propagate(field, equation, numbers, grid, **options)
    values = {k: torch.tensor(v, dtype=torch.float64) for k, v in numbers.items()}
    for value in values.values():
        value.requires_grad_()
    out = pe.propagate(field.requires_grad_(), equation, values, grid, **options)
    (out.abs().square() * grid.t.abs() * 1e14).sum().backward()
    assert all(value.grad is not None for value in values.values())


@pytest.mark.parametrize("what", ["field", "gamma", "raman_fraction"])
def test_forward_mode_is_the_derivative(what: str) -> None:
    equation, numbers = PLAIN.medium(LAM)
    grid = pe.TimeGrid(128, spacing=5e-15)
    values = {k: torch.tensor(v, dtype=torch.float64) for k, v in numbers.items()}
    field = Pulse.read("sech 50 fs 10 kW 835 nm").on(grid)

    def out(factor: float | torch.Tensor) -> torch.Tensor:
        made = {"field": field} | values
        made[what] = made[what] * factor
        start = made.pop("field")
        return pe.propagate(
            start, equation, made, grid, layer_length=0.02, steps_per_layer=8, check_sampling=False
        )

    with forward_mode.dual_level():
        one = torch.ones((), dtype=torch.float64)
        slope = forward_mode.unpack_dual(out(forward_mode.make_dual(one, one))).tangent
    assert slope is not None
    differences = (out(1 + 1e-4) - out(1 - 1e-4)) / 2e-4
    assert float((slope - differences).norm() / differences.norm()) < 1e-6


def test_spans_of_any_lengths_follow_each_other() -> None:
    pulse = Pulse.read("sech 100 fs 100 W 835 nm")
    whole = PLAIN.propagate(pulse, "7 cm", grid=GRID, frames=1, rtol=1e-8)
    first = PLAIN.propagate(pulse, "2 cm", grid=GRID, frames=1, rtol=1e-8)
    both = PLAIN.propagate(first, "5 cm", frames=1, rtol=1e-8)
    assert both.grid == GRID and both.wavelength == LAM
    difference = (both.fields[-1] - whole.fields[-1]).norm() / whole.fields[-1].norm()
    assert float(difference) < 1e-6
    with pytest.raises(pe.InvalidInputError, match="grid and wavelength must be left out"):
        PLAIN.propagate(first, "5 cm", grid=GRID)


def test_a_pulse_that_is_broader_than_a_table_is_refused() -> None:
    """It would be drawn on a grid too coarse for it, with another width and another energy."""
    wavelengths = [f"{lam} nm" for lam in range(1300, 1801, 50)]
    table = Dispersion.from_parameter(wavelengths, ["17 ps/(nm km)"] * len(wavelengths))
    fibre = Fibre(table, gamma="2.1 /W/km", raman=None)
    with pytest.raises(pe.InvalidInputError, match=r"dispersion is not known as far .* 10 fs"):
        fibre.propagate(Pulse.sech("10 fs", "1550 nm", peak_power="2 kW"), "1 mm")
    fibre.propagate(Pulse.sech("40 fs", "1550 nm", peak_power="10 W"), "1 mm")
