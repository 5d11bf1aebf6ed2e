"""Long series as their windows: all of them, labelled by their middles, in flat memory."""

from pathlib import Path

import numpy as np
import pytest

import physembed as pe
from physembed.data import windows_of
from physembed.data.pieces import windows as windows_module
from physembed.data.pieces.survey import survey
from physembed.data.pieces.windows import window_blocks
from physembed.estimators import predict_windows

WINDOW, HOP = 16, 5
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_blocks_of_windows_are_the_windows(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are cut at once, the last whole one included."""
    monkeypatch.setattr(windows_module, "NUMBERS_AT_ONCE", at_once * 2 * WINDOW)
    series = RNG.normal(size=(2, 103))
    firsts = range(0, 103 - WINDOW + 1, HOP)
    expected = np.stack([series[:, first : first + WINDOW] for first in firsts])
    cut = list(window_blocks(series, WINDOW, HOP))
    np.testing.assert_array_equal(np.concatenate([block for _, block in cut]), expected)
    assert [first for first, _ in cut] == list(firsts)[::at_once]


def test_windows_have_the_labels_of_their_middles_and_the_groups_of_their_recordings() -> None:
    changing = np.repeat(["quiet", "loud"], [60, 43])
    recordings = [(RNG.normal(size=103), changing), (RNG.normal(size=40), "quiet")]
    surveyed = survey(windows_of(recordings, WINDOW, HOP), of_classes=True, seed=0)
    middles = np.arange(0, 103 - WINDOW + 1, HOP) + WINDOW // 2
    n_second = (40 - WINDOW) // HOP + 1
    assert surveyed.sample.y.tolist() == [*changing[middles], *["quiet"] * n_second]
    assert surveyed.sample.groups is not None
    assert surveyed.sample.groups.tolist() == [0] * len(middles) + [1] * n_second


def test_a_long_recording_is_fitted_to_and_predicted_window_by_window(tmp_path: Path) -> None:
    """Two states that take turns; mapped from the disk, as one that is longer than the memory."""
    state = np.repeat(RNG.permutation(np.arange(120) % 2), 60)
    series = np.sin(np.cumsum(np.where(state == 1, 0.9, 0.4))) + RNG.normal(0, 0.3, len(state))
    np.save(tmp_path / "long.npy", series)
    mapped = np.load(tmp_path / "long.npy", mmap_mode="r")
    names = np.array(["slow", "fast"])[state]
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    classifier.fit(windows_of([(mapped[:4000], names[:4000])], WINDOW, HOP))
    first, said = predict_windows(classifier, mapped[4000:], hop=HOP)
    assert said.shape == ((3200 - WINDOW) // HOP + 1, 2)
    told = classifier.classes_[said.argmax(axis=1)]
    assert (told == names[4000:][first + WINDOW // 2]).mean() > 0.85
    expected = classifier.predict_proba(mapped[4000 + 7 * HOP :][:WINDOW][None])
    np.testing.assert_allclose(said[7:8], expected, atol=1e-6)
    _, said = predict_windows(classifier, _gappy(mapped[4000:]))
    assert np.isnan(said).tolist() == [[False, False]] * 2 + [[True, True], [False, False]]


def test_windows_that_lack_more_than_half_of_their_values_are_no_cases() -> None:
    series = _gappy(RNG.normal(size=4 * WINDOW))
    labels = np.repeat(["a", "b", "c", "d"], WINDOW)
    surveyed = survey(windows_of([(series, labels)], WINDOW), of_classes=True, seed=0)
    assert surveyed.sample.y.tolist() == ["a", "b", "d"]
    nothing = windows_of([(np.full(4 * WINDOW, np.nan), labels)], WINDOW)
    with pytest.raises(pe.InvalidInputError, match="all were left out, since more are missing"):
        survey(nothing, of_classes=True, seed=0)


def _gappy(series: np.ndarray) -> np.ndarray:
    """Just half of the second window lacks, and more of the third."""
    gappy = np.array(series[: 4 * WINDOW])
    gappy[WINDOW : WINDOW + WINDOW // 2] = np.nan
    gappy[2 * WINDOW : 2 * WINDOW + WINDOW // 2 + 1] = np.nan
    return gappy


def test_what_is_no_long_series_is_told() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"recording 0 has shape \(10,\)"):
        windows_of([(np.zeros(10), "a")], WINDOW)
    with pytest.raises(pe.InvalidInputError, match="recording 0 has 3 labels for 100 timepoints"):
        windows_of([(np.zeros(100), ["a", "b", "c"])], WINDOW)
    with pytest.raises(pe.InvalidInputError, match="hop must be"):
        windows_of([(np.zeros(100), "a")], WINDOW, 0)
