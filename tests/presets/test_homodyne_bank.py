"""The homodyne bank: what it is built of, and that it measures what its formula says."""

import numpy as np
import torch

import physembed as pe


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
