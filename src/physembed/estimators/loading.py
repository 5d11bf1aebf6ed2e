"""Fitted estimators out of folders: which classes there are, and how each is built again."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import torch
from sklearn.base import clone
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.estimators.answering import NOVELTY
from physembed.estimators.model_files import CONFIGURATION, WEIGHTS, ModelFiles, damage_is_told
from physembed.estimators.physical_embedding_forecaster import REGRESSOR
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.configuration import from_configuration
from physembed.networks.sizes import (
    LARGEST_CASE,
    MOST_CHANNELS,
    MOST_NETWORK_STEPS,
    check_case,
)

if TYPE_CHECKING:
    from physembed.training.selection.packing import Packed

Kind = TypeVar("Kind")

FORECASTER = "PhysicalEmbeddingForecaster"
ESTIMATORS = (
    "PhysicalEmbeddingClassifier",
    "PhysicalEmbeddingRegressor",
    "PhysicalEmbeddingTransformer",
    "BaselineClassifier",
    FORECASTER,
)
"""The classes that a folder may name; nothing else is ever built."""

BASELINE_NETWORKS = (
    *("LinearNetwork", "SpectralNetwork", "MultilayerPerceptron", "ConvolutionalNetwork"),
    *("LSTMAttentionNetwork", "MiniRocketNetwork"),
)

LARGEST = {
    "n_channels": MOST_CHANNELS,
    "n_timepoints": LARGEST_CASE,
    "n_layers": MOST_NETWORK_STEPS,
    "n_outputs": 2**24,
}
"""Sizes up to which a network is built at a file's word."""


@overload
def load(path: str | Path) -> Any: ...


@overload
def load(path: str | Path, kind: type[Kind]) -> Kind: ...


def load(path: str | Path, kind: type[Any] | None = None) -> Any:
    """Read an estimator that its ``save`` wrote, or the model of a run folder.

    Parameters
    ----------
    path : str or Path
        The model's folder.
    kind : type, optional
        The class that it has to be of, which editors and type checkers then know.

    Returns
    -------
    PhysicalEmbeddingClassifier, PhysicalEmbeddingRegressor, PhysicalEmbeddingTransformer, \
PhysicalEmbeddingForecaster or BaselineClassifier
        Fitted, on the CPU.

    Raises
    ------
    RunFolderError
        If the folder is absent, foreign, damaged, or written by a newer version.
    InvalidInputError
        If it is of another kind.

    Examples
    --------
    >>> import physembed as pe
    >>> from aeon.datasets import load_gunpoint
    >>> X, y = load_gunpoint(split="train")
    >>> _ = pe.BaselineClassifier("spectral", random_state=0).fit(X, y).save("model")
    >>> pe.load("model", pe.BaselineClassifier).predict(X[:2]).shape
    (2,)
    """
    folder = Path(path)
    files = ModelFiles.read(folder)
    with damage_is_told(folder):
        estimator = _restored(files)
    if kind is not None and not isinstance(estimator, kind):
        raise InvalidInputError(
            f"{folder} holds a {type(estimator).__name__}, where kind is {kind.__name__}."
        )
    return estimator


def _restored(files: ModelFiles) -> Any:
    told = files.configuration
    name = told["estimator"]
    if name not in ESTIMATORS:
        raise InvalidInputError(f"unknown estimator {name!r}; known: {', '.join(ESTIMATORS)}")
    # loaded one at a time: the baselines bring aeon's compiled transformers
    kind = getattr(import_module("physembed.estimators"), name)
    if name == FORECASTER:
        regressor = _restored(
            ModelFiles(told["regressor"], files.tensors, files.history, files.packed)
        )
        return _forecaster(kind, told, regressor)
    _check_sizes(told["metadata"])
    _check_sizes(told["composition"])
    _check_sizes({"n_outputs": told["n_outputs"]})
    check_case(told["metadata"]["n_channels"], told["metadata"]["n_timepoints"])
    n_classes = len(told["fitted"].get("classes", ())) or told["n_outputs"]
    if n_classes != told["n_outputs"]:
        raise InvalidInputError(f"there are {n_classes} classes for {told['n_outputs']} outputs")
    estimator = kind(**from_configuration(told["parameters"]))
    weights = {k: v for k, v in files.tensors.items() if not k.startswith(NOVELTY)}
    estimator.restore(files, _network(told, weights, files.packed_detectors()))
    return estimator


