"""Layers of a trained medium that are not equally long."""

from pathlib import Path

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.explain.coefficient_tables import values_table
from physembed.explain.layers import layer_actions
from physembed.explain.subject import Subject
from physembed.networks.search_space import declared_search_spaces

LENGTHS = (0.5, 2.0)
GRID = pe.TimeGrid(64, 0.5)
VALUES = {"alpha": 0.1, "beta2": (0.6, -0.4), "gamma": 0.3, "beta3": 0.05}
FIELD = torch.polar(torch.exp(-((GRID.t - 2) ** 2) / 9), 0.4 * GRID.t)[None, None]


def medium(scheme: str = "lie", lengths: object = LENGTHS, **changed: object) -> pe.Medium:
    return pe.Medium(
        pe.NonlinearSchrodinger(), GRID, VALUES | changed, 2, scheme=scheme, layer_length=lengths
    ).double()  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["lie", "strang", "etdrk4"])
def test_layers_are_those_of_a_propagation_with_their_lengths(scheme: str) -> None:
    subject = medium(scheme)
    ends = pe.propagate(
        FIELD, subject.equation, subject.physical(), GRID,
        layer_length=LENGTHS, scheme=scheme, return_layers=True, check_sampling=False,
    )  # fmt: skip
    torch.testing.assert_close(subject(FIELD), ends[-1], rtol=0, atol=1e-12)
    torch.testing.assert_close(subject.layers(FIELD), ends, rtol=0, atol=1e-12)
    assert (subject(FIELD) - medium(scheme, 1.0)(FIELD)).abs().max() > 0.01


def test_a_transfer_function_has_the_lengths_in_it() -> None:
    linear = medium(gamma=0.0)
    spectrum = torch.fft.fft(FIELD) * linear.transfer()
    torch.testing.assert_close(torch.fft.ifft(spectrum), linear(FIELD), rtol=0, atol=1e-12)
    part = linear.transfer(slice(3, 9))
    torch.testing.assert_close(part, linear.transfer()[3:9], rtol=0, atol=1e-12)


def test_an_explanation_tells_of_each_layer_as_long_as_it_is() -> None:
    for length, told, of_one in zip(
        LENGTHS, layer_actions(medium()), layer_actions(medium(lengths=1.0)), strict=True
    ):
        assert told.dispersion == pytest.approx(length * of_one.dispersion)
        assert told.loss == pytest.approx(length * of_one.loss)
        assert told.kerr == pytest.approx(length * of_one.kerr)


def test_a_search_looks_between_the_same_limits_over_all_layers() -> None:
    trained = {"beta2": pe.Trainable(0.0, span=(-3.0, 6.0))}
    (space,) = declared_search_spaces(medium(**trained)).values()
    assert (space.low, space.high) == pytest.approx((-3.0 / 2.5, 6.0 / 2.5))


def test_a_classifier_keeps_them(tmp_path: Path) -> None:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.3), "gamma": pe.Trainable(0.1)},
        n_layers=2,
        layer_length=LENGTHS,
    )
    x = torch.randn(12, 1, 30, generator=torch.Generator().manual_seed(0)).numpy()
    classifier = pe.PhysicalEmbeddingClassifier(
        fibres=[fibre], training=pe.TrainingSettings(max_epochs=2), random_state=0
    ).fit(x, [0, 1] * 6)
    classifier.save(tmp_path / "model")
    loaded = pe.load(tmp_path / "model")
    assert loaded.network_.media[0].lengths == LENGTHS
    assert (loaded.predict_proba(x) == classifier.predict_proba(x)).all()


def test_they_stand_in_the_table_of_values() -> None:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.1}, n_layers=2,
        layer_length=list(LENGTHS),
    )  # fmt: skip
    assert fibre.layer_length == LENGTHS
    x = torch.randn(8, 1, 30, generator=torch.Generator().manual_seed(0)).numpy()
    y = np.array([0, 1] * 4)
    classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre], training="designed").fit(x, y)
    rows = values_table(Subject.of(classifier, x, y, x, y)).rows
    assert rows[0][:2] == ("fibre 1, layer 1, length", "0.5")
    assert rows[1][:2] == ("fibre 1, layer 2, length", "2")


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ((1.0, 2.0, 3.0), r"one for each of the 2 layers, got 3"),
        ((1.0, 0.0), r"layer_length\[1\] must be a positive number"),
        (-1.0, "layer_length must be a positive number"),
        ("long", "layer_length"),
    ],
)
def test_lengths_that_are_none_are_named(lengths: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        medium(lengths=lengths)
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.Fibre(pe.NonlinearSchrodinger(), VALUES, n_layers=2, layer_length=lengths)


def test_a_fibre_counts_what_is_given_per_layer() -> None:
    for beta2 in ([0.1, 0.2, 0.3], pe.Trainable([0.1, 0.2, 0.3])):
        with pytest.raises(pe.InvalidInputError, match="'beta2' must be one number or 2 numbers"):
            pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": beta2, "gamma": 0.0}, n_layers=2)
    with pytest.raises(pe.InvalidInputError, match="n_layers must be a positive integer, got 0"):
        pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.1, "gamma": 0.0}, n_layers=0)
