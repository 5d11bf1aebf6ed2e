"""A medium of any equation in place of a preset."""

import numpy as np
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.estimators.building import build_classifier
from physembed.experiments.grid.variant import Variant
from physembed.physics import ALL_EQUATIONS, NaturalScale
from physembed.presets import fibre_of

GENERATOR = np.random.default_rng(0)
Y = np.arange(40) % 2
"""Two classes: a bump and a dent at random places."""
X = np.array(
    [
        (1 - 2 * y) * np.exp(-(((np.arange(32) - GENERATOR.uniform(10, 20)) / 3) ** 2))
        + 0.05 * GENERATOR.normal(size=32)
        for y in Y
    ]
)[:, None]


@pytest.mark.parametrize("name", ALL_EQUATIONS)
def test_every_equation_has_a_usual_fibre_within_the_budget(name: str) -> None:
    equation = ALL_EQUATIONS[name]()
    fibre = fibre_of(equation, detectors=5)
    network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=32, n_classes=2)
    assert 1 <= network.parameter_counts()["embedding"] <= 18
    assert network.head.linear.in_features == 5
    scale = NaturalScale(fibre.grid(32))
    assert all(equation.natural_unit(k, scale) > 0 for k in equation.coefficients)


@pytest.mark.slow
def test_an_equation_is_fitted_kept_and_loaded(tmp_path) -> None:
    classifier = pe.PhysicalEmbeddingClassifier(equation="kdv", random_state=0).fit(X, Y)
    assert classifier.preset_ == "kdv"
    assert classifier.score(X, Y) > 0.9
    viscosity = classifier.network_.coefficients()
    assert set(viscosity) == {f"fibre1/layer{k}/{n}" for k in range(1, 10) for n in "ab"}
    classifier.save(tmp_path / "model")
    again = pe.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))


def test_a_text_is_fitted_kept_and_loaded(tmp_path) -> None:
    equation = pe.equation("u_t = k*u_xx - r*u**3", trainable=["k", "r"])
    settings = pe.ProjectionSettings(rungs=((1, 1, 40),), readout="ridge")
    classifier = pe.PhysicalEmbeddingClassifier(
        equation=equation, training=settings, random_state=0
    ).fit(X, Y)
    classifier.save(tmp_path / "model")
    again = pe.load(tmp_path / "model")
    assert again.equation == equation
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--equation", "kdw"], "unknown equation 'kdw'"),
        (["--equation", "kdv", "--model", "nlse"], "--model and --equation are one or the other"),
    ],
)
def test_the_command_line_names_what_is_wrong(tmp_path, options, message) -> None:
    command = ["train", "GunPoint", "--out", str(tmp_path / "run")]
    result = CliRunner().invoke(app, [*command, *options])
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert not (tmp_path / "run").exists()


def test_models_of_equations_have_names() -> None:
    assert build_classifier("equation.sine-gordon").equation == "sine-gordon"
    assert Variant.plain("equation.kdv").classifier().equation == "kdv"
    with pytest.raises(pe.UnknownNameError, match="unknown equation 'kdw'"):
        build_classifier("equation.kdw")
    for wrong, message in ((3, "equation must be a name"), ("kdw", "unknown equation 'kdw'")):
        with pytest.raises(pe.PhysembedError, match=message):
            pe.PhysicalEmbeddingClassifier(equation=wrong).fit(X, Y)
    with pytest.raises(pe.InvalidInputError, match="fibres must be None"):
        pe.PhysicalEmbeddingClassifier(equation="kdv", fibres=[fibre_of(pe.Burgers())]).fit(X, Y)
