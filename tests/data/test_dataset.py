import numpy as np
import pytest

from physembed.data import Dataset, dataset_digest
from physembed.errors import InvalidInputError

X = np.arange(12.0).reshape(3, 1, 4)
y = np.array(["a", "b", "a"])


def test_digest_depends_on_values_labels_and_their_order():
    digests = {
        dataset_digest(X, y, X, y),
        dataset_digest(X + 1e-12, y, X, y),
        dataset_digest(X, y[::-1].copy(), X + 1, y),
        dataset_digest(X, np.array(["a", "b", "c"]), X, y),
        dataset_digest(X[::-1], y, X, y),
        dataset_digest(X.reshape(3, 2, 2), y, X, y),
    }
    assert len(digests) == 6


def test_digest_does_not_depend_on_memory_layout_or_container():
    fortran = np.asfortranarray(X)
    assert dataset_digest(fortran, y, list(X), y.astype("<U9")) == dataset_digest(X, y, X, y)


def test_from_arrays_computes_the_digest_and_keeps_details():
    dataset = Dataset.from_arrays(
        name="toy", X_train=X, y_train=y, X_test=X, y_test=y, source="here", sampling_interval=0.5
    )
    assert dataset.digest == dataset_digest(X, y, X, y)
    assert dataset.sampling_interval == 0.5
    assert (dataset.split, dataset.fold) == ("official", 0)
    assert dataset.classes == ["a", "b"]


def test_a_dataset_cannot_be_changed():
    dataset = Dataset("toy", X, y, X, y, "here", "0")
    with pytest.raises(AttributeError):
        dataset.name = "other"


def test_arrays_are_what_estimators_see():
    unequal = Dataset.from_arrays(
        name="toy",
        X_train=[np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, np.nan, 3.0, 4.0]])],
        y_train=y[:2],
        X_test=[np.array([[5.0, 6.0]])],
        y_test=y[:1],
        source="here",
    )
    train, test = unequal.arrays()
    np.testing.assert_array_equal(train, [[[1, 2, 3, 3]], [[1, 2, 3, 4]]])
    np.testing.assert_array_equal(test, [[[5, 6, 6, 6]]])


def test_test_series_of_another_length_are_refused():
    other = Dataset("toy", X, y, X[..., :3], y, "here", "0")
    with pytest.raises(InvalidInputError, match="3 timepoints, the training series 1 and 4"):
        other.arrays()
