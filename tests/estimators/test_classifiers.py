"""Classifiers as users meet them: every model fits, predicts, counts, saves, and refuses."""

import contextlib
import pickle
from pathlib import Path

import numpy as np
import pytest
from aeon.datasets import load_classification
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

import physembed as pe
from physembed.estimators import MODELS, build_classifier

Collection = tuple[np.ndarray, np.ndarray]
BRIEF = pe.ProjectionSettings(rungs=((8, 0, 60), (2, 1, 60)))


@pytest.fixture(scope="module")
def gun_point() -> dict[str, Collection]:
    return {s: load_classification("GunPoint", split=s) for s in ("train", "test")}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns_and_counts(name: str, power: Collection) -> None:
    X, y = power
    classifier = build_classifier(name, random_state=0, max_epochs=15).fit(X, y)
    probabilities = classifier.predict_proba(X)
    assert probabilities.shape == (67, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(
        classifier.predict(X), classifier.classes_[probabilities.argmax(axis=1)]
    )
    assert classifier.predict(X).dtype == y.dtype
    # the majority class is half of the cases
    assert (classifier.predict(X) == y).mean() > 0.6
    assert {"embedding", "readout"} <= set(classifier.parameter_counts_)
    assert classifier.parameter_counts_["readout"] > 0


@pytest.mark.parametrize(
    ("preset", "embedding"),
    [("nlse", 18), ("gpe", 18), ("lattice", 0), ("homodyne", 0), ("compact", 0)],
)
def test_presets_have_the_embedding_parameters_they_claim(
    preset: str, embedding: int, power: Collection
) -> None:
    classifier = build_classifier(preset, max_epochs=1).fit(*power)
    assert classifier.parameter_counts_["embedding"] == embedding
    if embedding:
        # the paper's readout: one weight per timepoint and class, and one bias per class
        assert classifier.parameter_counts_["readout"] == 2 * 24 + 2
        assert len(classifier.history_) == 1
    else:
        assert classifier.history_ == []


@pytest.mark.slow
@pytest.mark.parametrize(("budget", "readout"), [(None, 17), (10, 10), (13, 13)])
def test_lens_keeps_to_its_budget_and_chooses_its_encoder(
    budget: int | None, readout: int, power: Collection, tmp_path: Path
) -> None:
    X, y = power
    classifier = pe.PhysicalEmbeddingClassifier(
        "lens",
        readout_weights=budget,
        training=pe.ProjectionSettings(rungs=((384, 0, 200), (2, 2, 400))),
        random_state=0,
    ).fit(X, y)
    assert classifier.parameter_counts_ == {"embedding": 3, "readout": readout}
    assert classifier.score(X, y) > 0.9
    loaded = pe.load(classifier.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))


@pytest.mark.parametrize("preset", ["lens", "tiny"])
def test_budgets_are_for_channels_and_classes_and_one_too_small_is_named(preset: str) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2, 20)), np.arange(30) % 3
    brief = pe.ProjectionSettings(rungs=((2, 1, 30),))
    classifier = pe.PhysicalEmbeddingClassifier(preset, readout_weights=20, training=brief)
    assert classifier.fit(X, y).parameter_counts_["readout"] == 3 * (2 * 2 + 1)
    for budget, message in [(8, "at least 9 for 3 classes"), (0, "positive integer or None")]:
        with pytest.raises(pe.InvalidInputError, match=message):
            pe.PhysicalEmbeddingClassifier(preset, readout_weights=budget).fit(X, y)


