"""A fit to a stream: the model of all that came, whatever is refused on the way."""

import signal

import numpy as np
import pytest
import torch
from many_waves import SAMPLE, X_TEST, Y_TEST, N, X, Y, classifier, scores_in_memory

import physembed as pe
from physembed.training.in_pieces import Prepared
from physembed.training.readout.left_out import signed_targets


def test_a_stream_is_fitted_to_all_that_came() -> None:
    """Its first cases are the sample; beyond, what a ridge of all cases in memory says."""
    stream = classifier()
    stream.partial_fit(X[:50], Y[:50], classes=np.unique(Y), sample_cases=SAMPLE)
    in_memory = classifier().fit(X[:50], Y[:50])
    np.testing.assert_array_equal(stream.predict_proba(X_TEST), in_memory.predict_proba(X_TEST))
    for k in range(50, N, 19):
        stream.partial_fit(X[k : k + 19], Y[k : k + 19])
    labels = np.searchsorted(stream.classes_, Y)
    targets = signed_targets(torch.from_numpy(labels), 3).numpy()
    assert stream.score(X_TEST, Y_TEST) > in_memory.score(X_TEST, Y_TEST)
    scores = stream.decision_function(X_TEST)
    expected = scores_in_memory(stream, targets, np.arange(N) % 5)
    expected -= expected.mean(axis=1, keepdims=True)
    scores -= scores.mean(axis=1, keepdims=True)
    scale = (scores * expected).sum() / np.square(expected).sum()
    np.testing.assert_allclose(scores / scale, expected, atol=2e-5)


def test_a_piece_of_a_stream_that_is_refused_is_not_summed() -> None:
    stream, clean = classifier(), classifier()
    for fitted in (stream, clean):
        fitted.partial_fit(X[:100], Y[:100], classes=np.unique(Y), sample_cases=SAMPLE)
    refused = {
        "is none of the classes": (X[100:110], np.array(["other"] * 10)),
        "X has 20 features, but": (X[100:110, :20], Y[100:110]),
        "X must have the 1 channel": (np.stack([X[100:110]] * 2, axis=1), Y[100:110]),
        "y has 3 labels for 10 cases": (X[100:110], Y[100:103]),
        "infinite value": (np.where(np.arange(24) == 3, np.inf, X[100:110]), Y[100:110]),
    }
    for told, piece in refused.items():
        with pytest.raises(pe.InvalidInputError, match=f"piece from case 100 of .*{told}"):
            stream.partial_fit(*piece)
    np.testing.assert_array_equal(stream.predict_proba(X_TEST), clean.predict_proba(X_TEST))
    with pytest.raises(pe.InvalidInputError, match="classes must be given with the first piece"):
        classifier().partial_fit(X[:10], Y[:10])
    with pytest.raises(pe.InvalidInputError, match="class_weight='balanced' needs to know"):
        classifier(class_weight="balanced").partial_fit(X[:10], Y[:10], classes=np.unique(Y))
    with pytest.raises(pe.InvalidInputError, match="'nlse' is not fitted in pieces"):
        classifier("nlse").partial_fit(X[:10], Y[:10], classes=np.unique(Y))


@pytest.mark.parametrize("of_classes", [True, False])
def test_a_stream_outlives_the_refusal_of_the_piece_that_fills_its_sample(
    of_classes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = 100.0 + np.searchsorted(np.unique(Y), Y)
    target = Y if of_classes else numbers
    stream, clean = (
        classifier() if of_classes else pe.PhysicalEmbeddingRegressor("lattice", random_state=0)
        for _ in range(2)
    )
    options = {"classes": np.unique(Y)} if of_classes else {}
    for fitted in (stream, clean):
        fitted.partial_fit(X[:60], target[:60], sample_cases=SAMPLE, **options)
    add = Prepared.add
    monkeypatch.setattr(Prepared, "add", lambda *given: (add(*given), signal.raise_signal(2)))
    with pytest.raises(KeyboardInterrupt):
        stream.partial_fit(X[110:170], target[110:170])
    monkeypatch.setattr(Prepared, "add", add)
    np.testing.assert_array_equal(stream.predict(X_TEST), clean.predict(X_TEST))
    for some in (slice(60, 110), slice(110, 170), slice(170, N)):
        for fitted in (stream, clean):
            fitted.partial_fit(X[some], target[some])
        np.testing.assert_array_equal(stream.predict(X_TEST), clean.predict(X_TEST))


def test_numbers_come_in_a_stream_as_well() -> None:
    target = 100 + 5 * np.searchsorted(np.unique(Y), Y) + np.random.default_rng(3).normal(size=N)
    stream = pe.PhysicalEmbeddingRegressor("lattice", random_state=0)
    for k in range(0, N, 40):
        stream.partial_fit(X[k : k + 40], target[k : k + 40], sample_cases=SAMPLE)
    assert stream.score(X, target) > 0.5
    # fitted anew, it forgets the stream
    again = pe.PhysicalEmbeddingRegressor("lattice", random_state=0).fit(X, target)
    np.testing.assert_array_equal(stream.fit(X, target).predict(X_TEST), again.predict(X_TEST))
