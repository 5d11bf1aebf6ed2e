"""Detectors are chosen by the left-out error, one by one."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import LeaveOneOut, cross_val_predict

import physembed as pe
from physembed.training.selection import by_left_out_error
from physembed.training.selection.by_left_out_error import _GrowingReadout, choose_detectors


def test_the_ones_that_tell_are_found_among_many() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 60))
    y = (features[:, 7] - 2 * features[:, 31] + 0.1 * rng.normal(size=200) > 0).astype(int)
    features[:, 50] = features[:, 31]  # a copy adds nothing
    assert choose_detectors(features, y, 2) == [31, 7]
    assert len(set(choose_detectors(features, y, 20))) == 20


def test_the_error_is_that_of_leaving_each_case_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_left_out_error, "SHRINKAGE", 0.0)
    rng = np.random.default_rng(1)
    features = rng.normal(size=(30, 5))
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    targets = rng.normal(size=(30, 2))
    readout = _GrowingReadout(features, targets - targets.mean(axis=0))
    readout.add(3)
    errors = readout.errors_with_each()
    for column in (0, 1, 2, 4):
        left_out = cross_val_predict(
            LinearRegression(), features[:, [3, column]], targets, cv=LeaveOneOut()
        )
        assert errors[column] == pytest.approx(np.square(targets - left_out).sum())
    assert errors[3] == np.inf


def test_a_detector_of_several_channels_is_chosen_for_its_best() -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(120, 9, 3))
    y = np.digitize(features[:, 4, 2] + 0.1 * rng.normal(size=120), [-0.5, 0.5])
    assert choose_detectors(features, y, 1) == [4]


def test_real_numbers_are_predicted_too() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(80, 12))
    assert choose_detectors(features, 5 + 3 * features[:, 8], 1) == [8]


def test_nothing_is_chosen_that_adds_nothing() -> None:
    rng = np.random.default_rng(4)
    one = rng.normal(size=(40, 1))
    features = np.hstack([one, 2 * one, np.ones((40, 1))])
    assert choose_detectors(features, (one[:, 0] > 0).astype(int), 3) == [0]
    with pytest.raises(pe.InvalidInputError, match="an integer from 1 to 3, got 4"):
        choose_detectors(features, np.arange(40) % 2, 4)