@pytest.mark.slow
def test_tiny_chooses_detectors_and_tunes_them(power: Collection, tmp_path: Path) -> None:
    X, y = power
    tuned = pe.PhysicalEmbeddingClassifier("tiny", readout_weights=6, random_state=0).fit(X, y)
    assert tuned.parameter_counts_["readout"] == 6
    assert 5 * 3 <= tuned.parameter_counts_["embedding"] <= 5 * 4
    assert tuned.history_[-1]["train_loss"] < tuned.history_[0]["train_loss"]
    assert tuned.score(X, y) > 0.95
    loaded = pe.load(tuned.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(X), tuned.predict_proba(X))
    as_chosen = pe.PhysicalEmbeddingClassifier(
        "tiny", readout_weights=6, training="designed", random_state=0
    ).fit(X, y)
    assert as_chosen.parameter_counts_ == {"embedding": 0, "readout": 6}
    started = [f.arms for f in as_chosen.network_.fibres]
    assert started == [f.arms for f in tuned.network_.fibres]


def test_the_physics_beats_the_linear_baseline_on_real_series(
    gun_point: dict[str, Collection],
) -> None:
    X, y = gun_point["test"]
    lattice = build_classifier("lattice").fit(*gun_point["train"])
    linear = build_classifier("linear").fit(*gun_point["train"])
    assert lattice.score(X, y) > 0.9
    assert lattice.score(X, y) > linear.score(X, y)


def test_layouts_of_the_same_series_are_one(power: Collection) -> None:
    X, y = power
    expected = build_classifier("linear").fit(X, y).predict_proba(X)
    for same in (X[:, 0], list(X), [list(series) for series in X[:, 0]], X.astype(np.float32)):
        fitted = build_classifier("linear").fit(same, list(y))
        np.testing.assert_allclose(fitted.predict_proba(same), expected, atol=1e-5)


def test_several_channels_and_integer_labels() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 3, 20)), np.arange(30) % 3
    X[y == 1] *= np.sin(np.arange(20))
    for name in ("nlse", "lattice", "cnn"):
        classifier = build_classifier(name, max_epochs=2, random_state=0).fit(X, y)
        assert classifier.predict(X).dtype.kind == "i"


@pytest.mark.slow
def test_constant_series_are_legal(power: Collection) -> None:
    X, y = power
    X = X.copy()
    X[0], X[1] = 0.0, 4.2
    for name in MODELS:
        classifier = build_classifier(name, max_epochs=2, random_state=0).fit(X, y)
        assert np.isfinite(classifier.predict_proba(X)).all()


def test_scikit_learn_conventions(power: Collection) -> None:
    X, y = power
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.set_params(preset="gpe").preset == "gpe"
    scores = cross_val_score(build_classifier("spectral"), X, y, cv=3)
    assert scores.mean() > 0.6


def test_a_composition_of_ones_own(power: Collection) -> None:
    X, y = power
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"alpha": 0.0, "beta2": pe.Trainable(0.3, shared=True), "gamma": pe.Trainable(0.1)},
        n_layers=2,
        scheme="strang",
    )
    classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre, fibre], training=BRIEF).fit(X, y)
    assert classifier.parameter_counts_["embedding"] == 2 * (1 + 2)
    assert classifier.settings()["fibres"][0]["scheme"] == "strang"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (np.where(np.arange(24) == 5, np.inf, X), y), r"(?i)inf.*case 0"),
        (lambda X, y: (X, np.repeat("a", 67)), "class"),
        (lambda X, y: (X[:2], y[:1]), "label"),
        (lambda X, y: (X[:, :, :1], y), "one point|1 timepoint|single"),
        (lambda X, y: (X[None], y), "dimension"),
        (lambda X, y: (np.full((67, 24), "x"), y), "X"),
    ],
)
def test_bad_input_is_named_before_training(change, message: str, power: Collection) -> None:
    X, y = change(*power)
    for name in ("nlse", "linear"):
        with pytest.raises(pe.InvalidInputError, match=message):
            build_classifier(name).fit(X, y)


