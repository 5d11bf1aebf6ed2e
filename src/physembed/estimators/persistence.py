"""Fitted models on disk: a folder of JSON, CSV and safetensors; nothing in it is ever executed."""

import csv
import hashlib
import json
import math
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from physembed._files import replace_folder_atomically, to_plain, write_json_atomically
from physembed._version import __version__
from physembed.errors import InvalidInputError, RunFolderError
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.training.environment import environment_record

if TYPE_CHECKING:
    from physembed.estimators.series_classifier import SeriesClassifier

FORMAT = "physembed-model"
SCHEMA = 1
CONFIGURATION = "config.json"
WEIGHTS = "weights.safetensors"
HISTORY = "history.csv"
ENVIRONMENT = "environment.json"
ESTIMATORS = ("PhysicalEmbeddingClassifier", "BaselineClassifier")
"""The classes that a folder may name; nothing else is ever built."""


def save(classifier: "SeriesClassifier", path: str | Path) -> Path:
    """Write a fitted classifier into the folder ``path``; see :meth:`SeriesClassifier.save`."""
    folder = Path(path)
    _check_place(folder)
    state = {k: v.contiguous() for k, v in classifier.network_.state_dict().items()}
    weights = save_tensors(state)
    configuration = {
        "format": FORMAT,
        "schema": SCHEMA,
        "physembed_version": __version__,
        "estimator": type(classifier).__name__,
        "parameters": _saved_parameters(classifier),
        "metadata": {k: _plain(v) for k, v in classifier.metadata_.items()},
        "classes": classifier.classes_.tolist(),
        "classes_dtype": classifier.classes_.dtype.str,
        "composition": classifier.composition(),
        "parameter_counts": classifier.parameter_counts_,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    configuration = to_plain(configuration)
    configuration["configuration_sha256"] = _digest(configuration)
    with replace_folder_atomically(folder) as temporary:
        (temporary / WEIGHTS).write_bytes(weights)
        write_history(temporary / HISTORY, classifier.history_)
        write_json_atomically(temporary / ENVIRONMENT, environment_record())
        write_json_atomically(temporary / CONFIGURATION, configuration)
    return folder


def load(path: str | Path) -> "SeriesClassifier":
    """Read a classifier that :meth:`~physembed.PhysicalEmbeddingClassifier.save` wrote.

    Parameters
    ----------
    path : str or Path
        The model's folder.

    Returns
    -------
    SeriesClassifier
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
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise RunFolderError(f"{folder} is damaged: {error}.") from error


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


def is_model_folder(folder: Path) -> bool:
    """Whether a folder was written by :func:`save`, in whatever version."""
    try:
        data = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def read_configuration(folder: Path) -> dict[str, Any]:
    """The configuration of a model folder; refuses what is not one of ours."""
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is not a folder.")
    file = folder / CONFIGURATION
    if not file.is_file():
        raise RunFolderError(f"{folder} is not a physembed model: it has no {CONFIGURATION}.")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
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
    return data


def _restore(folder: Path, configuration: dict[str, Any]) -> "SeriesClassifier":
    name = configuration["estimator"]
    if name not in ESTIMATORS:
        raise InvalidInputError(f"unknown estimator {name!r}; known: {', '.join(ESTIMATORS)}")
    # loaded one at a time: the baselines bring aeon's compiled transformers
    estimator = getattr(import_module("physembed.estimators"), name)
    classifier: SeriesClassifier = estimator(**from_configuration(configuration["parameters"]))
    classifier.metadata_ = dict(configuration["metadata"])
    classifier.classes_ = _restore_classes(configuration)
    classifier.n_classes_ = len(classifier.classes_)
    classifier._class_dictionary = {label: k for k, label in enumerate(classifier.classes_)}
    weights = (folder / WEIGHTS).read_bytes()
    if hashlib.sha256(weights).hexdigest() != configuration["weights_sha256"]:
        raise InvalidInputError(f"{WEIGHTS} does not match the digest in {CONFIGURATION}")
    network = classifier._restore_network(
        configuration["composition"],
        classifier.metadata_["n_channels"],
        classifier.metadata_["n_timepoints"],
        classifier.n_classes_,
    )
    network.load_state_dict(load_tensors(weights))
    classifier.network_ = network.eval()
    # what training left as it was is not counted, though the composition says it may be trained
    classifier.parameter_counts_ = {
        kind: int(count) for kind, count in configuration["parameter_counts"].items()
    }
    classifier.history_ = read_history(folder / HISTORY)
    classifier.is_fitted = True
    return classifier


def _restore_classes(configuration: dict[str, Any]) -> NDArray[Any]:
    dtype = np.dtype(configuration["classes_dtype"])
    if dtype.kind not in "biufUS":
        raise InvalidInputError(f"class labels of type {dtype} are not read from a file")
    return np.asarray(configuration["classes"], dtype=dtype)


def _saved_parameters(classifier: "SeriesClassifier") -> dict[str, Any]:
    parameters = classifier.get_params(deep=False)
    if isinstance(parameters["random_state"], (int, np.integer)):
        parameters["random_state"] = int(parameters["random_state"])
    else:
        parameters["random_state"] = None
    parameters["callbacks"] = None
    return {k: to_configuration(_plain(v)) for k, v in parameters.items()}


def _plain(value: Any) -> Any:
    """Numpy's scalars as Python's, which JSON knows."""
    return value.item() if isinstance(value, np.generic) else value


def write_history(file: Path, history: list[dict[str, float]]) -> None:
    """Per-epoch records as CSV; empty where nothing was trained by gradient."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        if history:
            writer = csv.DictWriter(stream, fieldnames=list(history[0]))
            writer.writeheader()
            writer.writerows(history)


def read_history(file: Path) -> list[dict[str, float]]:
    """What :func:`write_history` wrote."""
    with file.open(newline="", encoding="utf-8") as stream:
        records = [
            {k: float(v or math.nan) for k, v in row.items()} for row in csv.DictReader(stream)
        ]
    for record in records:
        record["epoch"] = int(record["epoch"])
    return records
