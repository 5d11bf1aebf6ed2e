"""What is learned of y is the same value, however the y comes, and is read as it was written."""

import json

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

import physembed as pe
from physembed.data.pieces.sources import source_of
from physembed.data.pieces.survey import Survey, survey
from physembed.estimators.classes_and_targets import Classes, LearnedOfY, Targets

X = np.random.default_rng(0).standard_normal((9, 1, 16))
LABELS = np.array(["c", "a", "a", "b", "a", "c", "a", "a", "b"])
TARGETS = np.array([3.0, -1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0])


def surveyed(y: np.ndarray) -> Survey:
    source = source_of([(X[:4], y[:4]), (X[4:], y[4:])])
    assert source is not None
    return survey(source, of_classes=y.dtype.kind == "U", seed=0)


@pytest.mark.parametrize("asked", [None, "balanced", {"a": 2.0, "c": 0.5}])
def test_classes_of_an_array_and_of_a_source_weigh_alike(asked: object) -> None:
    values, counts = np.unique(LABELS, return_counts=True)
    of_array = Classes.weighted(values, asked, counts)
    of_source = Classes.of_survey(surveyed(LABELS), asked)
    assert of_source.values.tolist() == of_array.values.tolist() == ["a", "b", "c"]
    if asked is None:
        assert of_array.class_weights is None
        assert of_source.class_weights is None
        return
    assert of_array.class_weights is not None
    assert of_source.class_weights is not None
    torch.testing.assert_close(of_source.class_weights, of_array.class_weights, rtol=0, atol=0)
    expected = compute_class_weight(asked, classes=values, y=LABELS)
    np.testing.assert_allclose(of_array.class_weights.numpy(), expected, rtol=1e-15)


def test_targets_of_an_array_a_source_and_a_stream_lie_alike() -> None:
    of_array = Targets.of(TARGETS)
    assert (of_array.mean, of_array.scale) == pytest.approx((TARGETS.mean(), TARGETS.std()))
    of_source = Targets.of_survey(surveyed(TARGETS), None)
    assert (of_source.mean, of_source.scale) == pytest.approx((of_array.mean, of_array.scale))
    assert Targets.of_stream(None, None).settled_by(TARGETS) == of_array
    numbers = of_array.numbers(TARGETS)
    assert float(numbers.mean()) == pytest.approx(0, abs=1e-12)
    assert float(numbers.std(correction=0)) == pytest.approx(1)
    # what does not change is not divided by nothing
    assert Targets.of(np.full(4, 7.0)) == Targets(7.0, 1.0)
    # a case of weight two is one that is there twice
    twice = np.concatenate([TARGETS, TARGETS[:3]])
    weights = np.where(np.arange(9) < 3, 2.0, 1.0)
    weighted, repeated = Targets.of(TARGETS, weights), Targets.of(twice)
    assert (weighted.mean, weighted.scale) == pytest.approx((repeated.mean, repeated.scale))


@pytest.mark.parametrize(
    "learned",
    [
        Classes(np.array(["a", "b"])),
        Classes(np.array([-1, 3, 7])),
        Classes(np.array([False, True])),
        Targets(2.5, 0.125),
    ],
)
def test_what_is_shown_and_what_is_written_are_read_again(learned: LearnedOfY) -> None:
    kind = type(learned)
    written = json.loads(json.dumps(learned.state()))
    for again in (kind.from_state(written), kind.shown_by(learned.attributes())):
        assert again.state() == learned.state()
        assert again.n_outputs == learned.n_outputs


def test_a_stream_tells_its_classes_first_and_brings_no_other() -> None:
    classes = Classes.of_stream(["b", "a", "c", "a"], {"b": 3.0})
    assert classes.values.tolist() == ["a", "b", "c"]
    assert classes.class_weights is not None
    assert classes.class_weights.tolist() == [1.0, 3.0, 1.0]
    assert classes.settled_by(LABELS) is classes
    assert classes.numbers(classes.checked(LABELS, 9)).tolist() == [2, 0, 0, 1, 0, 2, 0, 0, 1]
    with pytest.raises(pe.InvalidInputError, match=r"y\[1\] is 'd', which is none of the classes"):
        classes.checked(["a", "d"], 2)
    with pytest.raises(pe.InvalidInputError, match="must be None for a regression"):
        Targets.of_stream(["a", "b"], None)


def test_labels_that_would_have_to_be_unpickled_are_not_read() -> None:
    with pytest.raises(pe.InvalidInputError, match="of type object are not read"):
        Classes.from_state({"classes": ["a", "b"], "classes_dtype": "|O"})
