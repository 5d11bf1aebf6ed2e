"""Complex X is a field: what no magnitude shows is learnt, kept, and asked for again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import physembed as pe
from physembed.deploy import export
from physembed.errors import InvalidInputError
from physembed.presets import PRESETS

N_POINTS = 64


def chirped(n_cases: int, seed: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Gaussian pulses of chirp +-2, each with a phase, a place and a width of its own."""
    rng = np.random.default_rng(seed)
    sign = np.arange(n_cases) % 2 * 2 - 1
    t = np.arange(N_POINTS) - N_POINTS / 2 - rng.uniform(-3, 3, (n_cases, 1))
    x = t / rng.uniform(5, 8, (n_cases, 1))
    E = np.exp(-(1 + 2j * sign[:, None]) * x**2 / 2 + 2j * np.pi * rng.random((n_cases, 1)))
    noise = rng.standard_normal((n_cases, N_POINTS, 2)) @ [1, 1j]
    return E + 0.02 * noise, np.where(sign > 0, "up", "down")


X, Y = chirped(40, 0)
X_NEW, Y_NEW = chirped(40, 1)


@pytest.fixture(scope="module")
def fitted() -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier(detectors=32, random_state=0).fit(X, Y)


def test_the_sign_of_a_chirp_is_learnt_which_no_magnitude_shows(
    fitted: pe.PhysicalEmbeddingClassifier,
) -> None:
    assert fitted.of_fields_
    assert fitted.score(X_NEW, Y_NEW) >= 0.95
    blind = pe.PhysicalEmbeddingClassifier(detectors=32, random_state=0).fit(np.abs(X), Y)
    # of forty cases, chance gives so many once in a thousand
    assert blind.score(np.abs(X_NEW), Y_NEW) < 0.75


def test_a_phase_of_the_whole_field_changes_no_intensity(
    fitted: pe.PhysicalEmbeddingClassifier,
) -> None:
    fibres = [fibre for fibre in fitted.network_.fibres if fibre.encoder.quadratures]
    assert fibres
    encoder = fibres[0].encoder
    fields = [encoder(_quadratures(X[:3] * turn)) for turn in (1, np.exp(0.7j))]
    np.testing.assert_allclose(fields[0].abs(), fields[1].abs(), atol=1e-12)
    # in front of the guard band
    intensity = fields[0][..., :N_POINTS].abs().square()
    np.testing.assert_allclose(intensity.mean(dim=-1), 1.0, rtol=1e-12)


def _quadratures(field: np.ndarray[Any, Any]) -> Any:
    import torch

    return torch.from_numpy(np.stack([field.real, field.imag], axis=1))


def test_it_is_kept_and_loaded(fitted: pe.PhysicalEmbeddingClassifier, tmp_path: Path) -> None:
    fitted.save(tmp_path / "model")
    loaded = pe.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(X_NEW), fitted.predict_proba(X_NEW))
    np.testing.assert_array_equal(loaded.novelty(X_NEW[:4]), fitted.novelty(X_NEW[:4]))
    with pytest.raises(InvalidInputError, match=r"fitted on fields; .*X\.astype\(complex\)"):
        loaded.predict(X_NEW.real)
    assert len(loaded.get_feature_names_out()) == loaded.network_.head.linear.in_features


def test_the_same_field_in_any_container(fitted: pe.PhysicalEmbeddingClassifier) -> None:
    scores = fitted.decision_function(X_NEW[:5])
    for same in (X_NEW[:5, None], list(X_NEW[:5]), X_NEW[:5].tolist()):
        np.testing.assert_array_equal(fitted.decision_function(same), scores)


def test_a_model_of_real_series_takes_no_field() -> None:
    baseline = pe.BaselineClassifier("linear", random_state=0).fit(X.real, Y)
    with pytest.raises(InvalidInputError, match="fitted on real series"):
        baseline.predict(X)


