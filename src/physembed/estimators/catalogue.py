"""The models that the command line and the comparisons know by name."""

from dataclasses import dataclass


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
        ModelEntry("auditory-frames", "the same bands behind a shutter, frame by frame", "ours"),
        ModelEntry("compact", "few detectors chosen out of a large pool, any budget", "ours"),
        ModelEntry("homodyne", "interferometers, homodyne detectors, comparators", "ours"),
        ModelEntry("tiny", "a handful of detectors, chosen and tuned by training cases", "ours"),
        ModelEntry("tiny-integer", "short filters and counters in whole numbers", "ours"),
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

DEFAULT_MODEL = "compact"
"""What is taken where nothing is asked for."""

OF_EQUATION = "equation."
"""What the name of a model begins with that is a medium of an equation: "equation.kdv"."""


def entry_of(name: str) -> ModelEntry:
    """The entry of a model, also of a medium of an equation; of its name nothing is checked."""
    if name.startswith(OF_EQUATION):
        equation = name.removeprefix(OF_EQUATION)
        return ModelEntry(name, f"medium of the equation {equation}, searched for", "ours")
    return KNOWN[name]


def is_known(name: str) -> bool:
    """Whether a comparison can run it; whether an equation is one is seen when it is built."""
    return name in KNOWN or name.startswith(OF_EQUATION)
