"""Configurations of saved models as earlier versions wrote them, brought up to date step by step.

A model that was saved once can be read for ever: each step knows only the schema before it.
"""

from collections.abc import Callable
from typing import Any

from physembed.estimators.settings_of_schema_3 import with_settings
from physembed.networks.configuration import to_configuration

SCHEMA = 6
"""What is written now."""


def _from_1(data: dict[str, Any]) -> dict[str, Any]:
    """Classifiers only, ``patience``, and a digest of the weights alone."""
    parameters = dict(data["parameters"])
    patience = parameters.pop("patience", None)
    moved = ("classes", "classes_dtype", "weights_sha256")
    return {k: v for k, v in data.items() if k not in moved} | {
        "schema": 2,
        "parameters": parameters | {"early_stopping": patience},
        "unequal_length": False,
        "fitted": {"classes": data["classes"], "classes_dtype": data["classes_dtype"]},
        "files": {"weights.safetensors": {"sha256": data["weights_sha256"]}},
    }


def _from_2(data: dict[str, Any]) -> dict[str, Any]:
    """Labels in ``class_weight`` had become text, whatever they were."""
    parameters = dict(data["parameters"])
    weights = parameters.get("class_weight")
    if isinstance(weights, dict):
        labels = {str(label): label for label in data["fitted"]["classes"]}
        parameters["class_weight"] = to_configuration(
            {labels.get(text, text): weight for text, weight in weights.items()}
        )
    return data | {"schema": 3, "parameters": parameters}


def _from_3(data: dict[str, Any]) -> dict[str, Any]:
    """Settings of the training were arguments of the estimator, and sizes of the readout followed
    from its kind; the files of a forecaster were told of beside its regressor."""
    if "regressor" in data:
        regressor = dict(data["regressor"])
        files = regressor.pop("files")
        return data | {"schema": 4, "regressor": _from_3(regressor | {"files": {}}), "files": files}
    fitted = dict(data["fitted"])
    n_outputs = fitted.pop("n_outputs", None) or len(fitted.get("classes", ())) or 1
    parameters = dict(data["parameters"])
    preset = parameters.get("preset")
    if preset is not None:
        # schema 1 did not tell what "auto" had chosen
        fitted = {"preset": preset, "candidate_errors": {}} | fitted
    return data | {
        "schema": 4,
        "parameters": with_settings(parameters, data["parameter_counts"]["embedding"]),
        "fitted": fitted,
        "n_outputs": n_outputs,
        "signed_readout": preset in ("tiny", "lens"),
    }


def _from_4(data: dict[str, Any]) -> dict[str, Any]:
    """Nothing was known of how far a case may be from the training cases."""
    if "regressor" in data:
        return data | {"schema": 5, "regressor": _from_4(data["regressor"])}
    return data | {"schema": 5, "novelty": False}


def _from_5(data: dict[str, Any]) -> dict[str, Any]:
    """Chosen detectors were among the tensors, and nothing was packed; bytes were what might be.

    The first of them called jobs threads."""
    if "regressor" in data:
        data = data | {"regressor": _from_5(data["regressor"])}
    parameters = {{"n_threads": "n_jobs"}.get(k, k): v for k, v in data["parameters"].items()}
    if "parameter_counts" in data:
        counts = {k: n for k, n in data["parameter_counts"].items() if k != "bytes"}
        data = data | {"parameter_counts": counts}
    return data | {"schema": 6, "parameters": parameters, "pool_size": None}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _from_1,
    2: _from_2,
    3: _from_3,
    4: _from_4,
    5: _from_5,
}
"""For each earlier schema, what makes of it the next one."""


def migrated(data: dict[str, Any]) -> dict[str, Any]:
    """A configuration of any earlier schema as one of :data:`SCHEMA`."""
    while data["schema"] < SCHEMA:
        data = MIGRATIONS[data["schema"]](data)
    return data
