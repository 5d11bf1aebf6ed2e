"""The preset for every budget, as a user meets it."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from aeon.datasets import load_gunpoint
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge

import physembed as pe

X, Y = load_gunpoint(split="train")
X_TEST, Y_TEST = load_gunpoint(split="test")
SHORT = X[:, :, ::5]
"""For what does not depend on the series."""


def fitted(**options: object) -> pe.PhysicalEmbeddingClassifier:
    settings = {"detectors": 56, "random_state": 0} | options
    return pe.PhysicalEmbeddingClassifier("compact", **settings).fit(X, Y)


@pytest.fixture(scope="module")
def small() -> pe.PhysicalEmbeddingClassifier:
    return fitted(detectors=None, max_bytes=400, weight_bits=4)


@pytest.mark.slow
def test_four_hundred_bytes_are_enough_for_gunpoint(small: pe.PhysicalEmbeddingClassifier) -> None:
    assert small.score(X_TEST, Y_TEST) >= 0.98
    told = {"embedding": 0, "readout": 121, "bytes": 400, "weight_bits": 4}
    assert small.parameter_counts_ == told


def test_noise_of_three_per_cent_costs_little(small: pe.PhysicalEmbeddingClassifier) -> None:
    generator = np.random.default_rng(0)
    noise = 0.03 * X_TEST.std(axis=2, keepdims=True) * generator.standard_normal(X_TEST.shape)
    assert small.score(X_TEST + noise, Y_TEST) >= 0.97


def test_a_saved_model_says_the_same(small: pe.PhysicalEmbeddingClassifier, tmp_path: Path) -> None:
    loaded = pe.load(small.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(X_TEST), small.predict_proba(X_TEST))
    assert loaded.parameter_counts_ == small.parameter_counts_
    assert (loaded.max_bytes, loaded.weight_bits) == (400, 4)
    assert (tmp_path / "model" / "packed.bin").stat().st_size == loaded.parameter_counts_["bytes"]
    again = pe.load(loaded.save(tmp_path / "again"))
    np.testing.assert_array_equal(again.predict_proba(X_TEST), small.predict_proba(X_TEST))


def test_a_network_that_was_changed_is_saved_as_it_is(
    small: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    changed = copy.deepcopy(small)
    with torch.no_grad():
        changed.network_.head.linear.weight.mul_(1.5)
    loaded = pe.load(changed.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(X_TEST), changed.predict_proba(X_TEST))
    assert loaded.packed_ is None
    assert loaded.parameter_counts_ == {"embedding": 0, "readout": 121, "weight_bits": 4}


def test_only_what_is_chosen_is_in_the_model(small: pe.PhysicalEmbeddingClassifier) -> None:
    built = sum(len(fibre.built) for fibre in small.network_.fibres)
    assert built == small.network_.head.linear.in_features == 120
    thresholds = sum(v.numel() for k, v in small.network_.state_dict().items() if "levels" in k)
    assert thresholds <= 120


@pytest.mark.slow
def test_a_budget_of_bytes_holds_whatever_detectors_share() -> None:
    """The most that fit are nearly as long as the budget."""
    counts = []
    for budget, bits in ((29, 4), (150, 4), (150, 32)):
        model = pe.PhysicalEmbeddingClassifier(max_bytes=budget, weight_bits=bits, random_state=0)
        told = model.fit(SHORT, Y).parameter_counts_
        assert told["bytes"] == len(model.packed_.content) <= budget
        counts.append(told["readout"] - 1)
        assert budget < 40 or told["bytes"] > 0.9 * budget
        assert model.score(SHORT, Y) > 0.8
    assert counts[0] < counts[2] < counts[1]


@pytest.mark.parametrize("bits", [4, 8, 32])
def test_the_least_budget_of_bytes_is_the_one_that_is_named(bits: int) -> None:
    options = {"weight_bits": bits, "robustness": 0, "random_state": 0}
    least = 1
    # of a row before any work; of the detector when it is chosen
    for what in ("for 2 classes and weights of", "for one detector of this pool"):
        with pytest.raises(pe.InvalidInputError, match=f"at least .* {what}") as refused:
            pe.PhysicalEmbeddingClassifier(max_bytes=least, **options).fit(SHORT[::5], Y[::5])
        least = int(re.findall(r"\d+", str(refused.value))[0])
    model = pe.PhysicalEmbeddingClassifier(max_bytes=least, **options).fit(SHORT[::5], Y[::5])
    assert model.parameter_counts_["bytes"] == least
    assert model.parameter_counts_["readout"] == 2
    with pytest.raises(pe.InvalidInputError, match=f"at least {least} .*, got {least - 1}"):
        pe.PhysicalEmbeddingClassifier(max_bytes=least - 1, **options).fit(SHORT[::5], Y[::5])


def test_the_same_seed_is_the_same_model() -> None:
    model = pe.PhysicalEmbeddingClassifier("compact", detectors=8, random_state=0)
    one, other = (model.fit(SHORT, Y).predict_proba(SHORT) for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_a_teacher_is_imitated() -> None:
    """A linear model of the series, where the test cases lie close to its border."""
    teacher = LogisticRegression()
    student = fitted(teacher=teacher)
    assert not hasattr(teacher, "coef_"), "a copy is fitted"
    taught = clone(teacher).fit(X[:, 0], Y).predict(X_TEST[:, 0])
    assert (student.predict(X_TEST) == taught).mean() > 0.9
    assert pe.load is not None and student.get_params()["teacher"] is teacher


@pytest.mark.slow
def test_minirocket_may_teach_beside_the_pool(tmp_path: Path) -> None:
    alone, both = (fitted(teacher=teacher, detectors=16) for teacher in (None, "with-minirocket"))
    assert both.score(X_TEST, Y_TEST) > 0.95
    assert both.parameter_counts_["readout"] == alone.parameter_counts_["readout"]
    assert not np.array_equal(both.decision_function(X_TEST), alone.decision_function(X_TEST))
    again = pe.load(both.save(tmp_path / "model"))
    assert again.get_params()["teacher"] == "with-minirocket", "or a clone is another model"
    with pytest.raises(pe.InvalidInputError, match=r"teacher must be None .*'with-minir.* and 8 t"):
        again.fit(SHORT[..., :8], Y)
    regressor = pe.PhysicalEmbeddingRegressor(teacher="with-minirocket", detectors=8)
    assert np.isfinite(regressor.fit(SHORT, np.arange(50.0)).predict(SHORT)).all()


def test_a_teacher_is_not_written(tmp_path: Path) -> None:
    taught = pe.PhysicalEmbeddingClassifier("compact", teacher=LogisticRegression(), detectors=8)
    assert pe.load(taught.fit(SHORT, Y).save(tmp_path / "model")).teacher is None


def test_one_case_of_each_class_trains() -> None:
    first = [int(np.flatnonzero(label == Y)[0]) for label in np.unique(Y)]
    model = pe.PhysicalEmbeddingClassifier("compact", detectors=16, random_state=0)
    model.fit(X[first], Y[first])
    np.testing.assert_array_equal(model.predict(X[first]), Y[first])
    assert np.isfinite(model.predict_proba(X_TEST)).all()


@pytest.mark.slow
def test_rare_classes_and_many_classes_train() -> None:
    """A class of one case beside one of many; ten cases of nine classes."""
    generator = np.random.default_rng(0)
    t = np.linspace(0, 2 * np.pi, 40)
    of_one = np.array([0] * 20 + [1])
    of_nine = np.array([0, *range(9)])
    for labels in (of_one, of_nine):
        series = np.sin((1 + labels[:, None]) * t) + 0.05 * generator.normal(size=(len(labels), 40))
        model = pe.PhysicalEmbeddingClassifier("compact", detectors=64, random_state=0)
        model.fit(series[:, None], labels)
        assert (model.predict(series[:, None]) == labels).mean() >= 0.9


def test_classes_that_differ_in_level_alone_are_told_apart() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 2
    series = generator.normal(size=(60, 1, 50)) + 2.0 * labels[:, None, None] + 100
    model = pe.PhysicalEmbeddingClassifier("compact", detectors=16, random_state=0)
    model.fit(series[:40], labels[:40])
    assert model.score(series[40:], labels[40:]) == 1.0


def test_one_budget_serves_all_channels() -> None:
    """One channel of three tells; the others are noise of their own."""
    generator = np.random.default_rng(1)
    labels = np.arange(40) % 2
    series = generator.normal(size=(40, 3, 30))
    series[:, 1] += np.where(labels[:, None] == 1, 3.0, -3.0) * np.sin(np.linspace(0, 6, 30))
    model = pe.PhysicalEmbeddingClassifier("compact", detectors=12, random_state=0)
    model.fit(series[:30], labels[:30])
    assert model.score(series[30:], labels[30:]) >= 0.9
    assert model.parameter_counts_["readout"] == 13


def test_class_weights_move_the_border() -> None:
    generator = np.random.default_rng(2)
    labels = np.array([0] * 60 + [1] * 12)
    series = generator.normal(size=(72, 1, 24)).cumsum(axis=2)
    series[:, 0] += 0.8 * labels[:, None] * np.linspace(-1, 1, 24)
    called = []
    for weight in (None, {0: 1.0, 1: 20.0}):
        model = pe.PhysicalEmbeddingClassifier(
            "compact", detectors=32, random_state=0, class_weight=weight
        )
        called.append((model.fit(series, labels).predict(series) == 1).sum())
    assert called[1] > called[0]


def test_a_regressor_reads_the_level() -> None:
    """What normalised series do not show: their mean."""
    generator = np.random.default_rng(3)
    level = generator.normal(size=80)
    series = generator.normal(size=(80, 1, 40)) + level[:, None, None]
    regressor = pe.PhysicalEmbeddingRegressor("compact", detectors=32, random_state=0)
    regressor.fit(series[:60], series[:60].mean(axis=(1, 2)))
    assert regressor.score(series[60:], series[60:].mean(axis=(1, 2))) > 0.99


def test_a_transformer_gives_the_chosen_features() -> None:
    transformer = pe.PhysicalEmbeddingTransformer("compact", detectors=24, random_state=0)
    features = transformer.fit_transform(SHORT, Y)
    assert features.shape == (50, 24)
    assert transformer.transform(SHORT[:7]).shape == (7, 24)


def test_any_composition_can_be_chosen_from() -> None:
    model = pe.PhysicalEmbeddingClassifier(
        "homodyne", training="selection", detectors=20, random_state=0
    ).fit(X, Y)
    assert model.network_.head.linear.in_features == 20
    assert model.score(X_TEST, Y_TEST) > 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detectors": 4, "max_bytes": 100}, "one budget is enough"),
        (
            {"detectors": None, "max_bytes": 10},
            r"max_bytes must be at least 13 for 2 classes and weights of 32 bits.*, got 10",
        ),
        ({"weight_bits": 1}, "weight_bits must be one of 4, 8, 32"),
        ({"teacher": LogisticRegression}, "teacher must be None or a classifier with fit"),
        ({"teacher": Ridge()}, "teacher must be None or a classifier with fit"),
        ({"teacher": "minirocket"}, "or 'with-minirocket', got 'minirocket'"),
        ({"robustness": -1.0}, "robustness must be zero or a positive number"),
    ],
)
def test_what_cannot_be_asked_for_is_named(options: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        fitted(**options)


def test_a_regression_has_no_teacher() -> None:
    regressor = pe.PhysicalEmbeddingRegressor("compact", teacher=LogisticRegression())
    with pytest.raises(pe.InvalidInputError, match="for a regression it must be None"):
        regressor.fit(X[:9], np.arange(9.0))


def test_what_has_no_effect_is_told() -> None:
    model = pe.PhysicalEmbeddingClassifier("lattice", detectors=5, robustness=0.1)
    with pytest.warns(pe.PhysembedWarning, match=r"without effect: detectors=5, robustness=0.1"):
        model.fit(X[:10], Y[:10])
    blind = pe.PhysicalEmbeddingClassifier("lattice", levels=False)
    with pytest.warns(pe.PhysembedWarning, match="without effect: levels=False, since nothing"):
        blind.fit(X[:10], Y[:10])


def test_levels_that_are_taken_away_are_not_idle_and_no_longer_counted_on() -> None:
    sizes = (1, 24, 2)
    model = pe.PhysicalEmbeddingClassifier()
    assert model.__sklearn_tags__().classifier_tags.poor_score is False
    blind = pe.PhysicalEmbeddingClassifier(levels=False)
    blind.of_fields_ = False
    assert blind.recipe(sizes).without_effect == ""
    for other in (blind, pe.PhysicalEmbeddingClassifier(equation="heat")):
        assert other.__sklearn_tags__().classifier_tags.poor_score is True
