"""What can be looked into, and what is refused with a reason."""

import numpy as np
import pytest

import physembed as pe
from physembed.errors import InvalidInputError
from physembed.explain.subject import Subject


def test_fibres_with_more_than_a_medium_are_refused() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((24, 1, 64)), np.array([0, 1] * 12)
    classifier = pe.PhysicalEmbeddingClassifier(preset="homodyne-small", random_state=0).fit(X, y)
    with pytest.raises(InvalidInputError, match="does not look into yet"):
        Subject.of(classifier, X, y, X, y)
