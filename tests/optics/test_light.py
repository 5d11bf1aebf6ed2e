"""Pulses and fibres in SI against closed forms, laws of conservation and an independent solver."""

import math
import re

import numpy as np
import pytest
import torch
import torch.autograd.forward_ad as forward_mode
from scipy.integrate import solve_ivp

import physembed as pe
from physembed.optics import Dispersion, Fibre, Propagated, Pulse, fibre_named
from physembed.optics.pulse import quantum_noise
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT

GRID = pe.TimeGrid(1024, spacing=4e-15)
LAM = 835e-9
OMEGA0 = 2 * math.pi * SPEED_OF_LIGHT / LAM
DUDLEY = fibre_named("photonic-crystal-835")


@pytest.mark.parametrize("make", [Pulse.sech, Pulse.gaussian, Pulse.lorentzian])
def test_width_power_and_energy_of_a_pulse(make) -> None:
    fine = pe.TimeGrid(8192, spacing=1e-15)
    pulse = make("100 fs", "1550 nm", energy="50 pJ")
    power = pulse.on(fine).abs().square()
    assert float(power.sum()) * 1e-15 == pytest.approx(50e-12, rel=1e-4, abs=0)
    assert float(power.max()) == pytest.approx(pulse.peak_power, rel=1e-12, abs=0)
    # half the peak at ±50 fs
    assert power[4096 + 50] == pytest.approx(pulse.peak_power / 2, rel=1e-9, abs=0)
    same = make(100e-15, 1.55e-6, average_power="5 mW", repetition_rate="100 MHz")
    assert same.peak_power == pytest.approx(pulse.peak_power, rel=1e-12, abs=0)


def test_a_chirped_gaussian_is_as_long_as_dispersion_makes_it() -> None:
    """T/T₀ = √(1 + (gdd/T₀²)²) (Agrawal, eq. 3.2.7), and what undoes it is the other sign."""
    pulse = Pulse.gaussian("50 fs", LAM, peak_power=1.0)
    t0 = 50e-15 / (2 * math.sqrt(math.log(2)))
    chirped = pulse.chirped(gdd="1000 fs^2")
    peak = float(chirped.on(GRID).abs().square().max())
    assert peak == pytest.approx(1 / math.sqrt(1 + (1000e-30 / t0**2) ** 2), rel=1e-6, abs=0)
    back = chirped.chirped(gdd="-1000 fs^2").on(GRID)
    assert torch.allclose(back, pulse.on(GRID), atol=1e-10)
    # a fibre of β₂ does the same, and one of the other sign compresses
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma=0.0, raman=None)
    out = glass.propagate(chirped, "5 cm", grid=GRID, frames=1)
    assert out.power[-1].max() == pytest.approx(1.0, rel=1e-6, abs=0)


