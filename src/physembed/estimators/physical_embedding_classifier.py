"""The classifier of this library."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from physembed._devices import TrainingDevice
from physembed.estimators.physical_embedding import DEFAULT, PhysicalEmbedding
from physembed.estimators.series_classifier import SeriesClassifier
from physembed.networks import Fibre
from physembed.physics import MasterEquation
from physembed.presets import PresetName
from physembed.training import ProjectionSettings, SelectionSettings, TrainingSettings
from physembed.training.method import Method


class PhysicalEmbeddingClassifier(PhysicalEmbedding, SeriesClassifier):
    """Classify time series by sending them through a physical medium.

    Parameters
    ----------
    preset : {"compact", "homodyne", "lattice", "auditory", "auditory-frames", "tiny", \
"tiny-integer", "lens", "nlse", "paper", "gpe"}, default="compact"
        Few detectors for any budget, chosen out of a large pool (compact); designed networks, all
        of whose detectors are read: homodyne (shapes), lattice (spectra), auditory and
        auditory-frames (recordings of sound, the latter for little memory); a few detectors that
        the training cases choose and tune (tiny), or before which they find a lens (lens); filters
        and counters of whole numbers (tiny-integer); or the paper's nonlinear Schrödinger (with our
        preprocessing, and as its text has it) and Gross-Pitaevskii networks, trained by gradient.
        See :mod:`physembed.presets`.
    fibres : sequence of Fibre or None, default=None
        A composition of your own in place of the preset's, trained as ``training`` says.
    training : {None, "auto", "designed", "gradient", "projection", "selection"}, \
