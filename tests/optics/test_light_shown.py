"""Light that has gone through a fibre, printed, drawn and kept in files."""

import math

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.optics import SILICA_LOSS, Dispersion, Fibre, Propagated, Pulse
from physembed.optics.units import SPEED_OF_LIGHT

GRID = pe.TimeGrid(1024, spacing=4e-15)
LAM = 835e-9
PLAIN = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma="2 /W/km")


def test_light_tells_its_width_power_and_grid_when_printed() -> None:
    pulse = Pulse.sech("50 fs", "835 nm", peak_power="10 kW")
    light = PLAIN.propagate(pulse, "1 mm", grid=GRID, frames=2)
    # a sech² of fifty points, by straight lines of its logarithm
    assert light.fwhm[0] == pytest.approx(50e-15, rel=2e-3, abs=0)
    assert light.peak_power[0] == pytest.approx(1e4, rel=1e-12, abs=0)
    text = repr(light)
    for part in (
        "Light of 835 nm through 1 mm",
        "peak power 10 kW to",
        "fwhm 49.9",
        "energy 567.3 pJ",
        f"grid: {GRID.n_points} points over",
        "3 frames",
    ):
        assert part in text, text
    both = torch.stack([light.fields[0], 2 * light.fields[0]])
    batch = PLAIN.propagate(both, "1 mm", grid=GRID, wavelength=LAM, frames=1)
    assert "2 cases, the strongest one: peak power 40 kW" in repr(batch)
    told = repr(light.spectrogram("40 fs"))
    assert told.startswith("Spectrogram of ") and "THz" in told and "frequencies from" in told
    assert repr(SILICA_LOSS) == "SpectralCurve(in dB/km, known from 300 to 2200 nm)"
    texts = light.on_wavelengths(["830 nm", "840 nm"])
    assert np.array_equal(texts, light.on_wavelengths([830e-9, 840e-9]))
    assert repr(pulse.chirped(gdd="500 fs^2")) == "Pulse(50 fs, 10 kW at 835 nm, gdd 500 fs^2)"


def test_light_goes_to_netcdf_and_comes_back(tmp_path) -> None:
    pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma=0.0, raman=None, shock_time=0)
    pulse = Pulse.read("gaussian 50 fs 1 kW 835 nm")
    out = glass.propagate(pulse, "1 mm", grid=GRID, frames=2)
    out.to_netcdf(tmp_path / "light.nc")
    back = Propagated.from_netcdf(tmp_path / "light.nc")
    assert back.grid == out.grid and back.soliton_number == 0
    for name in ("fields", "steps", "evaluations"):
        assert torch.equal(getattr(back, name), getattr(out, name))
    for name in ("z", "t", "frequencies", "wavelengths", "spectrum", "energy", "photons"):
        assert np.array_equal(getattr(back, name), getattr(out, name))
    for what in ("evolution", "phase"):
        for ours, theirs in zip(back.chart(what).panels, out.chart(what).panels, strict=True):
            assert np.array_equal(ours.x, theirs.x) and ours.x_label == theirs.x_label
    table = out.to_xarray()
    assert table["spectrum"].attrs["units"] == "J/Hz"
    assert float(table["spectrum"].isel(z=0).integrate("frequency")) == pytest.approx(
        out.energy[0], rel=1e-6, abs=0
    )
    assert float(table["wavelength"].sel(frequency=SPEED_OF_LIGHT / LAM)) == pytest.approx(
        LAM, rel=1e-12, abs=0
    )


def test_a_chirp_is_seen_in_the_phase_and_in_the_spectrogram() -> None:
    """Of a spectral phase gdd Ω²/2 the light of Ω comes at t = gdd Ω."""
    glass = Fibre(Dispersion.taylor(["20 ps^2/km"], LAM), gamma=0.0, raman=None, shock_time=0)
    pulse = Pulse.gaussian("50 fs", LAM, energy="1 nJ")
    out = glass.propagate(torch.stack([pulse.on(GRID)] * 2), "5 cm", grid=GRID, wavelength=LAM)
    one = out.case(1)
    curve = one.chart("phase").panels[3]
    lit = np.isfinite(curve.lines[0].y)
    offset = 2 * math.pi * SPEED_OF_LIGHT * (1 / (curve.x[lit] * 1e-9) - 1 / LAM)
    phase = np.polyfit(offset, curve.lines[0].y[lit] * math.pi, 2)
    assert phase[0] == pytest.approx(20e-27 * 0.05 / 2, rel=1e-6, abs=0)
    gated = one.spectrogram("40 fs")
    late = int(np.abs(gated.t - 60e-15).argmin())
    brightest = gated.frequencies[gated.values[late].argmax()] - SPEED_OF_LIGHT / LAM
    assert brightest > 1e12  # normal dispersion: blue comes late
    assert gated.t.size and one.chart("evolution").panels
    # two that are the same are as alike as can be
    degree = out.chart("coherence").panels[0].lines[0].y
    assert degree[np.isfinite(degree)] == pytest.approx(1.0, rel=1e-9)
    for what, cases in (("phase", out), ("coherence", one)):
        with pytest.raises(pe.InvalidInputError, match=r"one case|an ensemble"):
            cases.chart(what)
    with pytest.raises(pe.InvalidInputError, match="unknown picture 'colour'"):
        out.chart("colour")
