"""Fitted models on disk: a folder of JSON, CSV and safetensors; nothing in it is ever executed."""

import hashlib
import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from physembed._files import put_back, replace_folder_atomically, to_plain, write_json_atomically
from physembed._version import __version__
from physembed.errors import InvalidInputError, PhysembedError, RunFolderError
from physembed.estimators.history import read_history, write_history
from physembed.estimators.migrations import SCHEMA, migrated
from physembed.estimators.saved_forecaster import configuration_of, restored
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.training.environment import environment_record

if TYPE_CHECKING:
    from physembed.estimators.physical_embedding_forecaster import PhysicalEmbeddingForecaster
    from physembed.estimators.series_estimator import SeriesEstimator

FORMAT = "physembed-model"
CONFIGURATION = "config.json"
WEIGHTS = "weights.safetensors"
HISTORY = "history.csv"
ENVIRONMENT = "environment.json"
FORECASTER = "PhysicalEmbeddingForecaster"
ESTIMATORS = (
    "PhysicalEmbeddingClassifier",
    "PhysicalEmbeddingRegressor",
    "PhysicalEmbeddingTransformer",
    "BaselineClassifier",
    FORECASTER,
)
"""The classes that a folder may name; nothing else is ever built."""

LARGEST_CONFIGURATION = 16 * 2**20
"""Bytes of a configuration that is read at all."""

LARGEST = {"n_channels": 2**16, "n_timepoints": 2**21, "n_layers": 2**16}
LARGEST_CASE = 2**24
"""Sizes, and numbers in a case, up to which a network is built at a file's word."""

DAMAGE = (
    *(KeyError, TypeError, ValueError, RuntimeError, AttributeError, IndexError, OverflowError),
    *(MemoryError, RecursionError, SafetensorError, PhysembedError),
)
"""What a configuration that fits its digest, but describes no model, may raise while it is read."""


def save(estimator: "SeriesEstimator | PhysicalEmbeddingForecaster", path: str | Path) -> Path:
    """Write a fitted estimator into the folder ``path``; see :meth:`SeriesEstimator.save`."""
    folder = Path(path)
    _check_place(folder)
    with replace_folder_atomically(folder) as temporary:
        write_model(estimator, temporary)
    return folder


def write_model(estimator: "SeriesEstimator | PhysicalEmbeddingForecaster", folder: Path) -> None:
    """Write the files of a fitted estimator into an existing folder, the configuration last."""
    write_json_atomically(folder / ENVIRONMENT, environment_record())
    header = {"format": FORMAT, "schema": SCHEMA, "physembed_version": __version__}
    configuration = to_plain(header | _written(estimator, folder))
    configuration["configuration_sha256"] = _digest(configuration)
    write_json_atomically(folder / CONFIGURATION, configuration)


def _written(estimator: Any, folder: Path) -> dict[str, Any]:
    """What the configuration tells of an estimator, whose weights and history are written."""
    if type(estimator).__name__ == FORECASTER:
        told = configuration_of(estimator)
        return told | {"regressor": _written(estimator.regressor_, folder)}
    state = {k: v.contiguous() for k, v in estimator.network_.state_dict().items()}
    (folder / WEIGHTS).write_bytes(save_tensors(state))
    write_history(folder / HISTORY, estimator.history_)
    return {
        "estimator": type(estimator).__name__,
        "parameters": _saved_parameters(estimator),
        "metadata": {k: _plain(v) for k, v in estimator.metadata_.items()},
        "unequal_length": estimator.unequal_length_,
        "fitted": estimator._fitted_state(),
        "composition": estimator.composition(),
        "parameter_counts": estimator.parameter_counts_,
        "files": {name: _description(folder / name) for name in (WEIGHTS, HISTORY)},
    }


def load(path: str | Path) -> Any:
    """Read an estimator that its ``save`` wrote, or the model of a run folder.

    Parameters
    ----------
    path : str or Path
        The model's folder.

    Returns
    -------
    PhysicalEmbeddingClassifier, PhysicalEmbeddingRegressor, PhysicalEmbeddingTransformer, \
PhysicalEmbeddingForecaster or BaselineClassifier
        Fitted, on the CPU.

    Raises
    ------
    RunFolderError
        If the folder is absent, foreign, damaged, or written by a newer version.
    """
    folder = Path(path)
    configuration = read_configuration(folder)
    try:
        return _restore(folder, configuration)
    except OSError as error:
        raise RunFolderError(
            f"{folder} is damaged: {error.filename} cannot be read: {error.strerror}."
        ) from error
    except DAMAGE as error:
        raise RunFolderError(f"{folder} is damaged: {error or type(error).__name__}.") from error


