"""What can be looked into, and what is refused with a reason."""

import numpy as np
import pytest

import physembed as pe
from physembed.errors import InvalidInputError
from physembed.explain.subject import Subject


def test_a_baseline_is_refused_with_a_reason() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((24, 1, 64)), np.array([0, 1] * 12)
    classifier = pe.BaselineClassifier("linear", random_state=0).fit(X, y)
    with pytest.raises(InvalidInputError, match="has no medium to look into"):
        Subject.of(classifier, X, y, X, y)
