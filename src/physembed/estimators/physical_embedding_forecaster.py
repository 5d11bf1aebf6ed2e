"""The next values of a series, read off the windows before them."""

from typing import Any, ClassVar, Self

import numpy as np
from aeon.forecasting.base import (
    BaseForecaster,
    DirectForecastingMixin,
    IterativeForecastingMixin,
)
from numpy.typing import NDArray
from sklearn.base import clone

from physembed._checks import check_flag, check_integer
from physembed.data.checks import check_collection
from physembed.data.label_checks import targets_of
from physembed.errors import InvalidInputError
from physembed.estimators.model_files import ModelFiles
from physembed.estimators.physical_embedding_regressor import PhysicalEmbeddingRegressor
from physembed.estimators.saving import Saved
from physembed.networks import BinnedIntensity, Fibre, Level, SeriesEncoder
from physembed.physics import NonlinearSchrodinger

FEWEST_WINDOWS = 4
LONGEST_WINDOW = 64
"""Timepoints of the window that is taken where none is given, at most."""
REGRESSOR = "PhysicalEmbeddingRegressor"
"""The regressor that a saved forecaster is made of."""
CARRIER = 3.0
"""Of the default composition: intensities on a strong carrier are nearly linear in the series."""
DISPERSIONS = (0.0, 0.05)
"""Of the two default fibres in natural units: the window itself, and neighbours mixed."""


def default_fibres(window: int, *, levels: bool = False) -> list[Fibre]:
    """The composition of a forecaster without one of its own: one detector per timepoint.

    Parameters
    ----------
    window : int
    levels : bool, default=False
        Whether a voltmeter on the window as it comes is beside them.
    """
    fibres = [
        Fibre(
            NonlinearSchrodinger(),
            {"alpha": 0.0, "beta2": dispersion, "gamma": 0.0},
            n_layers=1,
            encoder=SeriesEncoder(alignment="left", carrier=CARRIER, padding="edge"),
            detector=BinnedIntensity(bins=2 * window, response="sqrt"),
        )
        for dispersion in DISPERSIONS
    ]
    if levels:
        meter = Fibre(
            NonlinearSchrodinger(),
            {"alpha": 0.0, "beta2": 0.0, "gamma": 0.0},
            n_layers=1,
            encoder=SeriesEncoder(normalisation="none", alignment="left", guard_band=0.0),
            detector=Level(),
            gated=True,
        )
        fibres.append(meter)
    return fibres


