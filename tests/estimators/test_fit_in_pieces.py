"""A fit to a source of parts: the model that a fit in memory gives, for whatever comes in parts."""

from pathlib import Path

import numpy as np
import pytest
import torch
from many_waves import (
    PIECES,
    SAMPLE,
    X_TEST,
    Y_TEST,
    N,
    X,
    Y,
    classifier,
    scores_in_memory,
    waves,
)

import physembed as pe
from physembed.training.in_pieces import PreparedPool
from physembed.training.readout.left_out import signed_targets
from physembed.training.selection.forward import choose_forward


@pytest.mark.parametrize("preset", ["lattice", "compact"])
def test_what_fits_into_the_sample_is_fitted_as_in_memory(preset: str, tmp_path: Path) -> None:
    options = {"detectors": 12} if preset == "compact" else {}
    in_memory = classifier(preset, **options).fit(X[:SAMPLE], Y[:SAMPLE])
    in_pieces = classifier(preset, **options).fit([(X[:30], Y[:30]), (X[30:SAMPLE], Y[30:SAMPLE])])
    np.testing.assert_array_equal(
        in_pieces.predict_proba(X_TEST[:50]), in_memory.predict_proba(X_TEST[:50])
    )
    assert in_pieces.classes_.tolist() == in_memory.classes_.tolist()
    assert in_pieces.preset_ == in_memory.preset_
    assert in_pieces.metadata_ == in_memory.metadata_
    in_pieces.save(tmp_path / "model")
    loaded = pe.load(tmp_path / "model", pe.PhysicalEmbeddingClassifier)
    assert loaded.score(X_TEST, Y_TEST) == in_memory.score(X_TEST, Y_TEST)


@pytest.mark.parametrize("grouped", [False, True])
def test_more_than_the_sample_are_summed_to_the_ridge_of_all(grouped: bool) -> None:
    """The same thresholds and folds: decisions and scores are those of the solution in memory.

    Tolerance: the head holds its weights in single precision.
    """
    groups = np.random.default_rng(2).integers(4, size=N)
    pieces = [(X[a:b], Y[a:b], groups[a:b]) for a, b in ((0, 100), (100, 101), (101, N))]
    fitted = classifier().fit(pieces if grouped else PIECES, sample_cases=SAMPLE)
    labels = np.searchsorted(fitted.classes_, Y)
    targets = signed_targets(torch.from_numpy(labels), 3).numpy()
    expected = scores_in_memory(fitted, targets, groups if grouped else np.arange(N) % 5)
    scores = fitted.decision_function(X_TEST)
    # of a softmax: calibrated, and only the differences matter
    expected -= expected.mean(axis=1, keepdims=True)
    scores -= scores.mean(axis=1, keepdims=True)
    scale = (scores * expected).sum() / np.square(expected).sum()
    assert scale > 0
    np.testing.assert_allclose(scores / scale, expected, atol=2e-5)
    if not grouped:
        # the arrays themselves are a source as well, and the parts make no difference
        again = classifier().fit((X, Y), sample_cases=SAMPLE)
        np.testing.assert_allclose(
            again.predict_proba(X_TEST), fitted.predict_proba(X_TEST), atol=1e-6
        )


def test_a_regression_is_summed_likewise() -> None:
    target = 100 + 5 * np.searchsorted(np.unique(Y), Y) + np.random.default_rng(3).normal(size=N)
    pieces = [(X[a:b], target[a:b]) for a, b in ((0, 100), (100, N))]
    fitted = pe.PhysicalEmbeddingRegressor("lattice", random_state=0).fit(
        pieces, sample_cases=SAMPLE
    )
    assert fitted.target_mean_ == pytest.approx(target.mean())
    assert fitted.target_scale_ == pytest.approx(target.std())
    standard = ((target - target.mean()) / target.std())[:, None]
    expected = scores_in_memory(fitted, standard, np.arange(N) % 5)[:, 0]
    np.testing.assert_allclose(
        fitted.predict(X_TEST), target.mean() + target.std() * expected, atol=1e-3
    )


