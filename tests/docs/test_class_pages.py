"""What the API reference shows on the page of a class: ours, and what every estimator has."""

import runpy
from pathlib import Path

import pytest

import physembed as pe

CONF = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "conf.py"))


def shown(kind: type) -> set[str]:
    public = [name for name in dir(kind) if not name.startswith("_")]
    left_out = CONF["_is_others"]
    return {
        name
        for name in public
        if not left_out(None, "class", name, getattr(kind, name), False, None)
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (pe.PhysicalEmbeddingClassifier, {"fit", "predict", "predict_proba", "score", "save"}),
        (pe.PhysicalEmbeddingRegressor, {"fit", "predict", "score", "save"}),
        (pe.PhysicalEmbeddingTransformer, {"fit", "transform", "fit_transform", "save"}),
        (pe.PhysicalEmbeddingForecaster, {"fit", "predict", "forecast", "save"}),
    ],
)
def test_an_estimator_shows_what_it_is_asked_for(kind: type, expected: set[str]) -> None:
    names = shown(kind)
    assert expected <= names
    assert not {"get_tags", "set_score_request", "clone"} & names


def test_a_module_does_not_show_what_every_module_of_pytorch_has() -> None:
    names = shown(pe.PhysicalEmbeddingNetwork)
    assert "forward" in names
    assert not {"cuda", "state_dict", "named_parameters"} & names
