"""A model as a grid runs it: one of the catalogue, as it is or with something changed."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from physembed._checks import check_choice
from physembed.errors import InvalidInputError
from physembed.estimators.beside_cases import hold_whole_classes
from physembed.estimators.building import build_classifier
from physembed.estimators.catalogue import KNOWN, is_known
from physembed.presets.retired import RETIRED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from physembed.data import Dataset
    from physembed.estimators.reference_classifier import ReferenceClassifier
    from physembed.estimators.series_classifier import SeriesClassifier


@dataclass(frozen=True)
class Variant:
    """A model under a name of its own, with everything that is not the model's own choice.

    Parameters
    ----------
    name : str
        In tables and folders: letters, digits, "-", "_", "." and "+".
    model : str
        A name of :data:`~physembed.estimators.catalogue.KNOWN`, or "equation.kdv" and the like.
    training : str or None, default=None
        How a physical model is trained; None is its own way.
    frozen : mapping of str to float or sequence of float, or None, default=None
        Coefficients or terms held at a value; see :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None, default=None
        Zeros beside the series, in its lengths; None is the model's own.
    overrides : mapping of str to value, or None, default=None
        Settings of the training in place of the model's own, such as ``physics_rate``; and
        ``levels``, and ``guard_band`` where it is not given above.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """

    name: str
    model: str
    training: str | None = None
    frozen: Mapping[str, float | Sequence[float]] | None = None
    guard_band: float | None = None
    overrides: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not is_known(self.model):
            check_choice("model", self.model, [*KNOWN, "all"], retired=RETIRED)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]*", self.name):
            raise InvalidInputError(
                "name must begin with a letter or digit, and hold letters, digits and -_.+ only; "
                f"got {self.name!r}."
            )

    @classmethod
    def plain(cls, model: str, training: str | None = None) -> "Variant":
        """A model under its own name."""
        return cls(model, model, training)

    def changed(self, name: str, **changes: Any) -> "Variant":
        """The same with something more changed, under another name."""
        frozen = {**(self.frozen or {}), **(changes.pop("frozen", None) or {})}
        return replace(self, name=name, frozen=frozen or None, **changes)

    def classifier(
        self,
        *,
        random_state: int | None = None,
        max_epochs: int | None = None,
        device: str = "auto",
        verbose: int = 0,
    ) -> "SeriesClassifier | ReferenceClassifier":
        """A fresh classifier of this kind."""
        of_window = {} if self.guard_band is None else {"guard_band": self.guard_band}
        return build_classifier(
            self.model,
            random_state=random_state,
            max_epochs=max_epochs,
            training=self.training,
            frozen=self.frozen,
            overrides={**(self.overrides or {}), **of_window},
            device=device,
            verbose=verbose,
        )


def concerning(dataset: "Dataset", settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a model for a data set.

    Less what the model is for several channels, where the data set has one, and with a digest of
    the groups that its fit leaves out together, where there are some.
    """
    # loaded with a data set: it brings torch
    from physembed.presets.digest import OF_SEVERAL_CHANNELS

    n_channels = len(dataset.X_train[0])
    kept = {k: v for k, v in settings.items() if n_channels > 1 or k != OF_SEVERAL_CHANNELS}
    groups = groups_of_fit(dataset, settings)
    if groups is None:
        return kept
    told = "\n".join(groups.tolist()).encode()
    return kept | {"groups_sha256": hashlib.sha256(told).hexdigest()}


def groups_of_fit(dataset: "Dataset", settings: dict[str, Any]) -> "NDArray[np.str_] | None":
    """The groups of training cases that a model of these settings leaves out together, if it does.

    None also of a fold that trains on one group of every class, which cannot be left out.
    """
    groups = dataset.groups_train
    if groups is None or settings.get("method") != "selection":
        return None
    return None if hold_whole_classes(groups, dataset.y_train) else groups
