"""A lesson and its students, on features that are worked out by hand."""

from collections.abc import Callable

import numpy as np
import pytest

import physembed as pe
from physembed.training.selection.minirocket_teacher import fit_minirocket
from physembed.training.selection.student import Lesson, Student, choose, learn, prepare_lesson

Numbers = np.ndarray


def features_of(x: Numbers) -> Numbers:
    """Forty numbers of a series: its projections on slow cosines, and what noise decides."""
    n = x.shape[2]
    slow = np.cos(np.pi * np.outer(np.arange(30), np.arange(n) + 0.5) / n)
    rough = np.sign(np.diff(x[:, 0], axis=1))[:, :10]
    return np.hstack([x[:, 0] @ slow.T / n, rough])


def problem(n_cases: int = 60) -> tuple[Numbers, np.ndarray]:
    """Three classes that differ in the sizes of two slow waves; flat to the eye between points."""
    rng = np.random.default_rng(0)
    labels = np.arange(n_cases) % 3
    t = np.linspace(0, np.pi, 50)
    first = np.array([2.0, 0.0, -2.0])[labels] + 0.3 * rng.normal(size=n_cases)
    second = np.array([1.0, -1.5, 1.0])[labels] + 0.3 * rng.normal(size=n_cases)
    x = first[:, None] * np.cos(2 * t) + second[:, None] * np.cos(3 * t)
    return x[:, None, :], labels


def lesson_on(x: Numbers, labels: np.ndarray, **options: object) -> Lesson:
    targets = 2.0 * np.eye(3)[labels] - 1
    gains = np.ones(features_of(x[:1]).shape[1])
    return prepare_lesson(features_of, gains, x, targets, labels=labels, seed=0, **options)


def taught(lesson: Lesson, n_detectors: int, **options: int) -> Student:
    return learn(lesson, choose(lesson, n_detectors), **options)


@pytest.mark.parametrize("n_detectors", [8, 40])
def test_a_student_decides_as_its_teacher(n_detectors: int) -> None:
    """Chosen forward, and all of them."""
    x, labels = problem()
    lesson = lesson_on(x, labels)
    student = taught(lesson, n_detectors)
    assert len(student.places) == min(n_detectors, lesson.n_usable)
    assert list(student.places) == sorted(student.places)
    decisions = student.scores(features_of(x)).argmax(axis=1)
    assert (decisions == labels).mean() > 0.95
    agreement = decisions == lesson.left_out.argmax(axis=1)
    assert agreement.mean() > 0.9


def test_more_than_a_few_are_chosen_backward(monkeypatch: pytest.MonkeyPatch) -> None:
    x, labels = problem()
    lesson = lesson_on(x, labels)
    forward = taught(lesson, 15)
    monkeypatch.setattr("physembed.training.selection.student.MOST_FORWARD", 4)
    backward = taught(lesson, 15)
    scores = [student.scores(features_of(x)) for student in (forward, backward)]
    assert [(s.argmax(axis=1) == labels).mean() > 0.95 for s in scores] == [True, True]


def test_scores_of_all_classes_sum_to_a_constant() -> None:
    """So one row of weights is nothing but the others'."""
    x, labels = problem()
    total = taught(lesson_on(x, labels), 6).scores(features_of(x)).sum(axis=1)
    np.testing.assert_allclose(total, -1.0, atol=1e-8)


def test_what_does_not_bear_noise_is_not_chosen() -> None:
    """Signs of differences are lost in noise where the series hardly moves from point to point."""
    x, labels = problem()
    trusting, robust = lesson_on(x, labels), lesson_on(x, labels, robustness=0.1)
    assert trusting.scaling.bright[30:].any()
    assert not robust.scaling.bright[30:].any()
    # and what is slow is trusted still
    assert robust.scaling.bright[[2, 3]].all()


def test_another_teacher_is_imitated() -> None:
    """One that looks at nothing but the first slow wave."""
    x, labels = problem()

    def score_by(series: Numbers) -> Numbers:
        size = features_of(series)[:, 2]
        return np.stack([size, -size, 0 * size], axis=1)

    student = taught(lesson_on(x, labels, score_by=score_by), 8)
    scored = student.scores(features_of(x))
    assert np.corrcoef(scored[:, 0], score_by(x)[:, 0])[0, 1] > 0.99