def spectrum_of_a_gaussian(
    fwhm: float = 100e-15, n_points: int = 300
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wavelengths, power per wavelength and angular frequencies from 1550 nm."""
    lam = np.linspace(1480e-9, 1625e-9, n_points)
    omega = 2 * np.pi * SPEED_OF_LIGHT * (1 / lam - 1 / 1550e-9)
    t0 = fwhm / (2 * math.sqrt(math.log(2)))
    return lam, np.exp(-((omega * t0) ** 2)) / lam**2, omega


def test_a_measured_spectrum_gives_its_pulse() -> None:
    """The spectrum of a Gaussian of 100 fs, sampled over wavelength as a spectrometer does."""
    lam, density, omega = spectrum_of_a_gaussian()
    pulse = Pulse.from_spectrum(lam, density, wavelength="1550 nm", energy="1 pJ")
    expected = Pulse.gaussian("100 fs", "1550 nm", energy="1 pJ")
    ours, theirs = (p.on(GRID).abs().square() for p in (pulse, expected))
    assert float((ours - theirs).abs().max() / theirs.max()) < 2e-3
    delayed = Pulse.from_spectrum(
        lam, density, 5e-28 / 2 * omega**2, wavelength="1550 nm", energy="1 pJ"
    )
    same = expected.chirped(gdd="500 fs^2").on(GRID).abs().square()
    assert float((delayed.on(GRID).abs().square() - same).abs().max() / same.max()) < 2e-3


@pytest.mark.parametrize("fwhm", [100e-15, 123.4e-15, 400e-15])
@pytest.mark.parametrize("delay", [0.0, 37.7e-15])
def test_a_measured_pulse_is_as_long_and_as_strong_as_it_is(fwhm: float, delay: float) -> None:
    lam, density, omega = spectrum_of_a_gaussian(fwhm)
    pulse = Pulse.from_spectrum(lam, density, omega * delay, wavelength="1550 nm", energy="1 pJ")
    assert pulse.fwhm == pytest.approx(fwhm, rel=3e-3, abs=0)
    assert pulse.peak_power == pytest.approx(
        Pulse.gaussian(fwhm, LAM, energy="1 pJ").peak_power, rel=3e-3, abs=0
    )
    highest = pulse.envelope(torch.linspace(-1e-13, 1e-13, 401, dtype=torch.float64)).abs().max()
    assert float(highest) ** 2 == pytest.approx(pulse.peak_power, rel=1e-4, abs=0)


def test_a_rectangular_spectrum_has_the_width_of_a_sinc() -> None:
    """0.8859 over the bandwidth in Hz, at the band's own limit."""
    lam = SPEED_OF_LIGHT / np.linspace(190e12, 197e12, 300)
    pulse = Pulse.from_spectrum(lam, 1 / lam**2, wavelength="1550 nm", energy="1 pJ")
    assert pulse.fwhm == pytest.approx(0.885893 / 7e12, rel=2e-3, abs=0)


def test_a_measured_pulse_comes_once() -> None:
    """Its lines repeat after 66 ps, which the window holds twice."""
    lam, density, _ = spectrum_of_a_gaussian()
    pulse = Pulse.from_spectrum(lam, density, wavelength="1550 nm", energy="1 pJ")
    grid = pe.TimeGrid(2**13, spacing=20e-15)
    power = pulse.on(grid).abs().square()
    assert float(power.sum()) * grid.spacing == pytest.approx(1e-12, rel=1e-3, abs=0)
    assert float(power[grid.t.abs() > 2e-12].max()) < 1e-6 * pulse.peak_power


def test_a_spectrum_that_tells_too_little_is_named() -> None:
    lam, density, omega = spectrum_of_a_gaussian(n_points=40)
    common = {"wavelength": "1550 nm", "energy": "1 pJ"}
    with pytest.raises(pe.InvalidInputError, match="wavelengths must not reach far beyond"):
        Pulse.from_spectrum(
            [5e-7, 1.5499e-6, 1.55e-6, 1.5501e-6, 2e-6], [0.0, 0.0, 1.0, 0.0, 0.0], **common
        )
    with pytest.raises(pe.InvalidInputError, match="at least two different positive"):
        Pulse.from_spectrum([1e-6], [1.0], **common)
    with pytest.raises(pe.InvalidInputError, match="phase must be finite"):
        Pulse.from_spectrum(lam, density, omega * np.nan, **common)


@pytest.mark.parametrize(
    ("power", "named"),
    [
        ({"peak_power": -1.0}, "peak_power must be zero or a positive number"),
        ({"energy": "-1 pJ"}, "energy must be zero or a positive number"),
        ({"average_power": -1.0, "repetition_rate": 1e8}, "average_power must be zero or a"),
        ({"average_power": 1.0, "repetition_rate": 0.0}, "repetition_rate must be a positive"),
    ],
)
def test_a_power_that_cannot_be_is_named(power: dict[str, float | str], named: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=named):
        Pulse.sech("100 fs", "1550 nm", **power)
    if "energy" in power:
        lam, density, _ = spectrum_of_a_gaussian()
        with pytest.raises(pe.InvalidInputError, match=named):
            Pulse.from_spectrum(lam, density, wavelength="1550 nm", **power)


def test_one_photon_in_every_mode() -> None:
    noise = quantum_noise(GRID, LAM, (3,), seed=1)
    lines = torch.fft.fft(noise) / GRID.n_points
    photons = lines.abs().square() * GRID.window / (REDUCED_PLANCK * (OMEGA0 - GRID.omega))
    assert torch.allclose(photons, torch.ones_like(photons), rtol=1e-9)
    assert not torch.equal(noise[0], noise[1])


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


@pytest.mark.slow
def test_a_red_shift_is_red() -> None:
    """Raman pushes a soliton to longer wavelengths by Gordon's rate (Agrawal, eq. 5.5.17).

    dΩ/dz = -8 abs(β₂) T_R / (15 T₀⁴) with T_R = f ∫ t h dt, 2 τ₁² τ₂ / (τ₁² + τ₂²) of that.
    """
    t0, tau1, tau2 = 200e-15, 12.2e-15, 32e-15
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], "1550 nm"), gamma="2 /W/km", shock_time=0)
    power = 20e-27 / (2e-3 * t0**2)
    pulse = Pulse.sech(t0 * 2 * math.log(1 + math.sqrt(2)), "1550 nm", peak_power=power)
    grid = pe.TimeGrid(512, spacing=12e-15)
    out = glass.propagate(pulse, "10 m", grid=grid, frames=1, rtol=1e-7)
    spectrum, centre = out.spectrum, SPEED_OF_LIGHT / 1550e-9
    means = [(row * (out.frequencies - centre)).sum() / row.sum() for row in spectrum]
    time = 0.18 * 2 * tau1**2 * tau2 / (tau1**2 + tau2**2)
    expected = -8 * 20e-27 * time / (15 * t0**4) * 10 / (2 * math.pi)
    # Gordon's law takes the response for a slope, which a pulse of 200 fs feels to some percent
    assert means[1] - means[0] == pytest.approx(expected, rel=0.05, abs=0)


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
        (np.ones(1024, dtype=complex), "pulse must be a Pulse or a complex tensor, got ndarray"),
        ("sech 50 fs 10 kW 835 nm", "pulse must be a Pulse or a complex tensor, got str"),
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