def test_bad_input_to_predict_is_named(power: Collection) -> None:
    classifier = build_classifier("linear").fit(*power)
    with pytest.raises(pe.InvalidInputError, match=r"24 timepoints seen in fit, got 1 and 23"):
        classifier.predict(power[0][:, :, :23])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"device": "tpux"}, "device must be one of auto, cpu, cuda, got 'tpux'"),
        ({"random_state": "x"}, "random_state: "),
        ({"fibres": "x"}, "fibres must be a sequence of Fibre, got 'x'"),
        (
            {"fibres": pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.1}, n_layers=1)},
            r"got one Fibre; write \[fibre\]",
        ),
        ({"training": "projektion"}, "unknown training 'projektion'. Did you mean 'projection'"),
        ({"training": 7}, "training must be a name, TrainingSettings, Proj"),
    ],
)
def test_bad_constructor_arguments_are_named(
    arguments: dict, message: str, power: Collection
) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingClassifier(**({"preset": "nlse"} | arguments)).fit(*power)


def test_numbers_of_numpy_are_numbers(power: Collection) -> None:
    settings = pe.TrainingSettings(max_epochs=np.int64(1), head_rate=np.float32(0.01))
    classifier = pe.PhysicalEmbeddingClassifier("nlse", training=settings)
    assert len(classifier.fit(*power).history_) == 1


def test_a_prediction_that_overflows_names_the_case(power: Collection) -> None:
    X, y = power
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.3, "gamma": 0.0},
        n_layers=1,
        encoder=pe.SeriesEncoder("none"),
        detector=pe.Intensity(),
    )
    classifier = pe.PhysicalEmbeddingClassifier("lattice", fibres=[fibre]).fit(X, y)
    X = X.copy()
    X[3] *= 1e30
    with pytest.raises(pe.InvalidInputError, match="no finite score in case 3"):
        classifier.predict(X)


def test_unknown_names_survive_a_pickle() -> None:
    with pytest.raises(pe.UnknownNameError) as caught:
        build_classifier("cn")
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, pe.UnknownNameError)
    assert str(again) == str(caught.value)


def test_unknown_names_are_named(power: Collection) -> None:
    with pytest.raises(pe.UnknownNameError, match="Did you mean 'lstm-attention'"):
        build_classifier("lstm-atention")
    with pytest.raises(pe.UnknownNameError, match=r"unknown preset 'nls'\. Did you mean 'nlse'"):
        pe.PhysicalEmbeddingClassifier("nls").fit(*power)


@pytest.mark.parametrize("name", ["auto", "homodyne-small", "homodyne-gated"])
def test_what_is_retired_says_what_took_its_place(name: str, power: Collection) -> None:
    told = f"unknown {{}} '{name}'. It is retired: take 'compact'"
    with pytest.raises(pe.UnknownNameError, match=told.format("preset")):
        pe.PhysicalEmbeddingClassifier(name).fit(*power)
    with pytest.raises(pe.UnknownNameError, match=told.format("model")):
        build_classifier(name)


def test_the_default_is_the_budgeted_preset(power: Collection) -> None:
    X, y = power
    default = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, y)
    named = pe.PhysicalEmbeddingClassifier("compact", random_state=0).fit(X, y)
    np.testing.assert_array_equal(default.predict_proba(X), named.predict_proba(X))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("n_classes", [2, 12])
def test_one_case_of_each_class_is_a_training_set(name: str, n_classes: int) -> None:
    """As UCR's Fungi: nothing can be left out, held out or searched for by; it is said."""
    X = np.random.default_rng(0).normal(size=(n_classes, 1, 40)).cumsum(axis=2)
    y = np.arange(n_classes)
    classifier = build_classifier(name, random_state=0, max_epochs=2)
    is_searched = n_classes == 2 and name in ("tiny", "lens")
    says = pytest.warns(pe.PhysembedWarning, match="physics is not searched for: of two cases")
    with says if is_searched else contextlib.nullcontext():
        classifier.fit(X, y)
    assert classifier.predict_proba(X).shape == (n_classes, n_classes)
    assert 0 <= classifier.score(X, y) <= 1
