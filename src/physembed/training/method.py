"""Which of the four ways of training serves how many physical coefficients."""

from dataclasses import replace
from typing import Literal

from physembed._checks import check_integer
from physembed.errors import UnknownNameError
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.selection.settings import SelectionSettings

METHODS = ("designed", "gradient", "projection", "selection")
"""Physics as it is, readout solved; physics and readout by gradient; physics searched for while the
readout is solved exactly; physics as it is, a few of its detectors chosen."""

Method = Literal["auto", "designed", "gradient", "projection", "selection"]
"""What may be asked for; "auto" goes by the number of physical coefficients."""

MOST_FOR_PROJECTION = 300
"""Physical coefficients up to which the search is the default: its cost is that of the gradient,
but random starts cover less and less of the space."""

Settings = TrainingSettings | ProjectionSettings | SelectionSettings | None
"""Of a method; None where physics is designed."""

GRADIENT = TrainingSettings(
    max_epochs=20,
    min_steps=400,
    batch_size=32,
    physics_rate=0.01,
    head_rate=3e-3,
    weight_decay=3.0,
)
"""Gradient training of a composition that says nothing of its own."""


def method_for(n_coefficients: int) -> str:
    """The method that the number of trainable physical coefficients suggests."""
    if n_coefficients == 0:
        return "designed"
    return "projection" if n_coefficients <= MOST_FOR_PROJECTION else "gradient"


def settings_for(method: str, of_model: Settings) -> Settings:
    """The settings of a method: a model's own where they are of that method, else the default's.

    Raises
    ------
    UnknownNameError
    """
    if method == "designed":
        return None
    if method == "gradient":
        return of_model if isinstance(of_model, TrainingSettings) else GRADIENT
    if method == "projection":
        return of_model if isinstance(of_model, ProjectionSettings) else ProjectionSettings()
    if method == "selection":
        return of_model if isinstance(of_model, SelectionSettings) else SelectionSettings()
    raise UnknownNameError("training", method, [*METHODS, "auto"])


def method_of(settings: Settings) -> str:
    """The method that settings are of."""
    if settings is None:
        return "designed"
    if isinstance(settings, SelectionSettings):
        return "selection"
    return "gradient" if isinstance(settings, TrainingSettings) else "projection"


WAYS = {
    "designed": "the physics is designed, and the readout is solved in closed form",
    "projection": "the physics is searched for by projection",
    "gradient": "physics and readout are trained by gradient",
    "selection": "the physics is designed, and detectors are chosen out of it",
}
"""Each method in a sentence."""


def limited(settings: Settings, max_epochs: int | None) -> Settings:
    """Settings with at most so many epochs, or steps of a rung of a search.

    Parameters
    ----------
    settings : TrainingSettings, ProjectionSettings, SelectionSettings or None
    max_epochs : int or None
        None is no limit; it has no meaning where the physics is designed.

    Raises
    ------
    InvalidInputError
    """
    check_integer("max_epochs", max_epochs, least=1, optional=True)
    if max_epochs is None or settings is None or isinstance(settings, SelectionSettings):
        return settings
    if isinstance(settings, ProjectionSettings):
        return settings.limited(max_epochs)
    return replace(settings, max_epochs=max_epochs, min_steps=0)