TrainingSettings, ProjectionSettings or SelectionSettings, default=None
        "designed" leaves the physics as it is and solves the readout; "gradient" trains both by
        Adam; "projection" searches for the physics while the readout is solved exactly; "selection"
        leaves the physics as it is and builds the few detectors that reproduce what a teacher says;
        each with the preset's settings, or with those given: see
        :class:`~physembed.TrainingSettings`, :class:`~physembed.ProjectionSettings` and
        :class:`~physembed.SelectionSettings`. "auto" goes by the number of trainable coefficients:
        none, up to 300, more. None is what was validated for the preset, and "auto" for a
        composition of your own.
    detectors, max_bytes : int or None, default=None
        How many detectors are chosen, over all channels together, or how many bytes they and their
        readout are stored in ("compact", or ``training="selection"``). None is 1,120 detectors.
    readout_weights : int or None, default=None
        Most readout weights, biases included, of a preset that works to a budget ("compact"; also
        "tiny", "lens": 10 to 200 are worthwhile); None is its own choice of detectors.
    weight_bits : {4, 8, 32} or None, default=None
        Bits of each weight where detectors are chosen; None is 32.
    robustness : float or None, default=None
        Noise, in deviations of a series, that a detector has to bear to be chosen; None is 0.03.
    levels : bool, default=True
        Whether mean, deviation, slope and range of every channel as it comes are among the
        detectors ("compact", or a composition with :class:`~physembed.networks.Level`). False is
        for sensors whose offset and gain drift: no class and no probability depends on them then,
        a composition in which one would is refused, and ``novelty`` still tells a level that is
        new.
    teacher : classifier, "with-minirocket" or None, default=None
        Any classifier of scikit-learn's or aeon's kind with ``predict_proba`` or
        ``decision_function``, which the chosen detectors learn to imitate: a copy is fitted, with
        three more for its left-out scores. None is a ridge regression on the whole pool;
        "with-minirocket" is the mean of that and of another on MiniRocket's features, which asks
        for a longer fit and nothing else. A classifier is not saved with the model. What has no
        effect in a way of training is told in a warning.
    frozen : mapping of str to float or sequence of float, or None, default=None
        Coefficients, or terms such as "dispersion", that are frozen at a value in natural units
        wherever the composition has them; ``{"dispersion": 0.0}`` switches dispersion off. All
        else stays as it is; see :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None, default=None
        Zeros beside the series, in its lengths, in place of the composition's own. Where a preset
        has its lengths in timepoints, as "compact", "homodyne" and "tiny", they stay; else natural
        units grow with the window.
    equation : str, MasterEquation or None, default=None
        In place of the preset a medium of this equation: a name of
        :data:`~physembed.physics.ALL_EQUATIONS` or a short one such as "kdv", or an object such as
        :func:`~physembed.equation` gives. It comes with its natural units, at most eighteen
        coefficients, a window and sixteen detectors, and is trained by projection.
    class_weight : None, "balanced" or mapping of class label to weight, default=None
        How much the cases of each class count in the readout and in the loss of gradient training.
        A search by projection looks for the physics with all cases alike.
    device : {"auto", "cpu", "cuda"}, default="auto"
        Where fits and predictions compute. "auto" takes a GPU where there is one and it is put at
        less than half of the time of one thread of the CPU, however many there are, and says so
        with ``verbose``; "cuda" takes it anyway, and where there is none a fit is refused, and a
        prediction is on the CPU. ``network_`` is on the CPU, always; of numbers of points that a
        threshold decides one may differ between the two.
    n_jobs : int or None, default=None
        Threads of torch and of linear algebra in fit and predict, -1 one for each core; None leaves
        them as they are, but for the fit of fewer than half a million numbers, which takes one.
    verbose : int, default=0
        1 or more shows a progress bar with a time estimate on standard error; where the physics is
        designed and only the readout is solved, one line that says what is.
    callbacks : list of Lightning callbacks or None, default=None
        Of gradient training. Every fit works on copies, which are then in ``callbacks_``.
    random_state : int, RandomState or None, default=None
        The same int gives the same model.
    checkpoint_dir : str, Path or None, default=None
        A folder in which a fit is kept while it runs, and from which the same fit (same settings,
        integer ``random_state``, cases and labels) goes on after an interruption, to the same
        result. Several fits may share it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    network_ : PhysicalEmbeddingNetwork
        On the CPU, wherever it was trained and predicts.
    device_ : {"cpu", "cuda"}
        Where it was fitted; a model that was loaded has none.
    preset_ : str
        The preset that was taken.
    parameter_counts_ : dict
        {"embedding": int, "readout": int}; where detectors were chosen also "weight_bits", and
        "bytes", the length of ``packed_``, where there is one.
    history_ : list of dict
        One record per epoch, or per step of a search; empty where physics is designed.
    divergence_ : str or None
        Why a gradient training ended before its time, and which weights are kept; None where the
        loss was finite throughout.
    n_features_in_ : int
        Channels times timepoints seen in fit.
    feature_names_in_ : ndarray of str
        Names of the columns, where a DataFrame with such names was seen in fit.

    Notes
    -----
    Missing values (NaN) lie on the line between their neighbours. Series of unequal lengths are
    laid onto the timepoints of the longest one seen in fit, and keep their last value beyond their
    end; a longer one in predict is read up to there, with a warning. A model that was fitted on
    equal lengths accepts that length only.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> classifier = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, y)
    >>> classifier.predict(X[:2]).shape
    (2,)
    """

    def __init__(
        self,
        preset: PresetName | str = DEFAULT,
        *,
        fibres: Sequence[Fibre] | None = None,
        training: Method
        | str
        | TrainingSettings
        | ProjectionSettings
        | SelectionSettings
        | None = None,
        detectors: int | None = None,
        readout_weights: int | None = None,
        max_bytes: int | None = None,
        weight_bits: int | None = None,
        robustness: float | None = None,
        levels: bool = True,
        teacher: Any = None,
        frozen: Mapping[str, float | Sequence[float]] | None = None,
        guard_band: float | None = None,
        equation: str | MasterEquation | None = None,
        class_weight: Mapping[Any, float] | str | None = None,
        device: TrainingDevice = "auto",
        n_jobs: int | None = None,
        verbose: int = 0,
        callbacks: list[Any] | None = None,
        random_state: int | np.random.RandomState | None = None,
        checkpoint_dir: str | Path | None = None,
    ) -> None:
        self.class_weight = class_weight
        super().__init__(
            preset,
            fibres=fibres,
            training=training,
            detectors=detectors,
            readout_weights=readout_weights,
            max_bytes=max_bytes,
            weight_bits=weight_bits,
            robustness=robustness,
            levels=levels,
            teacher=teacher,
            frozen=frozen,
            guard_band=guard_band,
            equation=equation,
            device=device,
            n_jobs=n_jobs,
            verbose=verbose,
            callbacks=callbacks,
            random_state=random_state,
            checkpoint_dir=checkpoint_dir,
        )