def _forecaster(kind: Any, told: dict[str, Any], regressor: Any) -> Any:
    """The forecaster around its fitted regressor, if the two go together."""
    given = None if told["default_regressor"] else clone(regressor)
    forecaster = kind(**told["parameters"], regressor=given)
    window = forecaster.window or regressor.n_features_in_
    if type(regressor).__name__ != REGRESSOR or regressor.n_features_in_ != window:
        raise InvalidInputError(
            f"window is {forecaster.window!r}, which is not what the {type(regressor).__name__} in "
            "it reads"
        )
    forecaster.check_numbers()
    forecaster.regressor_, forecaster.window_ = regressor, window
    forecaster.is_fitted = True
    return forecaster


def _network(
    told: dict[str, Any], tensors: dict[str, Tensor], packed: "Packed | None"
) -> SeriesNetwork:
    """The network that a configuration tells of, built only if these are its weights."""
    sizes = {
        "n_channels": told["metadata"]["n_channels"],
        "n_timepoints": told["metadata"]["n_timepoints"],
        "n_classes": told["n_outputs"],
    }
    kind = told["composition"].get("network")
    network: SeriesNetwork
    if kind in BASELINE_NETWORKS:
        make = getattr(import_module("physembed.networks.baselines"), kind)
        with torch.device("meta"):
            described = make(**sizes).state_dict()
        _check_shapes({name: tuple(weight.shape) for name, weight in described.items()}, tensors)
        network = make(**sizes)
    else:
        # physics is not built on torch's meta device: it looks at its own values
        fibres = from_configuration(told["composition"]["fibres"])
        signed = bool(told["signed_readout"])
        # models of few detectors have no row for their first class
        zero_sum = bool(told.get("zero_sum_readout", False)) and sizes["n_classes"] > 1
        n_rows = 1 if signed and sizes["n_classes"] == 2 else sizes["n_classes"] - zero_sum
        n_features = sum(
            fibre.n_features(sizes["n_timepoints"], sizes["n_channels"]) for fibre in fibres
        )
        if packed is None:
            _check_shapes({"head.linear.weight": (n_rows, n_features)}, tensors)
        else:
            packed.check(n_features, n_rows)
        network = PhysicalEmbeddingNetwork(
            fibres, **sizes, signed_readout=signed, zero_sum_readout=zero_sum
        )
        if packed is not None:
            packed.unpack_into(network)
            state = network.state_dict()
            tensors = tensors | {name: state[name] for name in packed.names_in(network)}
    network.load_state_dict(tensors)
    return network


def _check_sizes(data: Any) -> None:
    """Refuse to build what no model of ours ever was, before memory is asked for."""
    entries = data.items() if isinstance(data, Mapping) else ()
    for name, value in entries:
        if name in LARGEST and not (type(value) is int and 0 < value <= LARGEST[name]):
            raise InvalidInputError(f"{name} is {value!r}, where 1 to {LARGEST[name]:,} is read")
    for value in data.values() if isinstance(data, Mapping) else data:
        if isinstance(value, (Mapping, list)):
            _check_sizes(value)


def _check_shapes(described: dict[str, tuple[int, ...]], tensors: dict[str, Tensor]) -> None:
    """Refuse a description of another network than the one whose weights are there."""
    for name, shape in described.items():
        there = tuple(tensors[name].shape)
        if there != shape:
            raise InvalidInputError(
                f"{name} in {WEIGHTS} is of shape {there}, where {CONFIGURATION} tells of {shape}"
            )