@pytest.mark.parametrize("frames", [True, np.int64(0), np.zeros((2, 2)), np.array([0.0]), 2.0])
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


@pytest.mark.parametrize("text", ["sech 50 fs", "secant 50 fs 1 W 1 um", "sech 50 m 1 W 1 um", 3])
def test_what_is_no_pulse_is_named(text: object) -> None:
    with pytest.raises(pe.InvalidInputError):
        Pulse.read(text)
    with pytest.raises(pe.InvalidInputError, match="peak_power, as energy, or as average_power"):
        Pulse.sech("1 ps", "1 um")


def test_an_xarray_goes_to_netcdf_and_comes_back(tmp_path) -> None:
    xarray = pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma=0.0, raman=None, shock_time=0)
    out = glass.propagate(Pulse.read("gaussian 50 fs 1 kW 835 nm"), "1 mm", grid=GRID, frames=2)
    out.to_xarray().to_netcdf(tmp_path / "light.nc", engine="scipy")
    back = xarray.load_dataset(tmp_path / "light.nc", engine="scipy")
    assert back["spectrum"].attrs["units"] == "J/Hz"
    assert float(back["spectrum"].isel(z=0).integrate("frequency")) == pytest.approx(
        out.energy[0], rel=1e-6, abs=0
    )
    assert float(back["wavelength"].sel(frequency=SPEED_OF_LIGHT / LAM)) == pytest.approx(
        LAM, rel=1e-12, abs=0
    )
    field = back["E_real"].values + 1j * back["E_imag"].values
    assert np.array_equal(field, out.fields.numpy())
