"""Which way a medium is trained by: its preset's, what is asked for, or by what is trainable."""

from pathlib import Path

import numpy as np
import pytest

import physembed as pe
from physembed.estimators import MODELS, build_classifier
from physembed.presets import PRESETS

Collection = tuple[np.ndarray, np.ndarray]
BRIEF = pe.ProjectionSettings(rungs=((8, 0, 60), (2, 1, 60)))


def test_ones_own_start_is_the_start(power: Collection) -> None:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.3), "gamma": pe.Trainable(0.1)},
        n_layers=1,
    )
    classifier = pe.PhysicalEmbeddingClassifier(
        fibres=[fibre],
        training=pe.TrainingSettings(max_epochs=1, physics_rate=1e-9),
        random_state=0,
    ).fit(*power)
    coefficients = classifier.network_.coefficients()
    assert coefficients["fibre1/layer1/beta2"] == pytest.approx(0.3, abs=1e-6)


def fibre_of(n_layers: int) -> pe.Fibre:
    coefficients = {"beta2": pe.Trainable(0.3), "gamma": 0.0}
    return pe.Fibre(pe.NonlinearSchrodinger(), coefficients, n_layers)


@pytest.mark.parametrize(
    ("preset", "n_layers", "training", "method"),
    [
        ("nlse", None, None, "gradient"),
        ("lattice", None, None, "designed"),
        ("lattice", None, "auto", "designed"),
        ("nlse", None, "auto", "projection"),
        ("gpe", None, "projection", "projection"),
        ("gpe", None, "designed", "designed"),
        ("nlse", 2, None, "projection"),
        ("nlse", 301, None, "gradient"),
        ("lattice", 2, None, "projection"),
        ("lattice", 2, "gradient", "gradient"),
    ],
)
def test_the_way_of_training_is_the_validated_one_or_goes_by_the_number_of_coefficients(
    preset: str, n_layers: int | None, training: str | None, method: str
) -> None:
    fibres = None if n_layers is None else [fibre_of(n_layers)]
    classifier = pe.PhysicalEmbeddingClassifier(preset, fibres=fibres, training=training)
    assert classifier.settings()["method"] == method


def test_designed_physics_stays_where_it_starts_and_is_not_counted(
    power: Collection, tmp_path: Path
) -> None:
    classifier = pe.PhysicalEmbeddingClassifier(
        fibres=[fibre_of(2)], training="designed", random_state=0
    ).fit(*power)
    assert classifier.parameter_counts_["embedding"] == 0
    assert classifier.network_.coefficients()["fibre1/layer2/beta2"] == pytest.approx(0.3)
    assert classifier.history_ == []
    loaded = pe.load(classifier.save(tmp_path / "model"))
    assert loaded.parameter_counts_ == classifier.parameter_counts_


def test_physics_that_is_searched_for_is_kept_and_told(power: Collection, tmp_path: Path) -> None:
    X, y = power
    rungs = ((8, 0, 40), (2, 3, 40))
    classifier = pe.PhysicalEmbeddingClassifier(
        fibres=[fibre_of(1)], training=pe.ProjectionSettings(rungs=rungs), random_state=0
    ).fit(X, y)
    assert len(classifier.history_) in (1, sum(max(rung[1], 1) for rung in rungs))
    assert classifier.history_[-1]["epoch"] == len(classifier.history_)
    assert classifier.parameter_counts_["embedding"] == 1
    loaded = pe.load(classifier.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))
    assert loaded.training_settings() == classifier.training_settings()


def test_own_fibres_are_trained_only_where_something_is_trainable(power: Collection) -> None:
    smooth = pe.Counter(width=0.1, trainable=True)
    encoder = pe.SeriesEncoder(alignment="left", padding="edge")
    for detector, trained in ((smooth, True), (pe.Counter(), False)):
        fibre = pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"beta2": 0.3, "gamma": 0.0},
            n_layers=1,
            encoder=encoder,
            detector=detector,
        )
        classifier = pe.PhysicalEmbeddingClassifier(
            fibres=[fibre], training=BRIEF if trained else None, random_state=0
        ).fit(*power)
        assert bool(classifier.history_) == trained
        assert classifier.parameter_counts_["embedding"] == (8 if trained else 0)


def test_a_search_has_the_settings_of_its_preset_and_overrides_are_kept() -> None:
    searched = build_classifier("nlse", training="projection").training_settings()
    assert searched == PRESETS["nlse"].projection
    slower = build_classifier("nlse", overrides={"physics_rate": 0.003}).training_settings()
    assert slower.physics_rate == 0.003 and slower.head_rate == 3e-3
    for model, overrides in (("nlse", {"rate": 0.1}), ("linear", {"physics_rate": 0.1})):
        with pytest.raises(pe.InvalidInputError, match=f"training of '{model}' has no setting"):
            build_classifier(model, overrides=overrides)


@pytest.mark.parametrize("name", MODELS)
def test_one_limit_of_epochs_and_one_way_of_training_are_for_all_models(name: str) -> None:
    """Of a comparison, in which baselines have their own way and designed physics no epochs."""
    for way in (None, "designed", "gradient"):
        settings = build_classifier(name, max_epochs=3, training=way).training_settings()
        assert (
            settings is None
            or isinstance(settings, (pe.ProjectionSettings, pe.SelectionSettings))
            or (settings.max_epochs == 3)
        )


def test_the_papers_text_starts_a_hairs_breadth_from_zero(power: Collection) -> None:
    X, y = power
    classifier = pe.PhysicalEmbeddingClassifier("paper", training="designed", random_state=1)
    start = np.array(list(classifier.fit(X, y).network_.coefficients().values()))
    start = start[start != 0]
    assert len(start) == 18
    # eighteen draws of a standard deviation of 0.001
    assert 3e-4 < start.std() < 2e-3
    fibre = classifier.network_.fibres[0]
    assert fibre.encoder.window(500) == 500 and fibre.n_features(500) == 500
