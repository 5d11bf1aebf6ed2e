"""The homodyne bank: what it is built of, and that it measures what its formula says."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.physics import NaturalScale
from physembed.presets import PRESETS
from physembed.presets.preset import Asked, Changes


def test_the_homodyne_bank_is_the_recipe() -> None:
    """Its size, written out from the recipe for series of 500 points."""
    n_scales = len([j for j in range(20) if 0.7 * 2**j <= 500 / 4])
    records = n_scales * 5 * 4
    network = pe.PhysicalEmbeddingClassifier("homodyne").recipe((1, 500, 2)).make_network()
    assert network.parameter_counts()["readout"] == 2 * (records * (4 + 2 + 2) + 1)
    assert all(path.is_transfer for path in network.paths)


def test_the_homodyne_bank_measures_what_its_formula_says() -> None:
    """One record written out: dispersion, a Mach-Zehnder, a quadrature, on edges continued."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=100).cumsum()
    homodyne = pe.PhysicalEmbeddingClassifier("homodyne")
    network = homodyne.recipe((1, 100, 2)).make_network().double()
    encoded = network.fibres[2].encoder(torch.from_numpy(x)[None, None])
    fields = network.paths[2].detected_fields(
        network.media[2], encoded, lambda: torch.fft.fft(encoded)
    )[0]
    z = (x - x.mean()) / x.std()
    padded = np.concatenate([z, np.full(50, z[-1]), np.full(50, z[0])])
    omega = 2 * np.pi * np.fft.fftfreq(200)
    s = 0.7 * 2**2
    transfer = np.exp(0.5j * s**2 * omega**2) * 2j * np.sin(2.5 * s * omega)
    expected = np.fft.ifft(np.fft.fft(padded) * transfer)[:100]
    # delays and dispersion are float32 in a network
    np.testing.assert_allclose(fields[0, 2].numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("preset", ["homodyne", "compact", "tiny"])
@pytest.mark.parametrize(
    ("n_timepoints", "guard_band", "in_windows"),
    [(1_000, 0.0, False), (500, 3.0, False), (1_500_000, 0.0, False), (600_000, 3.0, True)],
)
def test_a_window_changes_no_dispersion(
    preset: str, n_timepoints: int, guard_band: float, in_windows: bool
) -> None:
    """It stays s² timepoints², in proportion to the interferometers; a band ends smoothly in
    windows alone."""
    asked = Asked((1, n_timepoints, 2), changes=Changes(guard_band=guard_band))
    fibres = asked.changes.of(PRESETS[preset].compositions(asked)[0])
    squares = set()
    for fibre in fibres:
        beta2 = fibre.coefficients["beta2"]
        natural = getattr(beta2, "start", beta2)
        if natural == 0:
            continue
        assert fibre.in_windows(n_timepoints) is in_windows
        unit = fibre.equation.natural_unit("beta2", NaturalScale(fibre.grid(n_timepoints)))
        s = (natural * unit) ** 0.5
        squares.add(round(np.log2(s / 0.7), 6))
        assert bool(fibre.before) is (in_windows and preset != "tiny")
        delayed = [part for arm in fibre.arms for part in arm if "delay" in part.coefficients]
        assert all(abs(part.element.unit / s - 1) < 1e-9 for part in delayed)
    longest = 45.0 if in_windows else n_timepoints / 4
    assert squares <= {float(k) for k in range(40) if 0.7 * 2**k <= longest}
    if preset != "tiny":
        assert len(squares) == len([k for k in range(40) if 0.7 * 2**k <= longest])
