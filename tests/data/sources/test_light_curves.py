"""The simulated light curves: what they are, always the same, and shaped as was published."""

from pathlib import Path

import numpy as np
import pytest

from physembed.data import CATALOGUE, fetch_dataset, load_dataset
from physembed.data.sources.light_curves import MAGNITUDES, TRAINING_CASES
from physembed.errors import DatasetError

PHASE = np.arange(1000) / 1000


def test_the_set_is_as_the_catalogue_says_and_the_same_every_time(tmp_path: Path) -> None:
    dataset, again = (load_dataset("SimulatedLightCurves", tmp_path) for _ in range(2))
    entry = CATALOGUE["SimulatedLightCurves"]
    assert dataset.X_train.shape == (entry.n_train, 1, entry.n_timepoints)
    assert dataset.X_test.shape == (entry.n_test, 1, entry.n_timepoints)
    assert len(dataset.classes) == entry.n_classes
    assert dict(zip(*np.unique(dataset.y_train, return_counts=True), strict=True)) == TRAINING_CASES
    np.testing.assert_allclose(dataset.X_train.std(axis=2), 1)
    assert dataset.digest == again.digest
    assert "simulated" in dataset.source


def mean_curve(kind: str) -> np.ndarray:
    random = np.random.default_rng(0)
    return np.mean([MAGNITUDES[kind](PHASE, random) for _ in range(200)], axis=0)


@pytest.mark.parametrize(("kind", "rise"), [("cepheid", (0.2, 0.45)), ("rr-lyrae", (0.1, 0.25))])
def test_pulsating_stars_brighten_fast_and_fade_slowly(
    kind: str, rise: tuple[float, float]
) -> None:
    curve = mean_curve(kind)
    from_faintest = (PHASE[curve.argmin()] - PHASE[curve.argmax()]) % 1
    assert rise[0] < from_faintest < rise[1]


def test_binaries_fade_twice_and_more_where_the_brighter_star_is_hidden() -> None:
    curve = mean_curve("eclipsing-binary")
    assert curve[500] == curve.max()
    first, second, between = curve[500], curve[0], curve[250]
    assert between < second < first


def test_there_is_nothing_to_fetch(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is nothing to fetch"):
        fetch_dataset("SimulatedLightCurves", tmp_path)
