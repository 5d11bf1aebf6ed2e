"""What our estimators take for series, and what they say where memory is short of them."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import torch
from aeon.base import BaseCollectionEstimator
from numpy.typing import NDArray
from sklearn.utils.validation import _check_feature_names

from physembed.data.cases import Cases
from physembed.data.checks import check_collection
from physembed.data.containers import are_fields, cases_in
from physembed.data.label_checks import by_case
from physembed.data.preparation import Preparation
from physembed.data.quadratures import in_quadratures
from physembed.errors import InvalidInputError, OutOfMemoryError
from physembed.estimators.beside_cases import (
    NOTHING,
    BesideCases,
    checked_weights,
    numbered_groups,
)

if TYPE_CHECKING:
    from physembed.data.pieces.sources import Source
    from physembed.estimators.piece_options import PieceOptions

NO_CASES = Cases(())
"""What a container without an index tells of the order of its cases."""


class SeriesInput(BaseCollectionEstimator):
    """An estimator whose series are checked, and whose errors name what is wrong with them.

    Attributes
    ----------
    n_features_in_ : int
        Channels times timepoints seen in fit.
    unequal_length_ : bool
        Whether the series seen in fit had different lengths; if so, shorter and longer ones are
        accepted afterwards, else only those of the same length.
    of_fields_ : bool
        Whether the series seen in fit were complex: fields, of which the real and the imaginary
        part count as two channels.
    columns_ : tuple of str
        What the columns of the tables were called that were seen in fit, in their order: timepoints
        or channels; empty where nobody told, as of arrays. What comes in tables of files or of a
        Ray Dataset afterwards is brought into this order.
    preparation_ : Preparation
        How the series were made from recordings, as far as container or data set tell: a sampling
        interval, by which series that are sampled otherwise are refused, and a length.
    """

    _tags: ClassVar[dict[str, Any]] = {
        "X_inner_type": ["numpy3D", "np-list"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": True,
        "algorithm_type": "deeplearning",
    }

    unequal_length_: bool
    # of a model that was saved before there were any
    of_fields_: bool = False
    columns_: tuple[str, ...] = ()
    preparation_: Preparation

    def _preprocess_collection(self, X: Any, store_metadata: bool = True) -> Any:
        with memory_errors_advise(partial(advice_for_cases, in_fit=store_metadata)):
            cases = cases_in(X)
            of_fields = are_fields(cases)
            if store_metadata:
                self.of_fields_ = of_fields
            elif of_fields != self.of_fields_:
                self._refuse_other_numbers()
            return self._checked_collection(
                in_quadratures(cases) if of_fields else cases, store_metadata
            )

    def _checked_collection(self, cases: Cases, store_metadata: bool) -> Any:
        unequal = self.get_tag("capability:unequal_length")
        n_timepoints = None
        if not store_metadata:
            if cases.sampling_interval is not None:
                self.preparation_.check_interval(cases.sampling_interval, "X")
            if not self.unequal_length_:
                self._refuse_other_width(cases.series)
            # a wrong length is most often a mistake, such as a column of labels left in
            unequal = unequal and self.unequal_length_
            n_timepoints = self.metadata_["n_timepoints"]
        X = check_collection(
            cases,
            missing=self.get_tag("capability:missing_values"),
            unequal=unequal,
            n_timepoints=n_timepoints,
        )
        # torch does not take memory that cannot be written, such as a memory map's
        X = X if X.flags.writeable else X.copy()
        if store_metadata:
            self.unequal_length_ = cases.lengths_differ
            self.preparation_ = Preparation(cases.sampling_interval)
            self.n_features_in_ = X.shape[1] * X.shape[2]
            # what the labels, which aeon checks next, are brought into the order of
            self._cases_of_fit = replace(cases, series=())
        if cases.frame is not None:
            _check_feature_names(self, cases.frame, reset=store_metadata)
        if store_metadata:
            # set also where there are none: aeon forgets no attribute that the class has
            self.columns_ = tuple(getattr(self, "feature_names_in_", ()))
        # of which aeon asks for a variance, with numpy's warning where that overflows
        with np.errstate(over="ignore", invalid="ignore"):
            return super()._preprocess_collection(X, store_metadata)

    def _in_order(self, y: Any) -> Any:
        """Labels or targets in the order of the cases seen in fit, where both have an index."""
        return by_case(y, self.__dict__.pop("_cases_of_fit", NO_CASES))

    def _refuse_other_numbers(self) -> None:
        if self.of_fields_:
            raise InvalidInputError(
                f"X is real, where this {type(self).__name__} was fitted on fields; give complex "
                "numbers, as in X.astype(complex)."
            )
        raise InvalidInputError(
            f"X is complex, where this {type(self).__name__} was fitted on real series. Complex "
            "data not supported by it: give real numbers, or fit it on fields."
        )

    def _refuse_other_width(self, X: Any) -> None:
        """Say in scikit-learn's words what is wrong with a table of another width."""
        width = np.shape(X)[1] if getattr(X, "ndim", 0) == 2 else self.n_features_in_
        if width != self.n_features_in_:
            raise InvalidInputError(
                f"X has {width} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input: the {self.metadata_['n_timepoints']} "
                "timepoints seen in fit, one case per row, without its label."
            )

    def _check_shape(self, X: NDArray[np.float64]) -> None:
        fitted = (self.metadata_["n_channels"], self.metadata_["n_timepoints"])
        if X.shape[1:] == fitted:
            return
        # two channels are one field
        name, per_name = ("field(s)", 2) if self.of_fields_ else ("channel(s)", 1)
        raise InvalidInputError(
            f"X must have the {fitted[0] // per_name} {name} and {fitted[1]} timepoints seen in "
            f"fit, got {X.shape[1] // per_name} and {X.shape[2]}; one case per row, without its "
            "label."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = bool(self.get_tag("capability:missing_values"))
        tags.input_tags.three_d_array = True
        # a table whose columns are no timepoints loses in a normalised row what tells it apart
        if tags.classifier_tags is not None:
            tags.classifier_tags.poor_score = True
        return tags


class FitBesideCases(SeriesInput):
    """An estimator whose ``fit`` takes groups and weights; to be named before aeon's base class."""

    # aeon resets whatever has no two underscores in its name when a fit begins
    __given: tuple[Any, Any] = (None, None)
    _beside: BesideCases

    def fit(
        self,
        X: Any,
        y: Any = None,
        groups: Any = None,
        sample_weight: Any = None,
        **of_source: Any,
    ) -> Self:
        """Fit to series and their classes or numbers.

        Parameters
        ----------
        X, y : array_like
            As for aeon's estimators. Or, without y, a source of parts of which one at a time is in
            memory: a pair (X, y) of arrays or of paths of .npy files, a folder of .npz or .parquet
            parts, a list of (X, y) pieces or a function that gives them anew each time, a
            DataLoader that does not shuffle, or a Ray Dataset.
        groups : array_like of shape (cases,), optional
            Cases of one value (a speaker, a machine, a subject) are left out together wherever a
            model is judged by what was left out; where detectors are chosen only. Of a source they
            stand in its pieces, and serve all readouts.
        sample_weight : array_like of shape (cases,), optional
            How much each case counts in teacher, choice and readout; cases of weight 0 are left
            out. Gradient training refuses it, and so does a source.
        **of_source
            For a source: ``classes``, ``sample_cases``, ``unit_cases``, ``taught_by``, ``backend``,
            ``address``, ``workers``; see :class:`~physembed.estimators.piece_options.PieceOptions`.
        """
        if y is None or of_source:
            # loaded where there is a source alone
            from physembed.estimators.piece_options import PieceOptions, source_for

            source = source_for(X, y, groups, of_source)
            if source is not None:
                if sample_weight is not None:
                    raise InvalidInputError("sample_weight must be None for a source of parts.")
                return self._fit_source(source, PieceOptions(**of_source))
        self.__given = (groups, sample_weight)
        try:
            fitted: Self = super().fit(X, y)
        finally:
            self.__given = (None, None)
        return fitted

    @abstractmethod
    def _fit_source(self, source: "Source", options: "PieceOptions") -> Self:
        """Fit to a source of parts."""

    def _take_beside(self, n_cases: int) -> BesideCases:
        """What fit was given, once, in the order of the cases seen in fit.

        Raises
        ------
        InvalidInputError
            If groups are not one for each case, or not at least two different ones; or weights are
            not a number for each, none negative and one positive.
        """
        (groups, weights), self.__given = self.__given, (None, None)
        if groups is None and weights is None:
            return NOTHING
        cases = self.__dict__.get("_cases_of_fit", NO_CASES)
        return BesideCases(
            None if groups is None else numbered_groups(by_case(groups, cases), n_cases),
            None if weights is None else checked_weights(by_case(weights, cases), n_cases),
        )


@contextmanager
def memory_errors_advise(advice: Callable[[], str]) -> Iterator[None]:
    """Turn the memory errors of numpy and torch into one of ours.

    Parameters
    ----------
    advice : callable
        Gives what to do about it, a sentence without its full stop.

    Raises
    ------
    OutOfMemoryError
    """
    try:
        yield
    except OutOfMemoryError:
        raise
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        told = str(error) or type(error).__name__
        raise OutOfMemoryError(f"the memory is not enough: {told}. {advice()}.") from error


def advice_for_cases(*, in_fit: bool) -> str:
    """What to do where the series themselves, or what is made of them, are too many."""
    return "Take fewer cases or shorter series" if in_fit else "Give fewer cases at a time"


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is that of numpy, of torch on the CPU, or of CUDA."""
    told = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    return told or "can't allocate memory" in str(error) or "not enough memory" in str(error)
