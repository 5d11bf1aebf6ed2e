"""A choice of detectors by a sample of the cases, and a readout of all of them."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.estimators import series_estimator
from physembed.training import in_pieces, many_cases
from physembed.training.in_pieces import Prepared, Sample
from physembed.training.readout.moments import Moments
from physembed.training.recipe import Recipe

N, T = 400, 32


def waves(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy waves of two frequencies, and a rare class of noise alone at the end."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], [N // 2, N // 2 - 4, 4])
    phase = rng.uniform(0, 2 * np.pi, (N, 1))
    series = np.sin(np.arange(T) * (0.3 + 0.15 * labels[:, None]) + phase) * (labels < 2)[:, None]
    return series + rng.normal(0, 0.7, (N, T)), labels


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the cases were too many."""
    for module in (many_cases, series_estimator):
        monkeypatch.setattr(module, "SAMPLE_CASES", 60)
    monkeypatch.setattr(many_cases, "MOST_BYTES", 1)
    monkeypatch.setattr(many_cases, "FEWEST_OF_A_CLASS", 4)


@pytest.mark.usefixtures("_many")
def test_all_cases_are_read_out_though_a_sample_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = waves(0)
    shown, summed = [], []
    prepare, add = in_pieces.prepare, Prepared.add

    def watched_prepare(recipe: Recipe, sample: Sample) -> Prepared:
        shown.append(sample)
        return prepare(recipe, sample)

    def watched_add(self: Prepared, moments: Moments, x: torch.Tensor, *rest: object) -> None:
        summed.append(len(x))
        add(self, moments, x, *rest)

    monkeypatch.setattr(in_pieces, "prepare", watched_prepare)
    monkeypatch.setattr(Prepared, "add", watched_add)
    model = pe.PhysicalEmbeddingClassifier(detectors=24, random_state=0).fit(X, y)
    (sample,) = shown
    # the rare class is among them, whatever was drawn
    assert 60 <= len(sample.x) < 70
    assert (sample.y == 2).sum() == 4
    assert sum(summed) == N
    X_test, y_test = waves(1)
    assert model.score(X_test, y_test) > 0.85
    assert model.parameter_counts_["readout"] == 24 * 2 + 2


@pytest.mark.usefixtures("_many")
def test_groups_share_a_fold_and_weights_are_obeyed_in_memory() -> None:
    X, y = waves(0)
    X, y = X[y < 2], y[y < 2]
    model = pe.PhysicalEmbeddingClassifier(detectors=8, random_state=0)
    X_test, y_test = waves(1)
    X_test, y_test = X_test[y_test < 2], y_test[y_test < 2]
    assert model.fit(X, y, groups=np.arange(len(X)) % 7).score(X_test, y_test) > 0.8
    none_of_one = np.where(y == 1, 1.0, 1e-9)
    weighted = model.fit(X, y, sample_weight=none_of_one)
    assert (weighted.predict(X_test) == 1).mean() > 0.9