class PhysicalEmbeddingForecaster(
    Saved, BaseForecaster, DirectForecastingMixin, IterativeForecastingMixin
):
    r"""Forecast a series from windows that have gone through a physical medium.

    Every window :math:`w` of the series becomes a case, and what comes ``horizon`` steps after it
    the target, told in the window's own units, :math:`(y - w_{last}) / \sigma(w)`, since encoders
    normalise. A forecast is therefore unchanged, but for its units, if the series is; with
    ``levels`` it may depend on where the series is.

    Parameters
    ----------
    window : int or None, default=None
        Timepoints that a forecast looks back; at least 2. None is a quarter of the series seen in
        fit, at most 64.
    horizon : int, default=1
        How many steps ahead.
    regressor : PhysicalEmbeddingRegressor, another regressor of series, or None, default=None
        What predicts from windows of shape (cases, 1, window); None is a
        :class:`~physembed.PhysicalEmbeddingRegressor` that reads two dispersions of the window on
        a carrier.
    random_state : int or None, default=0
        Of that regressor; one of your own has its own.
    levels : bool, default=False
        Whether that regressor sees mean, deviation, slope and range of the window as it comes.
        True is for series that turn or saturate at a level; where the level goes beyond what it
        was in fit, as in a trend or a random walk, it misleads.

    Attributes
    ----------
    window_ : int
        The window in force.
    regressor_ : regressor
        The fitted regressor.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> y = np.sin(np.arange(80) / 3)
    >>> forecaster = pe.PhysicalEmbeddingForecaster(window=12).fit(y[:70])
    >>> bool(abs(forecaster.predict(y[:70]) - y[70]) < 0.02)
    True
    >>> forecaster.iterative_forecast(y[:70], prediction_horizon=3).shape
    (3,)
    """

    _tags: ClassVar[dict[str, Any]] = {"capability:missing_values": False}

    def __init__(
        self,
        window: int | None = None,
        horizon: int = 1,
        regressor: Any = None,
        random_state: int | None = 0,
        levels: bool = False,
    ) -> None:
        self.window = window
        self.regressor = regressor
        self.random_state = random_state
        self.levels = levels
        super().__init__(horizon=horizon, axis=1)

    def _preprocess_series(self, X: Any, axis: int, store_metadata: bool) -> Any:
        # of pandas: aeon takes the values as they stand, whatever the index says of time
        if hasattr(X, "iloc") and (X.ndim == 1 or axis == 0):
            from physembed.data.frames import series_in_order

            X = series_in_order(X, "y")
            check_collection(X.reshape(1, -1), argument="y")
        return super()._preprocess_series(X, axis, store_metadata)

    def _fit(self, y: NDArray[np.float64], exog: Any = None) -> Self:
        self.check_numbers()
        series = _series(y)
        self.window_ = self.window or min(LONGEST_WINDOW, max(2, len(series) // 4))
        n_windows = len(series) - self.window_ - self.horizon + 1
        if n_windows < FEWEST_WINDOWS:
            raise InvalidInputError(
                f"y has {len(series)} timepoints; with window={self.window_} and "
                f"horizon={self.horizon} at least "
                f"{self.window_ + self.horizon + FEWEST_WINDOWS - 1} are needed."
            )
        windows = np.lib.stride_tricks.sliding_window_view(series, self.window_)[:n_windows]
        last, scale = _units(windows)
        targets = (series[self.window_ + self.horizon - 1 :] - last) / scale
        self.regressor_ = (
            PhysicalEmbeddingRegressor(
                fibres=default_fibres(self.window_, levels=self.levels),
                random_state=self.random_state,
            )
            if self.regressor is None
            else clone(self.regressor)
        )
        self.regressor_.fit(windows[:, np.newaxis].copy(), targets)
        return self

    def _predict(self, y: NDArray[np.float64], exog: Any = None) -> float:
        series = _series(y)
        if len(series) < self.window_:
            raise InvalidInputError(
                f"y has {len(series)} timepoints; a forecast looks back window={self.window_}."
            )
        window = series[np.newaxis, -self.window_ :]
        last, scale = _units(window)
        predicted = self.regressor_.predict(window[:, np.newaxis].copy())
        return float(last[0] + scale[0] * predicted[0])

    def iterative_forecast(
        self, y: Any, prediction_horizon: int, exog: Any = None, **options: Any
    ) -> Any:
        """As aeon's; of a Series of pandas a Series, whose index goes on at the same frequency.

        Parameters
        ----------
        y, prediction_horizon, exog, **options
            As for :class:`aeon.forecasting.base.IterativeForecastingMixin`.

        Returns
        -------
        ndarray of shape (prediction_horizon,), or pandas.Series
        """
        given = _in_order(y)
        return _after(y, super().iterative_forecast(given, prediction_horizon, exog, **options))

    def direct_forecast(self, y: Any, prediction_horizon: int, exog: Any = None) -> Any:
        """As aeon's; of a Series of pandas a Series, whose index goes on at the same frequency.

        Parameters
        ----------
        y, prediction_horizon, exog
            As for :class:`aeon.forecasting.base.DirectForecastingMixin`.

        Returns
        -------
        ndarray of shape (prediction_horizon,), or pandas.Series
        """
        return _after(y, super().direct_forecast(_in_order(y), prediction_horizon, exog))

    def model_files(self) -> ModelFiles:
        """The fitted forecaster as what is written, around its regressor.

        Raises
        ------
        InvalidInputError
            If the regressor is of another library, whose models we cannot write.
        """
        self._check_is_fitted()
        kind = type(self.regressor_).__name__
        if kind != REGRESSOR:
            raise InvalidInputError(
                f"regressor is a {kind}; a forecaster is saved with a {REGRESSOR} (or None), "
                "others can be pickled."
            )
        within: ModelFiles = self.regressor_.model_files()
        return ModelFiles(
            {
                "estimator": type(self).__name__,
                "parameters": {
                    "window": None if self.window is None else int(self.window),
                    "horizon": int(self.horizon),
                    "levels": bool(self.levels),
                    "random_state": self.random_state,
                },
                "default_regressor": self.regressor is None,
                "regressor": within.configuration,
            },
            within.tensors,
            within.history,
            within.packed,
        )

    def check_numbers(self) -> None:
        """Refuse a window or a horizon that is none, and levels that nothing would read."""
        check_integer("window", self.window, least=2, optional=True)
        check_integer("horizon", self.horizon, least=1)
        check_flag("levels", self.levels)
        if self.levels and self.regressor is not None:
            raise InvalidInputError(
                "levels must be False beside a regressor of your own, which sees what it sees, "
                "got True."
            )

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        return {"window": 6}


def _series(y: NDArray[np.float64]) -> NDArray[np.float64]:
    series = check_collection(np.asarray(y)[np.newaxis], argument="y")[0, 0]
    # targets are told in units of a window's deviation, whose square must be a number
    targets_of(series, len(series), argument="y")
    return series


def _in_order(y: Any) -> Any:
    """A series of pandas as numbers in the order of its index; aeon's loops take them as they lie.

    Raises
    ------
    InvalidInputError
        If its index tells no order.
    """
    if not hasattr(y, "iloc"):
        return y
    from physembed.data.frames import series_in_order

    return series_in_order(y, "y")


def _after(y: Any, forecast: NDArray[np.float64]) -> Any:
    """What comes after y: with an index that goes on from its own, where it has one."""
    if not hasattr(y, "iloc") or y.ndim != 1:
        return forecast
    from physembed.data.frames import index_after

    return type(y)(forecast, index=index_after(y.index.sort_values(), len(forecast)), name=y.name)


def _units(windows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Last value and deviation of each window; one where a window does not change."""
    scale = windows.std(axis=1)
    return windows[:, -1], np.where(scale > 0, scale, 1.0)