def _check_place(folder: Path) -> None:
    """Refuse to replace anything but an empty folder or a saved model and nothing else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; choose another place.")
    names = {path.name for path in folder.iterdir()}
    if names and not is_model_folder(folder):
        raise RunFolderError(
            f"{folder} exists and is not a saved model; choose another place or remove it."
        )
    others = sorted(names - {CONFIGURATION, WEIGHTS, HISTORY, ENVIRONMENT})
    if others:
        raise RunFolderError(
            f"{folder} holds a saved model, but also {', '.join(others)}, which saving would "
            "remove; choose another place."
        )


def _digest(configuration: dict[str, Any]) -> str:
    """SHA-256 of a configuration without its own digest."""
    content = {k: v for k, v in configuration.items() if k != "configuration_sha256"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _description(file: Path) -> dict[str, Any]:
    """What a file must agree with to be the one that was saved."""
    content = file.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def is_model_folder(folder: Path) -> bool:
    """Whether a folder was written by :func:`save`, in whatever version."""
    try:
        data = _json(folder / CONFIGURATION)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def _json(file: Path) -> Any:
    size = file.stat().st_size
    if size > LARGEST_CONFIGURATION:
        raise ValueError(f"it has {size:,} bytes, where {LARGEST_CONFIGURATION:,} are the most")
    return json.loads(file.read_text(encoding="utf-8"))


def read_configuration(folder: Path) -> dict[str, Any]:
    """The configuration of a model folder, in the present schema; refuses what is not ours."""
    put_back(folder)
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is not a folder.")
    file = folder / CONFIGURATION
    if not file.is_file():
        raise RunFolderError(f"{folder} is not a physembed model: it has no {CONFIGURATION}.")
    try:
        data = _json(file)
    except (OSError, ValueError, RecursionError) as error:
        raise RunFolderError(f"{file} is damaged: {error}.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise RunFolderError(f"{folder} is not a physembed model: {file} is of another format.")
    schema = data.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise RunFolderError(f"{file} is damaged: its schema is {schema!r}.")
    if schema > SCHEMA:
        raise RunFolderError(
            f"{folder} was written by a newer physembed ({data.get('physembed_version')}, "
            f"schema {schema}; this one reads up to {SCHEMA}). Update physembed to read it."
        )
    if data.get("configuration_sha256") != _digest(data):
        raise RunFolderError(f"{file} is damaged: it does not match its digest.")
    try:
        return migrated(data)
    except DAMAGE as error:
        raise RunFolderError(f"{file} is damaged: {error} is missing.") from error


def _restore(folder: Path, configuration: dict[str, Any]) -> Any:
    name = configuration["estimator"]
    if name not in ESTIMATORS:
        raise InvalidInputError(f"unknown estimator {name!r}; known: {', '.join(ESTIMATORS)}")
    if name == FORECASTER:
        return restored(configuration, _restore(folder, configuration["regressor"]))
    metadata = dict(configuration["metadata"])
    _check_sizes(metadata)
    _check_sizes(configuration["composition"])
    # loaded one at a time: the baselines bring aeon's compiled transformers
    kind = getattr(import_module("physembed.estimators"), name)
    estimator: SeriesEstimator = kind(**from_configuration(configuration["parameters"]))
    estimator.metadata_ = metadata
    estimator.unequal_length_ = bool(configuration["unequal_length"])
    estimator.n_features_in_ = metadata["n_channels"] * metadata["n_timepoints"]
    if estimator.n_features_in_ > LARGEST_CASE:
        raise InvalidInputError(
            f"a case has {estimator.n_features_in_:,} numbers, where {LARGEST_CASE:,} are the most"
        )
    n_outputs = estimator._restore_fitted_state(configuration["fitted"])
    weights = load_tensors(_checked_content(folder, WEIGHTS, configuration["files"]))
    described = (
        configuration["composition"],
        metadata["n_channels"],
        metadata["n_timepoints"],
        n_outputs,
    )
    _check_shapes(estimator._described_shapes(*described), weights)
    estimator._keep(
        estimator._restore_network(*described),
        read_history(_checked_content(folder, HISTORY, configuration["files"])),
        configuration["fitted"].get("divergence"),
    )
    estimator.network_.load_state_dict(weights)
    # what training left as it was is not counted, though the composition says it may be trained
    estimator.parameter_counts_ = {
        kind: int(count) for kind, count in configuration["parameter_counts"].items()
    }
    estimator.is_fitted = True
    return estimator


def _check_sizes(data: Any) -> None:
    """Refuse to build what no model of ours ever was, before memory is asked for."""
    entries = data.items() if isinstance(data, Mapping) else ()
    for name, value in entries:
        if name in LARGEST and not (type(value) is int and 0 < value <= LARGEST[name]):
            raise InvalidInputError(f"{name} is {value!r}, where 1 to {LARGEST[name]:,} is read")
    for value in data.values() if isinstance(data, Mapping) else data:
        if isinstance(value, (Mapping, list)):
            _check_sizes(value)


def _check_shapes(described: dict[str, tuple[int, ...]], weights: dict[str, torch.Tensor]) -> None:
    """Refuse a description of another network than the one whose weights are there."""
    for name, shape in described.items():
        found = tuple(weights[name].shape)
        if found != shape:
            raise InvalidInputError(
                f"{name} in {WEIGHTS} is of shape {found}, where {CONFIGURATION} tells of {shape}"
            )


def _checked_content(folder: Path, name: str, described: dict[str, Any]) -> bytes:
    """A file's content, if it is of the size and digest that the configuration tells."""
    file, told = folder / name, described.get(name)
    size = file.stat().st_size
    if told is None:
        # of schema 1, which described the weights alone
        return file.read_bytes()
    if size != told.get("bytes", size):
        raise InvalidInputError(
            f"{name} has {size:,} bytes, where {CONFIGURATION} tells of {told['bytes']:,}"
        )
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != told["sha256"]:
        raise InvalidInputError(f"{name} does not match the digest in {CONFIGURATION}")
    return content


def _saved_parameters(estimator: "SeriesEstimator") -> dict[str, Any]:
    parameters = estimator.get_params(deep=False)
    if not isinstance(parameters["random_state"], (int, np.integer)):
        parameters["random_state"] = None
    # callbacks are code, and where a fit was kept while it ran is nobody else's affair
    parameters["callbacks"] = parameters["checkpoint_dir"] = None
    return {k: to_configuration(_plain(v)) for k, v in parameters.items()}


def _plain(value: Any) -> Any:
    """Numpy's scalars as Python's, which JSON knows."""
    return value.item() if isinstance(value, np.generic) else value
