"""Detectors alone are those of the bank, and the training cases choose them."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.presets.detector_bank import chosen_fibres
from physembed.presets.homodyne import GUARD_BAND
from physembed.presets.tiny import BANK, LEVELS
from physembed.training.readout.ridge import detected_features


def network_of(fibres: tuple[pe.Fibre, ...], x: torch.Tensor) -> pe.PhysicalEmbeddingNetwork:
    network = pe.PhysicalEmbeddingNetwork(
        fibres, n_channels=x.shape[1], n_timepoints=x.shape[2], n_classes=2
    )
    network.prepare(x, seed=0)
    return network


@pytest.mark.parametrize("n_channels", [1, 2])
def test_a_detector_alone_is_that_of_the_bank(n_channels: int) -> None:
    """But for the width of its comparator: none of the bank's others is as near."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(20, n_channels, 48, generator=generator).cumsum(dim=2)
    fibres = BANK.fibres(48, GUARD_BAND)
    per_fibre = BANK.size(48) // len(fibres)
    assert BANK.size(48) == len(fibres) * 20 * len(LEVELS)
    together = detected_features(network_of(fibres, x), x)
    together = together.reshape(len(x), len(fibres), n_channels, per_fibre)
    for place in (0, per_fibre // 2 + 3, per_fibre + 17, BANK.size(48) - 1):
        alone = detected_features(network_of(BANK.some(48, [place]), x), x)
        distance = np.abs(together - alone[:, None, :, None]).mean(axis=(0, 2))
        assert int(distance.argmin()) == place


def test_training_cases_choose_and_the_search_tunes_within_spans() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(48)
    y = np.arange(60) % 2
    X = np.cos((0.4 + 0.5 * y[:, None]) * t + 6.28 * rng.random((60, 1)))[:, None]
    x = torch.from_numpy(X + 0.4 * rng.normal(size=X.shape)).float()
    fibres = chosen_fibres(BANK, x, torch.from_numpy(y), 3, seed=0)
    assert len(fibres) == 3
    network = network_of(fibres, x)
    counts = network.parameter_counts()
    assert counts["embedding"] in range(3 * 3, 3 * 4 + 1)  # the bare arm has no delay
    for name, space in network.search_spaces().items():
        value = network.get_parameter(name)
        assert space.low < value.item() < space.high, name
