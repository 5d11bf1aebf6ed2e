"""A fit to a source of parts: the model that a fit in memory gives, for whatever comes in parts."""

import multiprocessing
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.training import checkpoint, in_pieces
from physembed.training.in_pieces import Prepared, PreparedPool
from physembed.training.readout.left_out import leave_one_out, mean_and_deviation, signed_targets
from physembed.training.readout.ridge import detected_features

N, T, SAMPLE = 240, 24, 80


def waves(seed: int, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Three classes of noisy waves, which nobody tells apart without mistakes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=n)
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    series = np.sin(np.arange(T) * (0.3 + 0.1 * labels[:, None]) + phase)
    return series + rng.normal(0, 0.9, (n, T)), np.array(["slow", "middle", "fast"])[labels]


X, Y = waves(0)
X_TEST, Y_TEST = waves(1, 600)
PIECES = [(X[a:b], Y[a:b]) for a, b in ((0, 100), (100, 101), (101, N))]


def classifier(preset: str = "lattice", **options) -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier(preset, random_state=0, **options)


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


def scores_in_memory(fitted, targets: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Scores of the test cases by a ridge on the same detectors, from all cases at once."""
    features = torch.from_numpy(detected_features(fitted.network_, torch.from_numpy(X[:, None])))
    solved = leave_one_out(
        features[None],
        torch.from_numpy(targets),
        groups=torch.from_numpy(folds),
        with_coefficients=True,
    )
    assert solved.coefficients is not None
    mean, deviation = mean_and_deviation(features)
    tested = detected_features(fitted.network_, torch.from_numpy(X_TEST[:, None]))
    standard = (torch.from_numpy(tested) - mean) / deviation
    return (standard @ solved.coefficients[0] + torch.from_numpy(targets).mean(dim=0)).numpy()


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


def test_a_teacher_of_all_cases_is_their_ridge_on_the_whole_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its scores are those of a ridge in memory, with the same penalty, on all features at once."""
    told: list[tuple[PreparedPool, np.ndarray, np.ndarray]] = []
    scores_of = PreparedPool.scores

    def listen(pool, moments, lesson):
        told.append((pool, lesson.features, scores_of(pool, moments, lesson)))
        return told[-1][2]

    monkeypatch.setattr(PreparedPool, "scores", listen)
    penalties = []
    ridge = in_pieces.ridge_of_folds

    def solve(moments, **options):
        solved = ridge(moments, **options)
        penalties.append(solved.penalty)
        return solved

    monkeypatch.setattr(in_pieces, "ridge_of_folds", solve)
    fitted = classifier("compact", detectors=12).fit(PIECES, sample_cases=SAMPLE, taught_by="all")
    assert fitted.network_.head.linear.in_features == 12
    ((pool, shown, scores),) = told
    bright = pool.scaling.bright
    features = pool.features(torch.from_numpy(X[:, None]))
    targets = signed_targets(torch.from_numpy(np.searchsorted(fitted.classes_, Y)), 3).numpy()
    centred, shift = features - features.mean(axis=0), targets.mean(axis=0)
    gram = centred.T @ centred + penalties[0] * np.eye(bright.sum())
    weights = np.linalg.solve(gram, centred.T @ (targets - shift))
    expected = (shown[:, bright] - features.mean(axis=0)) @ weights + shift
    np.testing.assert_allclose(scores, expected, atol=1e-8)


def test_what_cannot_be_done_is_told_before_any_work() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"'nlse' is not fitted in pieces.*gradient"):
        classifier("nlse").fit(PIECES)
    with pytest.raises(pe.InvalidInputError, match=r"sample_cases=3 is for a source of parts"):
        classifier().fit(X, Y, sample_cases=3)
    with pytest.raises(pe.InvalidInputError, match="groups of a source stand in its pieces"):
        classifier().fit(PIECES, groups=np.arange(N))
    with pytest.raises(pe.InvalidInputError, match="piece 1 is empty"):
        classifier().fit([PIECES[0], (X[:0], Y[:0])])


def test_memory_that_is_not_there_is_told_before_it_is_taken() -> None:
    wide = np.zeros((3, 2000, 64), dtype=np.float32)
    wide[1:] = np.random.default_rng(0).normal(size=(2, 2000, 64))
    with pytest.raises(pe.OutOfMemoryError, match=r"takes [\d,.]+ GiB, where [\d.]+ GiB are free"):
        classifier("homodyne").fit((wide, np.array([0, 1, 1])), sample_cases=2)


class Source:
    """Pieces of sixty cases, of which the sum of one is interrupted the first time."""

    def __init__(self, interrupted_in: int) -> None:
        self.interrupted_in, self.read = interrupted_in, 0

    def __call__(self):
        for k in range(0, N, 60):
            self.read += 1
            # the second pass
            if self.read == 4 + self.interrupted_in:
                raise KeyboardInterrupt
            yield X[k : k + 60], Y[k : k + 60]


def test_a_fit_goes_on_from_what_was_summed(tmp_path: Path) -> None:
    options = {"sample_cases": SAMPLE, "unit_cases": 60}
    expected = classifier().fit(Source(100), **options)
    source = Source(3)
    with pytest.raises(KeyboardInterrupt):
        classifier(checkpoint_dir=tmp_path).fit(source, **options)
    (unfinished,) = tmp_path.iterdir()
    assert torch.load(unfinished, weights_only=True)["units"] == 2
    fitted = classifier(checkpoint_dir=tmp_path).fit(source, **options)
    for name, value in expected.network_.state_dict().items():
        assert torch.equal(value, fitted.network_.state_dict()[name]), name
    assert not list(tmp_path.iterdir())
    # what is damaged is told, and never summed
    with pytest.raises(KeyboardInterrupt):
        classifier(checkpoint_dir=tmp_path).fit(Source(3), **options)
    unfinished.write_bytes(b"damaged")
    with pytest.raises(pe.RunFolderError, match="no training that can be gone on with"):
        classifier(checkpoint_dir=tmp_path).fit(Source(100), **options)


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
        with pytest.raises(pe.InvalidInputError, match=told):
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


class Killing(Source):
    """The same, but that the process is killed where the other one is interrupted."""

    def __call__(self):
        try:
            yield from super().__call__()
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGKILL)


def fit_until_killed(folder: Path, number: int) -> None:
    checkpoint.SECONDS_BETWEEN = 0.0
    classifier(checkpoint_dir=folder).fit(Killing(number), sample_cases=SAMPLE, unit_cases=60)


def test_a_process_that_is_killed_again_and_again_leaves_the_same_model(tmp_path: Path) -> None:
    expected = classifier().fit(Source(100), sample_cases=SAMPLE, unit_cases=60)
    for number in (1, 2, 3, 3, 4):
        killed = multiprocessing.get_context("fork").Process(
            target=fit_until_killed, args=(tmp_path, number)
        )
        killed.start()
        killed.join()
        assert killed.exitcode == -signal.SIGKILL
    (unfinished,) = tmp_path.glob("*.sums")
    assert torch.load(unfinished, weights_only=True)["units"] == 3
    fitted = classifier(checkpoint_dir=tmp_path).fit(
        Source(100), sample_cases=SAMPLE, unit_cases=60
    )
    for name, value in expected.network_.state_dict().items():
        assert torch.equal(value, fitted.network_.state_dict()[name]), name
