"""What users of other tools have met with their own frames: the right answer, or a refusal."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.model_selection import LeaveOneGroupOut, LeaveOneOut, cross_val_score

import physembed as pe

N_CASES, N_CHANNELS, N_TIMEPOINTS = 24, 3, 32
y = np.array(["falling", "rising"])[np.arange(N_CASES) % 2]
TREND = np.where(y == "rising", 1, -1)[:, np.newaxis, np.newaxis] * np.linspace(-3, 3, N_TIMEPOINTS)
X = np.random.default_rng(0).normal(size=(N_CASES, N_CHANNELS, N_TIMEPOINTS)) + TREND
FRAME = pd.DataFrame(
    X.transpose(0, 2, 1).reshape(-1, N_CHANNELS),
    pd.MultiIndex.from_product([range(N_CASES), range(N_TIMEPOINTS)], names=["case", "time"]),
    columns=["x", "y", "z"],
)


def classifier():
    return pe.BaselineClassifier("linear", random_state=0)


@pytest.fixture(scope="module")
def fitted():
    return classifier().fit(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        FRAME.sort_index(level=1, ascending=False),
        FRAME.sort_index(level=0, ascending=False),
        FRAME.sample(frac=1, random_state=0),
    ],
    ids=["in order", "newest rows first", "cases last to first", "shuffled"],
)
def test_the_order_of_the_rows_of_a_frame_changes_nothing(frame, fitted):
    np.testing.assert_array_equal(fitted.predict_proba(frame), fitted.predict_proba(X))
    assert fitted.score(frame, y) == 1
    again = classifier().fit(frame, pd.Series(y).sample(frac=1, random_state=1))
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_a_row_missing_in_one_case_shifts_nothing(fitted):
    hole = FRAME.drop(index=(3, 7))
    filled = X.copy()
    filled[3, :, 7] = (X[3, :, 6] + X[3, :, 8]) / 2
    np.testing.assert_allclose(fitted.predict_proba(hole), fitted.predict_proba(filled))


def test_levels_swapped_and_three_levels_are_refused_by_name(fitted):
    with pytest.raises(pe.InvalidInputError, match="swaplevel"):
        fitted.predict(FRAME.swaplevel())
    with pytest.raises(pe.InvalidInputError, match="3 levels"):
        fitted.predict(pd.concat([FRAME, FRAME], keys=["a", "b"]))
    with pytest.raises(pe.InvalidInputError, match="32 timepoints"):
        fitted.predict(FRAME.swaplevel().rename_axis([None, None]))


def test_a_two_level_series_is_one_channel():
    one = classifier().fit(FRAME["x"], y)
    np.testing.assert_array_equal(one.predict(FRAME["x"].iloc[::-1]), one.predict(X[:, 0]))


def test_a_forecaster_goes_forward_in_time_whatever_the_order_of_rows():
    days = pd.date_range("2024-01-01", periods=80)
    series = pd.Series(np.sin(np.arange(80) / 3), days)
    forward = pe.PhysicalEmbeddingForecaster(window=12).fit(series.to_numpy())
    for order in (series, series.iloc[::-1], series.sample(frac=1, random_state=0)):
        forecaster = pe.PhysicalEmbeddingForecaster(window=12).fit(order)
        assert forecaster.predict(order) == forward.predict(series.to_numpy())
    with pytest.raises(pe.InvalidInputError, match=r"y has a missing value .* timepoint 5"):
        forward.predict(series.drop(days[5]))
    with pytest.raises(pe.InvalidInputError, match="'2024-01-01' among its times"):
        forward.predict(series.set_axis(days.strftime("%Y-%m-%d")))


def test_frames_of_time_by_channel_are_warned_of():
    with pytest.warns(pe.PhysembedWarning, match="32 rows and 3 columns"):
        classifier().fit([pd.DataFrame(case.T) for case in X], y)


@pytest.mark.parametrize("size", [1e200, 1e307, 1e-200])
@pytest.mark.filterwarnings("ignore:Data seen by instance")  # aeon's, of small variation
def test_the_size_of_values_changes_nothing(size, fitted):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        of_size = classifier().fit(X * size, y)
        probabilities = of_size.predict_proba(X * size)
        scores = of_size.decision_function(X * size)
    np.testing.assert_allclose(scores, fitted.decision_function(X), rtol=1e-6)
    assert np.isfinite(probabilities).all()
    # copies with three times the noise are no numbers beyond that, and tell less of what to believe
    if size < 1e300:
        np.testing.assert_allclose(probabilities, fitted.predict_proba(X), rtol=1e-6)


def test_what_minirocket_cannot_read_is_refused():
    for size in (1e200, 1e-200):
        with pytest.raises(pe.InvalidInputError, match="single precision"):
            pe.BaselineClassifier("minirocket", random_state=0).fit(X * size, y)
    with pytest.raises(pe.InvalidInputError, match=r"y\[0\] is .*; numbers up to 1e\+150"):
        pe.PhysicalEmbeddingRegressor("lattice").fit(X, np.arange(24) * 1e160 + 1e160)


def test_few_cases_are_scored_as_they_are(fitted):
    assert fitted.score(X[:1], y[:1]) == 1
    assert fitted.score(X[:2], y[:2]) == 1
    assert fitted.score(X[:1], np.array(["rising"])) == 0
    assert fitted.score(FRAME.loc[[4]], y[4:5]) == 1
    assert fitted.score(X[::2], y[::2]) == 1
    assert np.mean(cross_val_score(classifier(), X[:8], y[:8], cv=LeaveOneOut())) == 1
    groups = np.repeat([0, 1, 2], 8)
    of_one_class = np.array(["a"] * 8 + ["a", "b"] * 8)
    scores = cross_val_score(
        classifier(), X, of_one_class, cv=LeaveOneGroupOut(), groups=groups, error_score="raise"
    )
    assert ((scores >= 0) & (scores <= 1)).all()


def test_a_regressor_is_scored_on_few_cases_too():
    targets = np.linspace(0, 1, N_CASES)
    regressor = pe.PhysicalEmbeddingRegressor("lattice", random_state=0).fit(X, targets)
    assert regressor.score(X[:2], targets[:2]) <= 1
    with pytest.warns(UndefinedMetricWarning):
        assert np.isnan(regressor.score(X[:1], targets[:1]))
    assert regressor.score(FRAME, targets) == regressor.score(X, targets)


def test_bytes_are_labels_and_are_saved(tmp_path):
    of_bytes = classifier().fit(X, np.char.encode(y))
    assert of_bytes.classes_.tolist() == ["falling", "rising"]
    assert pe.load(of_bytes.save(tmp_path / "model")).score(X, np.char.encode(y)) == 1


def test_lists_of_time_by_channel_arrays_are_warned_of():
    with pytest.warns(pe.PhysembedWarning, match="32 channels of 3 timepoints"):
        classifier().fit([case.T for case in X], y)


@pytest.mark.parametrize("size", [1e16, 1e150, 1e200])
def test_what_has_no_level_in_single_precision_is_refused(size):
    with pytest.raises(pe.InvalidInputError, match=r"X has values up to .* take a preset"):
        pe.PhysicalEmbeddingClassifier(detectors=4).fit(X * size, y)


def test_a_target_that_is_the_same_for_all_is_predicted():
    regressor = pe.PhysicalEmbeddingRegressor(detectors=4, random_state=0)
    regressor.fit(X, np.full(N_CASES, 2.5))
    np.testing.assert_allclose(regressor.predict(X), 2.5)
    with pytest.raises(pe.InvalidInputError, match="holds dates or durations"):
        regressor.fit(X, pd.date_range("2020", periods=N_CASES))


def test_a_forecast_goes_by_the_index_and_by_each_time_once():
    rising = np.arange(120.0) + 5 * np.sin(np.arange(120))
    series = pd.Series(rising, index=pd.date_range("2020", periods=120))
    forecaster = pe.PhysicalEmbeddingForecaster(window=12)
    expected = forecaster.iterative_forecast(series, prediction_horizon=3)
    backwards = forecaster.iterative_forecast(series[::-1], prediction_horizon=3)
    pd.testing.assert_series_equal(backwards, expected)
    with pytest.raises(pe.InvalidInputError, match="more than one value at the time"):
        forecaster.iterative_forecast(pd.concat([series, series[:1]]), prediction_horizon=3)


def test_columns_that_are_dates_tell_the_sampling_interval():
    def frame(step: str) -> pd.DataFrame:
        times = pd.date_range("2020", periods=X.shape[2], freq=step)
        return pd.DataFrame(X[:, 0], columns=times)

    model = classifier().fit(frame("1s"), y)
    np.testing.assert_array_equal(
        model.predict(frame("1s")), classifier().fit(X[:, :1], y).predict(X[:, :1])
    )
    with pytest.raises(pe.InvalidInputError, match="sampl"):
        model.predict(frame("2s"))


def test_columns_of_one_name_are_named():
    frame = pd.DataFrame(X[:, 0], columns=["a", "a", *map(str, range(2, X.shape[2]))])
    with pytest.raises(pe.InvalidInputError, match="two columns called 'a'"):
        classifier().fit(frame, y)
