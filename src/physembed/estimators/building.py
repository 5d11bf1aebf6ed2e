"""The classifier of a name, as the command line and the comparisons build it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from physembed._checks import check_choice
from physembed.errors import InvalidInputError
from physembed.estimators.catalogue import KNOWN, OF_EQUATION, REFERENCES, entry_of, is_known
from physembed.presets.retired import RETIRED

if TYPE_CHECKING:
    from physembed.estimators.reference_classifier import ReferenceClassifier
    from physembed.estimators.series_classifier import SeriesClassifier


def build_classifier(
    name: str,
    *,
    random_state: int | None = None,
    max_epochs: int | None = None,
    training: str | None = None,
    frozen: Mapping[str, float | Sequence[float]] | None = None,
    overrides: Mapping[str, Any] | None = None,
    device: str = "auto",
    verbose: int = 0,
) -> "SeriesClassifier | ReferenceClassifier":
    """The classifier of a name, with the settings that all models share.

    Parameters
    ----------
    name : str
        A key of :data:`~physembed.estimators.catalogue.KNOWN`, or "equation." and the name of an
        equation.
    random_state : int or None
    max_epochs : int or None
        None is the model's own default; a search has at most so many steps in a rung, and models
        whose readout alone is fitted ignore it, since one limit for all models of a comparison is
        no mistake.
    training : {None, "auto", "designed", "gradient", "projection"}
        How a physical model is trained; None is the model's own way. Baselines ignore it.
    frozen : mapping or None
        As in :class:`~physembed.PhysicalEmbeddingClassifier`; only physical models have it.
    overrides : mapping of str to value, or None
        Settings of the training in place of the model's own, such as ``physics_rate``; and
        ``levels`` and ``guard_band``, as of :class:`~physembed.PhysicalEmbeddingClassifier`.
    device : {"auto", "cpu", "cuda"}
    verbose : int
        1 shows a progress bar.

    Raises
    ------
    UnknownNameError
    InvalidInputError
        If ``frozen``, ``guard_band`` or ``levels`` is given for a model without a medium, or the
        training has no setting of a name, or none at all.
    """
    if not is_known(name):
        check_choice("model", name, KNOWN, retired=RETIRED)
    entry = entry_of(name)
    of_training = dict(overrides or {})
    levels = of_training.pop("levels", None)
    guard_band = of_training.pop("guard_band", None)
    if entry.origin in ("baseline", "reference"):
        given = {"frozen": frozen, "guard_band": guard_band, "levels": levels}
        for argument, value in given.items():
            if value is not None:
                raise InvalidInputError(
                    f"{argument}={value!r} is for a model with a medium; {name!r} has none."
                )
    if name in REFERENCES:
        from physembed.estimators.reference_classifier import ReferenceClassifier

        return ReferenceClassifier(model=name, random_state=random_state)
    shared: dict[str, Any] = {"random_state": random_state, "device": device, "verbose": verbose}
    classifier: SeriesClassifier
    if entry.origin == "baseline":
        from physembed.estimators.baseline_classifier import BaselineClassifier

        classifier = BaselineClassifier(model=name, **shared)
    else:
        from physembed.estimators.physical_embedding_classifier import PhysicalEmbeddingClassifier

        of_equation = name.startswith(OF_EQUATION)
        model: dict[str, Any] = (
            {"equation": name.removeprefix(OF_EQUATION)} if of_equation else {"preset": name}
        )
        if levels is not None:
            model["levels"] = levels
        classifier = PhysicalEmbeddingClassifier(
            **model, training=training, frozen=frozen, guard_band=guard_band, **shared
        )
    # loads torch, for which the names and limits above need not wait
    from physembed.training.method import limited

    settings = limited(classifier.training_settings(), max_epochs)
    if of_training:
        settings = _overridden(name, settings, of_training)
    if settings is not None and (max_epochs is not None or of_training):
        classifier.set_params(training=settings)
    return classifier


def _overridden(name: str, settings: Any, overrides: Mapping[str, Any]) -> Any:
    known = () if settings is None else [field.name for field in fields(settings)]
    unknown = [key for key in overrides if key not in known]
    if unknown:
        raise InvalidInputError(
            f"the training of {name!r} has no setting {unknown[0]!r}; "
            + (f"it has {', '.join(known)}." if known else "it has none at all.")
        )
    return replace(settings, **overrides)