@pytest.mark.slow
def test_few_detectors_are_chosen_by_the_sample_and_read_out_by_all() -> None:
    """More cases than the sample add to what its student knows, and never take away."""
    more, labels = waves(4, 3000)
    small = classifier("compact", detectors=24).fit(more[:SAMPLE], labels[:SAMPLE])
    fitted = classifier("compact", detectors=24, class_weight="balanced").fit(
        (more, labels), sample_cases=SAMPLE
    )
    assert fitted.network_.head.linear.in_features == 24
    assert fitted.score(X_TEST, Y_TEST) > small.score(X_TEST, Y_TEST)
    rounded = classifier("compact", detectors=24, weight_bits=8).fit(
        (more, labels), sample_cases=SAMPLE
    )
    assert rounded.parameter_counts_["bytes"] < fitted.parameter_counts_["bytes"]
    assert rounded.score(X_TEST, Y_TEST) > fitted.score(X_TEST, Y_TEST) - 0.03


def test_detectors_that_all_cases_choose_are_those_of_a_choice_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[PreparedPool, np.ndarray]] = []
    chosen_by = PreparedPool.chosen

    def listen(pool, moments, n_detectors):
        told.append((pool, chosen_by(pool, moments, n_detectors)))
        return told[-1][1]

    monkeypatch.setattr(PreparedPool, "chosen", listen)
    fitted = classifier("compact", detectors=12).fit(PIECES, sample_cases=SAMPLE, taught_by="all")
    assert fitted.network_.head.linear.in_features == 12
    ((pool, chosen),) = told
    features = pool.features(torch.from_numpy(X[:, None]))
    targets = signed_targets(torch.from_numpy(np.searchsorted(fitted.classes_, Y)), 3).numpy()
    expected = np.sort(choose_forward(features, targets, 12))
    np.testing.assert_array_equal(chosen, np.flatnonzero(pool.scaling.bright)[expected])


def test_what_has_no_effect_on_a_source_or_a_stream_is_told() -> None:
    idle = r"without effect: taught_by='all', since no detectors are chosen; robustness=0.2; only"
    with pytest.warns(pe.PhysembedWarning, match=idle):
        classifier(robustness=0.2).fit(PIECES, sample_cases=SAMPLE, taught_by="all")
    with pytest.warns(pe.PhysembedWarning, match="without effect: taught_by='all', since no"):
        # of no more than the sample as well
        classifier().fit(PIECES, taught_by="all")
    with pytest.warns(pe.PhysembedWarning, match="without effect: robustness=0.3; only"):
        classifier(robustness=0.3).partial_fit(X, Y, classes=np.unique(Y), sample_cases=SAMPLE)


def test_what_cannot_be_done_is_told_before_any_work() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"'nlse' is not fitted in pieces.*gradient"):
        classifier("nlse").fit(PIECES)
    with pytest.raises(pe.InvalidInputError, match=r"sample_cases=3 is for a source of parts"):
        classifier().fit(X, Y, sample_cases=3)
    with pytest.raises(pe.InvalidInputError, match="groups of a source stand in its pieces"):
        classifier().fit(PIECES, groups=np.arange(N))
    with pytest.raises(pe.InvalidInputError, match="taught_by must be 'sample' where a teacher"):
        classifier("compact", teacher="with-minirocket").fit(PIECES, taught_by="all")
    with pytest.raises(pe.InvalidInputError, match="piece 1 is empty"):
        classifier().fit([PIECES[0], (X[:0], Y[:0])])


def test_memory_that_is_not_there_is_told_before_it_is_taken() -> None:
    wide = np.zeros((3, 2000, 64), dtype=np.float32)
    wide[1:] = np.random.default_rng(0).normal(size=(2, 2000, 64))
    with pytest.raises(pe.OutOfMemoryError, match=r"takes [\d,.]+ GiB, where [\d.]+ GiB are free"):
        classifier("homodyne").fit((wide, np.array([0, 1, 1])), sample_cases=2)
