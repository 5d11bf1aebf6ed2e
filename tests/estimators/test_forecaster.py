"""The forecaster: exact on what a window determines, better than naive, blind to units."""

import numpy as np
import pytest
from aeon.datasets import load_airline
from aeon.forecasting import NaiveForecaster

import physembed as pe

AIRLINE = np.asarray(load_airline(), dtype=float).ravel()
N_TRAIN = 108
"""Nine of twelve years."""


def errors(forecaster, horizon: int = 1) -> np.ndarray:
    """Of forecasts over the last three years, each from all that came before."""
    found = [
        forecaster.predict(AIRLINE[:end]) - AIRLINE[end + horizon - 1]
        for end in range(N_TRAIN, len(AIRLINE) - horizon + 1)
    ]
    return np.abs(found)


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
    own = pe.PhysicalEmbeddingForecaster(
        window=12, regressor=pe.PhysicalEmbeddingRegressor("homodyne-small", random_state=0)
    ).fit(y)
    assert own.regressor_.preset_ == "homodyne-small"
    assert not own.regressor.is_fitted


@pytest.mark.parametrize(
    ("arguments", "length", "message"),
    [
        ({"window": 1}, 50, "window must be an integer of at least 2, got 1"),
        ({"window": 6, "horizon": 0}, 50, "horizon must be an integer of at least 1, got 0"),
        ({"window": 20}, 20, "y has 20 timepoints; .* at least 24 are needed"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, length: int, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingForecaster(**arguments).fit(np.arange(length) ** 0.5)


def test_a_short_series_to_look_back_on_is_named() -> None:
    forecaster = pe.PhysicalEmbeddingForecaster(window=12).fit(AIRLINE)
    with pytest.raises(pe.InvalidInputError, match="looks back window=12"):
        forecaster.predict(AIRLINE[:5])