def test_a_baseline_sees_the_two_quadratures_as_channels() -> None:
    of_fields = pe.BaselineClassifier("linear", random_state=0).fit(X, Y)
    of_parts = pe.BaselineClassifier("linear", random_state=0).fit(
        np.stack([X.real, X.imag], axis=1), Y
    )
    np.testing.assert_array_equal(
        of_fields.predict_proba(X_NEW),
        of_parts.predict_proba(np.stack([X_NEW.real, X_NEW.imag], axis=1)),
    )


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_preset_of_real_series_says_what_to_take(preset: str) -> None:
    if PRESETS[preset].takes_fields((2, N_POINTS, 2)):
        asked = pe.PhysicalEmbeddingClassifier(preset)
        asked.of_fields_ = True
        network = asked.recipe((2, N_POINTS, 2)).make_network()
        assert any(fibre.encoder.quadratures for fibre in network.fibres)  # type: ignore[attr-defined]
        return
    with pytest.raises(
        InvalidInputError, match=f"'{preset}' is for real series.*compact.*X.real, X.imag"
    ):
        pe.PhysicalEmbeddingClassifier(preset).fit(X, Y)


def test_a_moment_of_which_one_quadrature_is_missing_is_filled(
    fitted: pe.PhysicalEmbeddingClassifier,
) -> None:
    gapped = X_NEW[:4].copy()
    gapped[0, 10] = complex(np.nan, 0)
    assert fitted.predict(gapped)[1:].tolist() == fitted.predict(X_NEW[1:4]).tolist()


def test_a_missing_value_in_any_container_is_filled(
    fitted: pe.PhysicalEmbeddingClassifier,
) -> None:
    gapped = X_NEW[:4].copy()
    gapped[0, 10] = np.nan
    scores = fitted.decision_function(gapped)
    masked = np.ma.masked_invalid(gapped)
    objects = gapped.astype(object)
    objects[0, 10] = None
    whole = [*X_NEW[:4]]
    whole[0] = objects[0]
    for same in (masked, list(masked), objects, objects[:, None], objects.tolist(), whole):
        np.testing.assert_array_equal(fitted.decision_function(same), scores)
    np.testing.assert_array_equal(
        fitted.decision_function(X_NEW[:4].astype(object)), fitted.decision_function(X_NEW[:4])
    )
    baseline = pe.BaselineClassifier("linear", random_state=0).fit(objects, Y_NEW[:4])
    assert baseline.of_fields_


def test_what_is_wrong_with_fields_is_said_of_fields(
    fitted: pe.PhysicalEmbeddingClassifier,
) -> None:
    with pytest.raises(
        InvalidInputError, match=r"the 1 field\(s\) and 64 timepoints.*got 1 and 20"
    ):
        fitted.predict(X_NEW[:4, :20])
    text = X_NEW[:4].astype(object)
    text[1, 3] = "high"
    with pytest.raises(InvalidInputError, match=r"'high' \(str\) at case 1, timepoint 3; complex"):
        fitted.predict(text)
    with pytest.raises(InvalidInputError, match=r"case 1 has 2 field\(s\), case 0 has 1"):
        fitted.predict([X_NEW[:1], X_NEW[:2]])


def test_a_composition_of_ones_own_is_for_fields_as_it_is() -> None:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 1.0, "gamma": 0.0},
        n_layers=1,
        detector=pe.BinnedIntensity(bins=32),
    )
    classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre], random_state=0).fit(X, Y)
    # one field of two quadratures
    assert classifier.network_.head.linear.in_features == 32
    assert classifier.score(X_NEW, Y_NEW) >= 0.95


def test_a_model_of_fields_leaves_python_not_and_says_so(
    fitted: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match=r"SeriesEncoder has no lowering.*quadratures"):
        export(fitted, "c", tmp_path / "program")
    card = fitted.card(X_NEW, Y_NEW)
    assert "not to be had" in card
    assert "1 complex field(s)" in card


def test_a_field_is_not_read_by_detectors_of_real_series_alone() -> None:
    """Of two spectrometers side by side neither would see the imaginary part."""
    pair = pe.SideBySide((pe.Spectrometer(4), pe.Spectrogram(2, 2, 2)))
    fibre = PRESETS["auditory-frames"].fibres(N_POINTS)[0]
    for detector in (pair, pe.Spectrometer(4)):
        classifier = pe.PhysicalEmbeddingClassifier(fibres=[replace(fibre, detector=detector)])
        with pytest.raises(InvalidInputError, match="is for real series"):
            classifier.fit(X, Y)
    lens = PRESETS["lattice"].fibres(N_POINTS)[0]
    both = [replace(fibre, detector=pair), lens]
    # beside one that does, they read both quadratures as channels
    asked = pe.PhysicalEmbeddingClassifier(fibres=both)
    asked.of_fields_ = True
    made = asked.recipe((2, N_POINTS, 2)).make_network().fibres  # type: ignore[attr-defined]
    assert [f.encoder.quadratures for f in made] == [False, True]
