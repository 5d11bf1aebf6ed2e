"""The forecaster: exact on what a window determines, better than naive, blind to units."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aeon.datasets import load_airline
from aeon.forecasting import NaiveForecaster
from aeon.regression import DummyRegressor
from sklearn.exceptions import NotFittedError
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.estimators.model_files import digest

AIRLINE = np.asarray(load_airline(), dtype=float).ravel()
N_TRAIN = 108
"""Nine of twelve years."""


def errors(forecaster, horizon: int = 1) -> np.ndarray:
    """Of forecasts over the last three years, each from all that came before."""
    differences = [
        forecaster.predict(AIRLINE[:end]) - AIRLINE[end + horizon - 1]
        for end in range(N_TRAIN, len(AIRLINE) - horizon + 1)
    ]
    return np.abs(differences)


@pytest.mark.parametrize("horizon", [1, 6])
def test_passengers_are_forecast_better_than_by_last_year(horizon: int) -> None:
    ours = pe.PhysicalEmbeddingForecaster(window=24, horizon=horizon).fit(AIRLINE[:N_TRAIN])
    naive = NaiveForecaster("seasonal_last", seasonal_period=12, horizon=horizon)
    naive.fit(AIRLINE[:N_TRAIN])
    # half a year ahead is harder; both are far from a draw
    assert errors(ours, horizon).mean() < 0.9 * errors(naive, horizon).mean()


def test_a_forecast_is_blind_to_units() -> None:
    plain = pe.PhysicalEmbeddingForecaster(window=12).fit(AIRLINE[:N_TRAIN])
    scaled = pe.PhysicalEmbeddingForecaster(window=12).fit(1000 - 3 * AIRLINE[:N_TRAIN])
    # a series and its mirror image are different waves: only the scale is a unit
    thousands = pe.PhysicalEmbeddingForecaster(window=12).fit(AIRLINE[:N_TRAIN] / 1000 + 5)
    expected = plain.predict(AIRLINE[:N_TRAIN])
    assert thousands.predict(AIRLINE[:N_TRAIN] / 1000 + 5) == pytest.approx(
        expected / 1000 + 5, rel=1e-6
    )
    assert abs((1000 - scaled.predict(1000 - 3 * AIRLINE[:N_TRAIN])) / 3 - expected) < 50


def test_steps_and_horizons() -> None:
    y = np.sin(np.arange(120) / 3)
    forecaster = pe.PhysicalEmbeddingForecaster(window=12)
    np.testing.assert_allclose(forecaster.iterative_forecast(y[:110], 10), y[110:], atol=0.02)
    np.testing.assert_allclose(forecaster.direct_forecast(y[:110], 5), y[110:115], atol=0.02)
    with_regressor = pe.PhysicalEmbeddingForecaster(
        window=12, regressor=pe.PhysicalEmbeddingRegressor("lattice", random_state=0)
    ).fit(y)
    assert with_regressor.regressor_.preset_ == "lattice"
    assert not with_regressor.regressor.is_fitted


@pytest.mark.parametrize(
    ("arguments", "length", "message"),
    [
        ({"window": 1}, 50, "window must be an integer of at least 2 or None, got 1"),
        ({"window": 6, "horizon": 0}, 50, "horizon must be a positive integer, got 0"),
        ({"window": 20}, 20, "y has 20 timepoints; .* at least 24 are needed"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, length: int, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingForecaster(**arguments).fit(np.arange(length) ** 0.5)


@pytest.mark.parametrize(
    "regressor", [None, pe.PhysicalEmbeddingRegressor("tiny", training="designed")]
)
def test_a_saved_forecaster_forecasts_the_same(regressor, tmp_path: Path) -> None:
    y = np.sin(np.arange(60) / 3)
    forecaster = pe.PhysicalEmbeddingForecaster(window=12, horizon=2, regressor=regressor).fit(y)
    again = pe.load(forecaster.save(tmp_path / "model"))
    assert repr(again) == repr(forecaster)
    assert again.predict(y) == forecaster.predict(y)
    assert again.save(tmp_path / "model") == tmp_path / "model"
    # it can be fitted again
    assert np.isfinite(again.fit(y[:50]).predict(y))


def test_a_forecaster_that_cannot_be_saved_or_read_says_why(tmp_path: Path) -> None:
    y = np.sin(np.arange(60) / 3)
    foreign = pe.PhysicalEmbeddingForecaster(window=12, regressor=DummyRegressor()).fit(y)
    with pytest.raises(pe.InvalidInputError, match="regressor is a DummyRegressor"):
        foreign.save(tmp_path / "foreign")
    assert not (tmp_path / "foreign").exists()
    with pytest.raises(NotFittedError):
        pe.PhysicalEmbeddingForecaster(window=12).save(tmp_path / "model")
    folder = pe.PhysicalEmbeddingForecaster(window=12).fit(y).save(tmp_path / "model")
    original = json.loads((folder / "config.json").read_text())
    for change, message in (
        ({"parameters": {"window": 13, "horizon": 1}}, "window is 13"),
        ({"parameters": {"window": 12, "horizon": 0}}, "horizon must be a positive integer"),
        ({"regressor": original}, "window is 12, which is not what the PhysicalEmbeddingForec"),
        ({"regressor": original["regressor"] | {"estimator": "Popen"}}, "unknown estimator 'Popen"),
        ({"regressor": None}, "is damaged"),
    ):
        forged = original | change
        forged["configuration_sha256"] = digest(forged)
        (folder / "config.json").write_text(json.dumps(forged))
        with pytest.raises(pe.RunFolderError, match=message):
            pe.load(folder)


def test_commands_for_cases_refuse_a_forecaster(tmp_path: Path) -> None:
    model = pe.PhysicalEmbeddingForecaster(window=12).fit(AIRLINE).save(tmp_path / "model")
    np.save(tmp_path / "series.npy", np.zeros((2, 12)))
    for arguments in (["predict", str(tmp_path / "series.npy")], ["evaluate", "GunPoint"]):
        result = CliRunner().invoke(app, [arguments[0], str(model), arguments[1]])
        assert result.exit_code == 2
        assert "holds a PhysicalEmbeddingForecaster" in " ".join(result.output.split())


def test_a_short_series_to_look_back_on_is_named() -> None:
    forecaster = pe.PhysicalEmbeddingForecaster(window=12).fit(AIRLINE)
    with pytest.raises(pe.InvalidInputError, match="looks back window=12"):
        forecaster.predict(AIRLINE[:5])


def test_a_forecaster_without_a_window_takes_one(tmp_path: Path) -> None:
    forecaster = pe.PhysicalEmbeddingForecaster(horizon=2, random_state=1).fit(AIRLINE)
    assert forecaster.window is None
    assert forecaster.window_ == min(64, len(AIRLINE) // 4)
    assert forecaster.regressor_.random_state == 1
    loaded = pe.load(forecaster.save(tmp_path / "model"))
    assert (loaded.window_, loaded.predict(AIRLINE)) == (
        forecaster.window_,
        forecaster.predict(AIRLINE),
    )


def test_a_series_that_turns_at_a_level_is_forecast_better_by_who_sees_it(tmp_path: Path) -> None:
    """A ramp to a threshold and back: where it turns is not in a short window's shape."""
    generator = np.random.default_rng(0)
    y, slope = np.zeros(360), 0.3
    for t in range(1, len(y)):
        y[t] = y[t - 1] + slope + 0.05 * generator.standard_normal()
        slope = -abs(slope) if y[t] > 3 else abs(slope) if y[t] < -3 else slope
    mean_errors = []
    for levels in (False, True):
        forecaster = pe.PhysicalEmbeddingForecaster(window=4, horizon=6, levels=levels).fit(y[:300])
        mean_errors.append(
            np.mean([abs(forecaster.predict(y[:end]) - y[end + 5]) for end in range(300, 354)])
        )
    assert mean_errors[1] < 0.8 * mean_errors[0]
    loaded = pe.load(forecaster.save(tmp_path / "model"))
    assert loaded.levels is True
    assert loaded.predict(y) == forecaster.predict(y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"levels": "yes"}, "levels must be True or False, got 'yes'"),
        ({"levels": True, "regressor": DummyRegressor()}, "levels must be False beside"),
    ],
)
def test_levels_that_nothing_would_read_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingForecaster(window=6, **arguments).fit(AIRLINE)
