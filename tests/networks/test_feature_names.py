"""Names of features: what they say is so, and none comes twice."""

import re

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.networks.feature_names import feature_names
from physembed.presets import PRESETS
from physembed.presets.preset import Asked

X = torch.from_numpy(np.random.default_rng(0).normal(size=(40, 2, 64)).cumsum(axis=2))


def network(preset: str, n_channels: int = 1) -> pe.PhysicalEmbeddingNetwork:
    fibres = PRESETS[preset].compositions(Asked((n_channels, 64, 2)))[0]
    built = pe.PhysicalEmbeddingNetwork(fibres, n_channels=n_channels, n_timepoints=64, n_classes=2)
    built.prepare(X[:, :n_channels], seed=0)
    return built


@pytest.mark.parametrize("preset", ["homodyne", "compact", "lattice", "nlse"])
def test_every_feature_has_a_name_of_its_own(preset: str) -> None:
    built = network(preset, n_channels=2)
    names = feature_names(built.fibres, 64, 2)
    assert len(names) == len(set(names)) == built.head.linear.in_features
    assert all(name.count("channel 1") + name.count("channel 2") == 1 for name in names)


def test_a_comparator_stands_at_the_quantile_that_its_name_says() -> None:
    built = network("homodyne")
    names = feature_names(built.fibres, 64, 1)
    with torch.no_grad():
        mean = built.features(X[:, :1]).mean(dim=0)
    sharp = [
        (float(match[1]), float(mean[number]))
        for number, name in enumerate(names)
        if (match := re.search(r"fraction above q (\d\.\d+)$", name))
    ]
    quantiles, fractions = np.array(sharp).T
    assert len(sharp) == 300
    assert np.corrcoef(quantiles, fractions)[0, 1] < -0.99


def test_names_tell_time_and_arm_and_follow_a_choice() -> None:
    names = feature_names(network("homodyne").fibres, 64, 1)
    assert names[0] == "homodyne 0°, 0.7 timepoints, fraction above q 0.21"
    assert "homodyne 45°, 5.6 timepoints, second difference over 8.4, fraction above" in " ".join(
        names
    )
    whole = network("compact")
    places = [3, 200, 901]
    of_all = feature_names(whole.fibres, 64, 1)
    few = whole.chosen(places, 2)
    assert feature_names(few.fibres, 64, 1) == [of_all[place] for place in places]


def test_a_band_of_a_spectrometer_has_the_frequencies_of_the_series_or_none() -> None:
    t = torch.arange(256, dtype=torch.float64)

    def names_and_features(envelope: bool) -> tuple[list[str], list[float]]:
        spectrometer = pe.Spectrometer(bands=8)
        fibre = pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"alpha": 0.0, "beta2": 0.0, "gamma": 0.0},
            n_layers=1,
            encoder=pe.SeriesEncoder(envelope=envelope),
            taps=(pe.Tap(1, spectrometer),) if envelope else (),
            detector=spectrometer,
        )
        built = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=256, n_classes=2)
        tone = torch.sin(2 * torch.pi * 0.3 * t)[None, None].float()
        with torch.no_grad():
            return feature_names([fibre], 256, 1), built.features(tone)[0].tolist()

    names, features = names_and_features(envelope=False)
    brightest = names[int(np.argmax(features))]
    low, high = map(float, re.findall(r"0\.\d+", brightest))
    assert brightest.endswith("cycles per timepoint")
    assert low <= 0.3 <= high
    # two timepoints apart, and counted from the carrier
    names, features = names_and_features(envelope=True)
    assert len(names) == len(set(names)) == len(features)
    assert not any("cycles" in name for name in names)
