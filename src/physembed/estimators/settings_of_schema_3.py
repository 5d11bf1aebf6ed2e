"""Training settings of models up to schema 3, which had them as eight arguments of the estimator.

The presets' own settings of that time are written down here, since a preset may change, and what a
saved model was trained by may not.
"""

from typing import Any

GRADIENT_OF_THEN = {
    "max_epochs": 20,
    "min_steps": 400,
    "batch_size": 32,
    "physics_rate": 0.01,
    "head_rate": 3e-3,
    "weight_decay": 3.0,
    "gradient_clip": 1.0,
    "validation_fraction": 0.1,
    "keep": "best",
    "start_scales": [],
    "patience": None,
}
"""Of gpe, paper, and whatever had no settings of gradient training of its own."""

DEEP_BASELINES = {
    "max_epochs": 30,
    "min_steps": 600,
    "physics_rate": 3e-3,
    "head_rate": 3e-3,
    "weight_decay": 0.0,
}
START_SCALES_OF_NLSE = [0.04, 0.08, 0.16, 0.32, 0.64, 1.28]

SEARCH_OF_THEN = {
    "rungs": [[64, 0, 200], [12, 8, 250], [3, 16, 500], [1, 36, 500]],
    "step_points": None,
    "stage_steps": 60,
    "rate": 0.025,
    "prior": None,
    "proving_folds": 0,
    "autofocus": False,
    "final_cases": 2000,
    "readout": "best",
}
_PAPER_SEARCH = {"rungs": [[16, 0, 200], [3, 6, 250], [1, 24, 500]], "readout": "ridge"}
SEARCHES: dict[str, dict[str, Any]] = {
    "nlse": _PAPER_SEARCH,
    "paper": _PAPER_SEARCH,
    "lens": {"rungs": [[384, 0, 200], [24, 10, 250], [6, 20, 400], [2, 40, 1000]]},
    "tiny": {
        "rungs": [[1, 60, 400]],
        "step_points": 2**19,
        "rate": 0.01,
        "prior": 0.1,
        "proving_folds": 4,
    },
}
"""What presets had of their own in place of the default's."""

OVERRIDES = (
    *("max_epochs", "batch_size", "physics_rate", "head_rate", "weight_decay"),
    *("validation_fraction", "keep"),
)
WAYS = {
    **dict.fromkeys(("nlse", "paper", "gpe", "mlp", "cnn", "lstm-attention"), "gradient"),
    **dict.fromkeys(("tiny", "lens"), "projection"),
}
"""How a preset or baseline was trained; others were designed."""
PATIENCE = 10
MOST_FOR_PROJECTION = 300


def with_settings(parameters: dict[str, Any], n_coefficients: int) -> dict[str, Any]:
    """Parameters with ``training`` in place of the arguments of then.

    Parameters
    ----------
    parameters : dict
        Of an estimator of schema 3 or before, as JSON-ready data.
    n_coefficients : int
        Trained numbers of the physics, by which "auto" chose the way of training.
    """
    given = {name: parameters[name] for name in OVERRIDES if parameters.get(name) is not None}
    patience = parameters.get("early_stopping")
    rest = {k: v for k, v in parameters.items() if k not in (*OVERRIDES, "early_stopping")}
    rest.setdefault("training", None)
    if patience:
        given["patience"] = PATIENCE if patience is True else patience
    way = _way(rest, n_coefficients)
    if not given or way == "designed":
        return rest
    name = str(rest.get("preset") or rest.get("model"))
    own_fibres = rest.get("fibres") is not None
    settings = _gradient(name, own_fibres, given) if way == "gradient" else _search(name, given)
    return rest | {"training": settings}


def _way(parameters: dict[str, Any], n_coefficients: int) -> str:
    has_fibres = parameters.get("fibres") is not None
    asked = parameters["training"] or ("auto" if has_fibres else None)
    if asked is None:
        return WAYS.get(str(parameters.get("preset") or parameters.get("model")), "designed")
    if asked != "auto":
        return str(asked)
    if n_coefficients == 0:
        return "designed"
    return "projection" if n_coefficients <= MOST_FOR_PROJECTION else "gradient"


def _gradient(name: str, own_fibres: bool, given: dict[str, Any]) -> dict[str, Any]:
    settings = dict(GRADIENT_OF_THEN)
    if name in ("mlp", "cnn", "lstm-attention"):
        settings |= DEEP_BASELINES
    if name == "nlse" and not own_fibres:
        settings["start_scales"] = START_SCALES_OF_NLSE
    if "max_epochs" in given:
        settings["min_steps"] = 0
    return {"type": "TrainingSettings"} | settings | given


def _search(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Epochs were the most steps of a rung, a batch its cases, a rate that on a range of four."""
    settings = SEARCH_OF_THEN | SEARCHES.get(name, {})
    rungs, stage_steps = settings["rungs"], settings["stage_steps"]
    if "max_epochs" in given:
        rungs = [[starts, min(n, given["max_epochs"]), cases] for starts, n, cases in rungs]
        stage_steps = min(stage_steps, given["max_epochs"])
    if "batch_size" in given:
        rungs = [[starts, n, given["batch_size"]] for starts, n, _ in rungs]
    rate = given["physics_rate"] / 4 if "physics_rate" in given else settings["rate"]
    return (
        {"type": "ProjectionSettings"}
        | settings
        | {"rungs": rungs, "stage_steps": stage_steps, "rate": rate}
    )
