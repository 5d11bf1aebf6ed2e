"""Which of the three ways of training serves how many physical coefficients."""

from collections.abc import Iterable
from dataclasses import replace

from physembed.errors import UnknownNameError
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.projection.settings import ProjectionSettings

METHODS = ("designed", "gradient", "projection")
"""Physics as it is, readout solved; physics and readout by gradient; physics searched for while the
readout is solved exactly."""

MOST_FOR_PROJECTION = 300
"""Physical coefficients up to which the search is the default: its cost is that of the gradient,
but random starts cover less and less of the space."""

Settings = TrainingSettings | ProjectionSettings | None
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


def settings_for(method: str, own: Settings) -> Settings:
    """The settings of a method: a model's own where they are of that method, else the default's.

    Raises
    ------
    UnknownNameError
    """
    if method == "designed":
        return None
    if method == "gradient":
        return own if isinstance(own, TrainingSettings) else GRADIENT
    if method == "projection":
        return own if isinstance(own, ProjectionSettings) else ProjectionSettings()
    raise UnknownNameError("training", method, [*METHODS, "auto"])


def method_of(settings: Settings) -> str:
    """The method that settings are of."""
    if settings is None:
        return "designed"
    return "gradient" if isinstance(settings, TrainingSettings) else "projection"


MEANT_FOR_SEARCHES = ("max_epochs", "batch_size", "physics_rate")
"""What of a training's settings a search has too."""


def without_effect(settings: Settings, names: Iterable[str]) -> tuple[list[str], str]:
    """Which of these settings change nothing in a method, and why."""
    if settings is None:
        return list(names), "the physics is designed, and the readout is solved in closed form"
    if isinstance(settings, ProjectionSettings):
        idle = [name for name in names if name not in MEANT_FOR_SEARCHES]
        return idle, "the physics is searched for by projection"
    return [], ""


def overridden(settings: Settings, changes: dict[str, object]) -> Settings:
    """Settings with what a user has asked for in place of their own.

    For a search, ``max_epochs`` is the most steps of a rung, ``batch_size`` the cases of a step and
    ``physics_rate`` the rate; the others have no meaning there, and none has where the physics is
    designed.

    Raises
    ------
    InvalidInputError
        For what no training would take, whether or not it has a meaning in this one.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    replace(GRADIENT, **given)  # type: ignore[arg-type]
    if settings is None:
        return None
    if isinstance(settings, ProjectionSettings):
        return settings.limited(
            given.get("max_epochs"),  # type: ignore[arg-type]
            given.get("batch_size"),  # type: ignore[arg-type]
            given.get("physics_rate"),  # type: ignore[arg-type]
        )
    if "max_epochs" in given:
        given["min_steps"] = 0
    return replace(settings, **given)  # type: ignore[arg-type]
