"""The models that the command line and the comparisons know by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from physembed.errors import InvalidInputError, UnknownNameError

if TYPE_CHECKING:
    from physembed.estimators.reference_classifier import ReferenceClassifier
    from physembed.estimators.series_classifier import SeriesClassifier


@dataclass(frozen=True)
class ModelEntry:
    """A model by name.

    Parameters
    ----------
    name : str
    summary : str
        One line for lists.
    origin : {"paper", "ours", "baseline", "reference"}
        The paper's own model, ours, what users would take instead, or a published classifier of
        aeon's that comparisons refer to and that cannot be saved.
    """

    name: str
    summary: str
    origin: str


MODELS: dict[str, ModelEntry] = {
    entry.name: entry
    for entry in (
        ModelEntry("nlse", "nonlinear Schrödinger network of six layers, trained", "paper"),
        ModelEntry("paper", "the same as the paper's text has it: from zero, no window", "paper"),
        ModelEntry("gpe", "Gross-Pitaevskii network of six layers in a trap, trained", "paper"),
        ModelEntry("lattice", "lenslet arrays of several periods, convex readout", "ours"),
        ModelEntry("auditory", "two lenslet arrays read in auditory bands, for recordings", "ours"),
        ModelEntry("auto", "homodyne, lattice or both: the training cases choose", "ours"),
        ModelEntry("homodyne", "interferometers, homodyne detectors, comparators", "ours"),
        ModelEntry("homodyne-small", "homodyne with two thresholds per record alone", "ours"),
        ModelEntry("homodyne-gated", "homodyne with counters read out four times", "ours"),
        ModelEntry("tiny", "a handful of detectors, chosen and tuned by training cases", "ours"),
        ModelEntry("lens", "lens, dispersion and prism found for few detectors", "ours"),
        ModelEntry("linear", "ridge classifier on the series", "baseline"),
        ModelEntry("spectral", "ridge classifier on the log power spectrum", "baseline"),
        ModelEntry("mlp", "multilayer perceptron, 3 x 500 units", "baseline"),
        ModelEntry("cnn", "convolutional network of four blocks", "baseline"),
        ModelEntry("lstm-attention", "bidirectional LSTM with attention over frames", "baseline"),
        ModelEntry("minirocket", "MiniRocket features (aeon), ridge classifier", "baseline"),
    )
}
"""Every model by its name on the command line, in the order of tables."""

REFERENCES: dict[str, ModelEntry] = {
    entry.name: entry
    for entry in (
        ModelEntry("euclidean-1nn", "nearest training case (aeon)", "reference"),
        ModelEntry("multirocket-hydra", "MultiRocket and Hydra (aeon), ridge", "reference"),
    )
}
"""Published classifiers that comparisons may name besides; "all" leaves them out."""

KNOWN: dict[str, ModelEntry] = MODELS | REFERENCES
"""Everything that a comparison can run."""


def build_classifier(
    name: str,
    *,
    random_state: int | None = None,
    max_epochs: int | None = None,
    training: str | None = None,
    frozen: Mapping[str, float | Sequence[float]] | None = None,
    guard_band: float | None = None,
    overrides: Mapping[str, Any] | None = None,
    device: str = "auto",
    verbose: int = 0,
) -> "SeriesClassifier | ReferenceClassifier":
    """The classifier of a name, with the settings that all models share.

    Parameters
    ----------
    name : str
        A key of :data:`KNOWN`.
    random_state : int or None
    max_epochs : int or None
        None is the model's own default; models whose readout alone is fitted ignore it.
    training : {None, "auto", "designed", "gradient", "projection"}
        How a physical model is trained; None is the model's own way. Baselines ignore it.
    frozen, guard_band : optional
        As in :class:`~physembed.PhysicalEmbeddingClassifier`; only physical models have them.
    overrides : mapping of str to value, or None
        Further settings of the classifier, such as ``physics_rate``.
    device : {"auto", "cpu", "cuda"}
    verbose : int
        1 shows a progress bar.

    Raises
    ------
    UnknownNameError
    InvalidInputError
        If ``frozen`` or ``guard_band`` is given for a model without a medium.
    """
    if name not in KNOWN:
        raise UnknownNameError("model", name, list(KNOWN))
    if KNOWN[name].origin in ("baseline", "reference"):
        for argument, value in (("frozen", frozen), ("guard_band", guard_band)):
            if value is not None:
                raise InvalidInputError(
                    f"{argument}={value!r} is for a model with a medium; {name!r} has none."
                )
    if name in REFERENCES:
        from physembed.estimators.reference_classifier import ReferenceClassifier

        return ReferenceClassifier(model=name, random_state=random_state)
    shared: dict[str, Any] = {
        "random_state": random_state,
        "max_epochs": max_epochs,
        "device": device,
        "verbose": verbose,
        **(overrides or {}),
    }
    classifier: SeriesClassifier
    if MODELS[name].origin == "baseline":
        from physembed.estimators.baseline_classifier import BaselineClassifier

        classifier = BaselineClassifier(model=name, **shared)
    else:
        from physembed.estimators.physical_embedding_classifier import PhysicalEmbeddingClassifier

        classifier = PhysicalEmbeddingClassifier(
            preset=name, training=training, frozen=frozen, guard_band=guard_band, **shared
        )
    if classifier.training_settings() is None:
        # one limit for all models of a comparison is no mistake
        classifier.max_epochs = None
    return classifier
