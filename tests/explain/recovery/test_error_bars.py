"""Error bars beside what repeated draws of the noise do."""

import numpy as np

from physembed.explain.recovery.error_bars import covariance_in_noise


def test_noise_that_a_coefficient_turns_moves_it_and_does_not_bring_it_back() -> None:
    """Lines that dispersion turns by βω²/2, measured before and behind it under the same noise."""
    generator = np.random.default_rng(0)
    omega = np.linspace(-3, 3, 40)
    slope, signal, noise = omega**2 / 2, np.exp(-(omega**2) / 2), 0.08

    def measured() -> np.ndarray:
        draws = generator.standard_normal((20_000, 40, 2)) @ [1, 1j]
        return signal + noise / np.sqrt(2) * draws

    turned = measured().conj() * measured()
    values = np.zeros(len(turned))
    for _ in range(20):
        lines = turned * np.exp(1j * values[:, None] * slope)
        values -= (slope * lines.imag).sum(1) / (slope**2 * lines.real).sum(1)

    told = np.array([[np.sum(slope**2 * signal**2) / noise**2]])
    # the inputs as well as both measurements say them have half of the noise left
    information = told + np.sum(slope**2) / 2
    pairs = np.linalg.inv(information)
    claimed = covariance_in_noise(0 * pairs + 1e-12, information, told, noise_is_known=True)[0, 0]
    assert abs(values.mean()) < 0.1 * values.std()
    # a variance of 20,000 draws is known to a percent; beyond it the second order in the noise
    np.testing.assert_allclose(values.var(), claimed, rtol=0.06)
    assert values.var() > 1.15 / told[0, 0] > 1.3 / information[0, 0]
    # pairs that say as much of the noise as it is, and three times as much
    for share in (1.0, 3.0):
        by_pairs = covariance_in_noise(share * pairs, information, told, noise_is_known=False)
        np.testing.assert_allclose(by_pairs, share * claimed)
