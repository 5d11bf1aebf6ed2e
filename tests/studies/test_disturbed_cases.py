"""Rivals on disturbed cases: compared are answers to the same cases."""

from functools import partial

import numpy as np

from physembed.data import load_dataset
from studies.disturbances import ALL, AS_THEY_ARE, MOST_CASES, Read, _measured, hann_frames


def test_cases_that_are_disturbed_are_looked_at_as_they_are_too() -> None:
    make = partial(Read, hann_frames)
    accuracy = _measured("GunPoint", make, None)["accuracy"]
    data = load_dataset("GunPoint")
    classes, labels = np.unique(data.y_train, return_inverse=True)
    said = classes[make().fit(np.asarray(data.X_train), labels).predict(np.asarray(data.X_test))]
    right = said == data.y_test
    assert accuracy[ALL] == right.mean()
    spread = np.linspace(0, len(right) - 1, MOST_CASES).astype(int)
    assert accuracy[AS_THEY_ARE] == right[spread].mean() != right.mean()
