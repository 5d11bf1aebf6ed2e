"""Which physics suits which data: what equations make, the record, and what models are worth."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.experiments.zoo.identification import (
    Identified,
    explained_by,
    identify_all,
    standard_errors,
)
from physembed.experiments.zoo.made_series import made_by
from physembed.experiments.zoo.models import CONTROLS
from physembed.experiments.zoo.picture import physics_and_data
from physembed.experiments.zoo.record import append_to_record, read_record
from physembed.experiments.zoo.sweep import RECORD, Fit, zoo
from physembed.experiments.zoo.worth import accuracies_over_data, worth_of_models
from physembed.physics import ALL_EQUATIONS


@pytest.mark.parametrize("name", ALL_EQUATIONS)
def test_every_equation_makes_two_classes(name: str) -> None:
    made = made_by(ALL_EQUATIONS[name](), n_cases=4, n_timepoints=24)
    assert made.left.shape == (4, 1, 24)
    assert np.isfinite(made.left).all()
    assert list(made.y) == ["less", "more"] * 2
    assert made.coefficients["less"] != made.coefficients["more"]


def test_a_seed_makes_the_same_series() -> None:
    first, again, other = (made_by(pe.Burgers(), n_cases=2, seed=k).left for k in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.slow
def test_a_sweep_goes_on_where_it_stopped(tmp_path) -> None:
    told: list[Fit] = []
    sweep = {"out": tmp_path, "equations": ["cubic-quintic"], "makers": ["cubic-quintic"]}
    fits = zoo([], told=told.append, **sweep)
    assert [fit.model for fit in fits] == [*CONTROLS, "cubic-quintic"]
    assert all(0 <= fit.accuracy <= 1 and fit.embedding <= 18 for fit in fits)
    assert [fit.embedding for fit in fits[:2]] == [0, 0]
    assert read_record(tmp_path / RECORD, Fit) == fits == told
    with (tmp_path / RECORD).open("a") as record:
        record.write('{"data": "half')
    assert zoo([], told=told.append, **sweep) == fits
    assert len(told) == len(fits)
    # what comes after half a line has a line of its own
    more = zoo([], told=told.append, **{**sweep, "equations": ["nonlinear-schrodinger"]})
    assert len(more) == len(fits) + 1
    assert read_record(tmp_path / RECORD, Fit) == more


def test_a_file_that_has_changed_is_not_taken_for_the_one_recorded(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).normal(size=(20, 16))
    file, out = tmp_path / "cases.npz", tmp_path / "zoo"
    y = np.repeat(["a", "b"], 10)
    np.savez(file, X=rows, y=y)
    digest = pe.load_dataset("cases.npz").digest
    out.mkdir()
    fits = [Fit("cases.npz", model, 0, 0.5, 0, 0, 0.1, digest) for model in CONTROLS]
    for fit in fits:
        append_to_record(out / RECORD, fit)
    assert zoo(["cases.npz"], out=out, equations=[]) == fits
    np.savez(file, X=rows + 1, y=y)
    with pytest.raises(pe.DatasetError, match=f"its digest was {digest[:12]} and is"):
        zoo(["cases.npz"], out=out, equations=[])


def test_what_models_are_worth_is_told_by_their_accuracies() -> None:
    """What is better on all of seven sets is told from no physics, what is the same is not."""
    fits = [
        Fit(f"set {k}", model, 0, 0.5 + 0.03 * k + gain * (1 + 0.1 * k), 0, 17, 0.1)
        for k in range(7)
        for model, gain in (("no physics", 0.0), ("better", 0.05), ("same", 0.0))
    ]
    rows = {row.model: row for row in worth_of_models(fits)}
    assert next(iter(rows)) == "better"
    assert rows["better"].first == 7
    assert rows["no physics"].p is None
    # the least that seven ranks can give is 2/2⁷, twice that after Holm
    assert rows["better"].p == pytest.approx(4 / 128)
    assert rows["same"].p == 1.0
    assert worth_of_models([]) == []


def test_media_of_real_fields_are_compared_with_their_own_control() -> None:
    gains = dict.fromkeys(("no physics, real field", "burgers", "nonlinear-schrodinger"), 0.2)
    gains["no physics"] = 0.0
    fits = [
        Fit(f"set {k}", model, 0, 0.5 + 0.01 * k + gain, 0, 17, 0.1)
        for k in range(7)
        for model, gain in gains.items()
    ]
    p = {row.model: row.p for row in worth_of_models(fits)}
    assert p["burgers"] == 1.0
    assert p["nonlinear-schrodinger"] == pytest.approx(4 / 128)
    assert p["no physics"] is p["no physics, real field"] is None


@pytest.mark.slow
def test_a_medium_that_is_lost_somewhere_is_left_out_and_named() -> None:
    fits = [
        Fit(data, model, 0, accuracy, 18, 34, 1.0)
        for model, both in {"no physics": (0.6, 0.5), "kdv": (None, 0.9), "nlse": (0.7,)}.items()
        for data, accuracy in zip("ab", both, strict=False)
    ]
    data, table, left_out = accuracies_over_data(fits)
    assert (data, list(table)) == (["a", "b"], ["no physics"])
    assert left_out == {"kdv": "lost on a", "nlse": "not run on b"}
    assert [row.model for row in worth_of_models(fits)] == ["no physics"]


def test_the_picture_shows_what_physics_adds_to_none() -> None:
    accuracies = {
        "no physics": (0.6, 0.5),
        "no physics, real field": (0.5, 0.7),
        "sine-gordon": (0.7, 0.75),
        "burgers": (0.5, 0.8),
        "of one set only": (0.9,),
    }
    fits = [
        Fit(data, model, 0, accuracy, 18, 34, 1.0)
        for model, both in accuracies.items()
        for data, accuracy in zip("ab", both, strict=False)
    ]
    chart = physics_and_data(fits)
    assert chart is not None
    (panel,) = chart.panels
    assert (panel.x, panel.y) == (["a", "b"], ["sine-gordon", "burgers"])
    np.testing.assert_allclose(panel.values, [[10, 5], [-10, 10]])
    assert "The best medium is sine-gordon, +7.5 points" in chart.alternative
    assert physics_and_data([fit for fit in fits if "no physics" not in fit.model]) is None


@pytest.mark.slow
def test_what_made_pairs_explains_them_best_and_its_coefficients_come_back(tmp_path) -> None:
    media = ["cubic-quintic", "nonlinear-schrodinger", "allen-cahn"]
    lines = identify_all(["cubic-quintic"], out=tmp_path, equations=media)
    best, *others = explained_by(lines)
    assert best.medium == "cubic-quintic"
    assert best.residual == pytest.approx(1.0, abs=0.1)
    assert all(line.residual > 2 for line in others)
    assert best.accuracy == 1.0
    equation = pe.CubicQuintic()
    made = made_by(equation, n_cases=2)
    scale = pe.NaturalScale(made.grid)
    for label, coefficients in made.coefficients.items():
        for name, value in coefficients.items():
            off = best.coefficients[label][name] - value / pe.CubicQuintic().natural_unit(
                name, scale
            )
            assert abs(off) < 4 * best.errors[label][name]
    assert identify_all(["cubic-quintic"], out=tmp_path, equations=media) == lines


def test_of_equal_explanations_the_one_with_fewest_coefficients_is_best() -> None:
    noise = np.random.default_rng(0).normal(1, 0.05, size=24)

    def line(medium: str, residuals: np.ndarray, n: int) -> Identified:
        values = {"less": dict.fromkeys("abcdef"[:n], 1.0)}
        return Identified("a", medium, 0, residuals.tolist(), 1.0, values, values, 0.1)

    larger, smaller = line("larger", noise, 5), line("smaller", noise[::-1], 2)
    worse = line("worse", 2 * noise, 1)
    assert explained_by([worse, larger, smaller]) == [smaller, larger, worse]
    with pytest.raises(pe.InvalidInputError, match="of one maker and seed"):
        explained_by([larger, replace(smaller, seed=1)])


def test_what_is_not_told_apart_has_no_error_bars() -> None:
    """Of two columns that say the same and one that says something else, steep as they are."""
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 300))
    errors = standard_errors(np.stack([one, 1e3 * one, 5 * other, 0 * one], axis=1))
    assert np.isinf(errors[[0, 1, 3]]).all()
    assert errors[2] == pytest.approx(1 / np.linalg.norm(5 * other), rel=1e-2)


def test_data_sets_are_not_identified(tmp_path) -> None:
    arguments = ["zoo", "GunPoint", "--identify", "--out", str(tmp_path / "zoo")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "no data sets; got GunPoint" in " ".join(result.output.split())


def test_what_is_asked_for_is_checked(tmp_path) -> None:
    with pytest.raises(pe.UnknownNameError, match="unknown equation 'kdw'"):
        zoo(["GunPoint"], out=tmp_path / "zoo", equations=["kdw"])
    with pytest.raises(pe.InvalidInputError, match="datasets or makers must name something"):
        zoo([], out=tmp_path / "zoo")
    with pytest.raises(pe.InvalidInputError, match="makers must name equations"):
        identify_all([], out=tmp_path / "zoo")
    assert not (tmp_path / "zoo").exists()
