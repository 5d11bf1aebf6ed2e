"""A forecaster in a configuration: its regressor, as any saved model, and what it asks of it."""

from typing import TYPE_CHECKING, Any

from sklearn.base import clone

from physembed.errors import InvalidInputError

if TYPE_CHECKING:
    from physembed.estimators.physical_embedding_forecaster import PhysicalEmbeddingForecaster

REGRESSOR = "PhysicalEmbeddingRegressor"
"""The regressor whose files those of a forecaster are."""


def configuration_of(forecaster: "PhysicalEmbeddingForecaster") -> dict[str, Any]:
    """What a configuration tells of a fitted forecaster beside its regressor.

    Raises
    ------
    InvalidInputError
        If the regressor is of another library, whose models we cannot write.
    """
    kind = type(forecaster.regressor_).__name__
    if kind != REGRESSOR:
        raise InvalidInputError(
            f"regressor is a {kind}; a forecaster is saved with a {REGRESSOR} (or None), others "
            "can be pickled."
        )
    return {
        "estimator": type(forecaster).__name__,
        "parameters": {"window": int(forecaster.window), "horizon": int(forecaster.horizon)},
        "default_regressor": forecaster.regressor is None,
    }


def restored(configuration: dict[str, Any], regressor: Any) -> "PhysicalEmbeddingForecaster":
    """The forecaster of a configuration, around its fitted regressor.

    Raises
    ------
    InvalidInputError
        If the two do not go together.
    """
    from physembed.estimators.physical_embedding_forecaster import PhysicalEmbeddingForecaster

    own = None if configuration["default_regressor"] else clone(regressor)
    forecaster = PhysicalEmbeddingForecaster(**configuration["parameters"], regressor=own)
    if type(regressor).__name__ != REGRESSOR or regressor.n_features_in_ != forecaster.window:
        raise InvalidInputError(
            f"window is {forecaster.window!r}, which is not what the {type(regressor).__name__} in "
            "it reads"
        )
    forecaster.check_numbers()
    forecaster.regressor_ = regressor
    forecaster.is_fitted = True
    return forecaster