def test_a_teacher_beside_the_ridge_is_heard_as_much() -> None:
    x, labels = problem()
    scores = {}
    for beside in (False, True):
        lesson = lesson_on(x, labels, score_by=lambda x: x[:, 0, :3], beside=beside)
        scores[beside] = lesson.scores
    np.testing.assert_allclose(scores[True], (scores[False] + lesson_on(x, labels).scores) / 2)


def test_minirocket_is_a_ridge_that_leaves_cases_out() -> None:
    """What it says of a case that it was not taught is less sure than of one that it was."""
    x, labels = problem()
    targets = 2.0 * np.eye(3)[labels] - 1
    teacher = fit_minirocket(x, targets, seed=0)
    assert teacher.is_beside
    assert teacher.left_out is not None
    assert (teacher.scores(x).argmax(axis=1) == labels).all()
    assert (teacher.left_out.argmax(axis=1) == labels).mean() > 0.9
    errors = [np.square(said - targets).mean() for said in (teacher.scores(x), teacher.left_out)]
    assert errors[0] < errors[1]
    with pytest.raises(pe.InvalidInputError, match=r"fewer than 9 timepoints.* 8 timepoints"):
        fit_minirocket(x[:, :, :8], targets, seed=0)


def test_weights_of_few_bits_say_nearly_the_same() -> None:
    x, labels = problem()
    lesson = lesson_on(x, labels)
    exact, rounded = taught(lesson, 8), taught(lesson, 8, weight_bits=4)
    assert rounded.rows is not None and np.abs(rounded.rows.integers).max() <= 7
    np.testing.assert_array_equal(exact.places, rounded.places)
    a, b = exact.scores(features_of(x)), rounded.scores(features_of(x))
    assert 0 < np.abs(a - b).max() < 0.5


def test_one_case_of_each_class_is_enough() -> None:
    x, labels = problem(3)
    student = taught(lesson_on(x, labels), 20)
    assert (student.scores(features_of(x)).argmax(axis=1) == labels).all()


def test_rare_cases_count_as_they_are_told_to() -> None:
    """Between two classes that overlap, a weight moves the border away from its class."""
    x, labels = problem(90)
    x = x + np.random.default_rng(1).normal(size=(90, 1, 1)) * np.cos(np.linspace(0, 2 * np.pi, 50))
    said = []
    for weight in (1.0, 20.0):
        weights = np.where(labels == 1, weight, 1.0)
        student = taught(lesson_on(x, labels, case_weights=weights), 8)
        said.append((student.scores(features_of(x)).argmax(axis=1) == 1).sum())
    assert said[1] >= said[0]


def test_the_same_seed_gives_the_same_student() -> None:
    x, labels = problem()
    make: Callable[[], object] = lambda: taught(lesson_on(x, labels, robustness=0.05), 8).weights  # noqa: E731
    np.testing.assert_array_equal(make(), make())


def test_fewer_can_be_chosen_among_more() -> None:
    x, labels = problem()
    lesson = lesson_on(x, labels)
    many = choose(lesson, 15)
    assert set(choose(lesson, 6, among=many)) <= set(many)


def test_unusual_gains_are_taken_where_they_are_much_better() -> None:
    """One feature of twenty tells all of a real target; or all the others do."""
    generator = np.random.default_rng(3)
    x = generator.normal(size=(40, 1, 12))
    gains = np.ones((2, 21))
    gains[1, 4] = 30.0

    def look(series: Numbers) -> Numbers:
        return np.hstack([series[:, 0], np.cos(5 * series[:, 0, :9])])

    taken = []
    for target in (x[:, 0, 4:5], look(x)[:, 5:] @ generator.normal(size=(16, 1))):
        lesson = prepare_lesson(look, gains, x, target, labels=None, seed=0)
        taken.append(lesson.scaling.farthest[4] == 600)
    assert taken == [True, False]


def test_series_that_are_all_the_same_are_named() -> None:
    x, labels = problem(6)
    with pytest.raises(pe.InvalidInputError, match="no feature that differs between its cases"):
        lesson_on(np.repeat(x[:1], 6, axis=0), labels)
