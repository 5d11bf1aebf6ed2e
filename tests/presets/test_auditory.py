"""The preset for recordings: what it reads, and how its readout is found."""

from pathlib import Path

import numpy as np
import pytest

import physembed as pe


@pytest.mark.slow
@pytest.mark.shared_data
def test_digits_of_a_speaker_that_was_never_heard(data_dir: Path) -> None:
    data = pe.load_dataset("SpokenDigits", data_dir, split="leave-one-speaker-out", fold=1)
    X, y = data.X_train[::5], data.y_train[::5]
    auditory, spectral = (
        model.fit(X, y).score(data.X_test, data.y_test)
        for model in (
            pe.PhysicalEmbeddingClassifier("auditory", random_state=0),
            pe.BaselineClassifier("spectral"),
        )
    )
    assert auditory > spectral + 0.1


def test_cells_tile_the_window_and_short_series_have_fewer_bands() -> None:
    rng = np.random.default_rng(0)
    for n_timepoints, n_features in ((5120, 128), (1001, 128), (60, 4 * 1 + 8 * 1)):
        X = rng.normal(size=(12, n_timepoints))
        model = pe.PhysicalEmbeddingClassifier("auditory", random_state=0).fit(X, ["a", "b"] * 6)
        assert model.parameter_counts_ == {"embedding": 0, "readout": 2 * (n_features + 1)}


def test_frames_of_short_series_are_fewer_and_too_short_ones_are_named() -> None:
    rng = np.random.default_rng(0)
    for n_timepoints, n_features in ((5120, 5 * 16 + 8 * 8), (1001, 5 * 6 + 8 * 6), (6, 2 + 2)):
        X = rng.normal(size=(12, n_timepoints))
        model = pe.PhysicalEmbeddingClassifier("auditory-frames").fit(X, ["a", "b"] * 6)
        assert model.parameter_counts_ == {"embedding": 0, "readout": 2 * (n_features + 1)}
    with pytest.raises(pe.InvalidInputError, match="at least 6 timepoints, got 5"):
        pe.PhysicalEmbeddingClassifier("auditory-frames").fit(X[:, :5], ["a", "b"] * 6)
