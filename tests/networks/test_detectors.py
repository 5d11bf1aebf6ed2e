"""Detectors: energy, responses, and finite features and slopes everywhere."""

import pytest
import torch

import physembed as pe
from physembed.networks.detectors import DETECTORS

SETTINGS = {
    "amplitude": [{}],
    "intensity": [{}],
    "binned-intensity": [{"bins": 8, "response": r} for r in ("linear", "sqrt", "log")],
}
CASES = [(name, kwargs) for name in DETECTORS for kwargs in SETTINGS[name]]


@pytest.mark.parametrize(("name", "arguments"), CASES)
@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_features_and_gradients_are_finite(name: str, arguments: dict, scale: float) -> None:
    """Also for a dark field, where a root or a logarithm would not be."""
    detector = DETECTORS[name](**arguments)
    field = torch.randn(2, 3, 40, dtype=torch.complex64) * scale
    field.requires_grad_()
    features = detector(field)
    assert features.shape == (2, 3, detector.n_features(40))
    features.sum().backward()
    assert torch.isfinite(features).all()
    assert torch.isfinite(torch.view_as_real(field.grad)).all()


def test_bins_average_the_intensity() -> None:
    field = torch.randn(1, 1, 12, dtype=torch.complex64)
    binned = pe.BinnedIntensity(4, response="linear")(field)
    expected = field.abs().square().reshape(1, 1, 4, 3).mean(dim=-1)
    torch.testing.assert_close(binned, expected)


def test_log_response_does_not_see_the_gain() -> None:
    field = torch.randn(2, 1, 64, dtype=torch.complex64)
    detector = pe.BinnedIntensity(16, response="log")
    torch.testing.assert_close(detector(field), detector(5.0 * field), atol=1e-5, rtol=1e-5)


def test_more_bins_than_points_are_points() -> None:
    assert pe.BinnedIntensity(100).n_features(30) == 30


@pytest.mark.parametrize("bins", [0, 2.0, True])
def test_bad_bins_are_named(bins: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="bins must be a positive integer"):
        pe.BinnedIntensity(bins)  # type: ignore[arg-type]
