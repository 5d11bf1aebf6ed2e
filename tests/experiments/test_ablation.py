"""Ablations on real, bundled data: what is switched off, what stays, what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.experiments import Grid, Variant, ablate, compare
from physembed.experiments.ablation import losses, terms_of
from physembed.experiments.grid.plan import run_folder

pytestmark = pytest.mark.slow

N_SEEDS = 2
SETTINGS = {"seeds": N_SEEDS, "max_epochs": 1}


@pytest.fixture(scope="module")
def power(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's condensate without each of its terms, and without two of them."""
    out: Path = tmp_path_factory.mktemp("ablation") / "out"
    terms = ["dispersion", "potential", "g", "potential+nonlinearity"]
    ablate(Grid(["ItalyPowerDemand"], ["gpe"], **SETTINGS), terms=terms, out=out)
    return out


def records(out: Path) -> list[dict]:
    return json.loads((out / "records.json").read_text("utf-8"))


def test_each_ablation_freezes_its_term_and_leaves_the_rest(power: Path) -> None:
    by_model = {r["model"]: r for r in records(power)}
    assert list(by_model) == [
        "gpe",
        *("gpe-without-dispersion", "gpe-without-potential", "gpe-without-g"),
        "gpe-without-potential+nonlinearity",
    ]
    whole = by_model["gpe"]
    for name, record in by_model.items():
        assert record["readout_parameters"] == whole["readout_parameters"]
        assert record["settings"]["training"] == whole["settings"]["training"]
        (fibre,), (of_whole,) = record["composition"]["fibres"], whole["composition"]["fibres"]
        for part in ("encoder", "detector", "equation", "n_layers", "scheme"):
            assert fibre[part] == of_whole[part], name
        off = {k for k, v in fibre["coefficients"].items() if v == 0.0}
        assert record["embedding_parameters"] == 18 - 6 * len(off)
        expected = {
            "gpe": set(),
            "gpe-without-dispersion": {"kinetic"},
            "gpe-without-potential": {"strength"},
            "gpe-without-g": {"g"},
            "gpe-without-potential+nonlinearity": {"strength", "g"},
        }
        assert off == expected[name]


def test_a_saved_ablation_is_still_one(power: Path) -> None:
    run = power / "runs" / "ItalyPowerDemand" / "gpe-without-dispersion" / "seed1"
    classifier = pe.load(run)
    assert {v for k, v in classifier.network_.coefficients().items() if "kinetic" in k} == {0.0}
    data = pe.load_dataset("ItalyPowerDemand")
    accuracy = float((classifier.predict(data.X_test) == data.y_test).mean())
    (record,) = [
        r for r in records(power) if (r["model"], r["seed"]) == ("gpe-without-dispersion", 1)
    ]
    assert accuracy == record["accuracy"]


def test_losses_are_against_the_whole_model_seed_by_seed(power: Path) -> None:
    rows = losses(records(power))
    assert [name for _, name, *_ in rows] == [
        r["model"] for r in records(power)[N_SEEDS::N_SEEDS]
    ], "one row for each ablation"
    of = {
        model: [r["accuracy"] for r in records(power) if r["model"] == model]
        for model in ("gpe", "gpe-without-dispersion")
    }
    difference = 100 * (sum(of["gpe-without-dispersion"]) - sum(of["gpe"])) / N_SEEDS
    assert rows[0][2] == f"{difference:+.1f}"


def test_every_physical_model_has_terms_and_they_are_its_own() -> None:
    assert terms_of("nlse") == ["attenuation", "dispersion", "nonlinearity"]
    assert terms_of("gpe") == ["dispersion", "nonlinearity", "potential"]
    assert "dispersion" in terms_of("homodyne")
    for bad, message in (("linear", "has no equation"), ("nsle", "Did you mean 'nlse'")):
        with pytest.raises((pe.InvalidInputError, pe.UnknownNameError), match=message):
            terms_of(bad)


def test_a_term_that_is_not_there_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for terms in (["potential"], ["dispersion", "dispersoin"]):
        with pytest.raises(pe.UnknownNameError, match="unknown coefficient or term"):
            ablate(Grid(["ItalyPowerDemand"], ["nlse"]), terms=terms, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_prints_what_is_lost(tmp_path: Path) -> None:
    arguments = ["ablate", "ItalyPowerDemand", "--model", "gpe", "--without", "potential"]
    arguments += ["--seeds", "2", "--max-epochs", "1", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "Against gpe as it is, paired" in result.stdout
    assert "gpe-without-potential" in result.stdout


def test_variants_in_a_comparison_have_names_and_folders_of_their_own(tmp_path: Path) -> None:
    wide = Variant("gpe-wide", "gpe", guard_band=3.0)
    comparison = compare(
        Grid(["ItalyPowerDemand"], ["gpe", wide], seeds=1, max_epochs=1), out=tmp_path
    )
    assert [r["model"] for r in comparison.records] == ["gpe", "gpe-wide"]
    guards = [r["composition"]["fibres"][0]["encoder"]["guard_band"] for r in comparison.records]
    assert guards == [1.0, 3.0]
    with pytest.raises(pe.InvalidInputError, match="two different models are called 'gpe'"):
        compare(Grid(["ItalyPowerDemand"], ["gpe", Variant("gpe", "nlse")]), out=tmp_path)
    with pytest.raises(pe.InvalidInputError, match="name must begin"):
        Variant("../gpe", "gpe")
    with pytest.raises(pe.InvalidInputError, match="'linear' has none"):
        compare(Grid(["ItalyPowerDemand"], [Variant("l", "linear", guard_band=1.0)]), out=tmp_path)


def test_folds_of_different_splits_do_not_share_a_folder() -> None:
    places = [run_folder("D", "m", 0, split, 0) for split in ("official", "10-fold", "resampled")]
    assert len(set(places)) == 3
