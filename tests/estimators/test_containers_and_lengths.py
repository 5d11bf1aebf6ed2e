"""Series in whatever container, with gaps, and of unequal lengths."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from aeon.datasets import load_classification
from sklearn.base import clone

import physembed as pe
from physembed.data.irregular import on_one_grid

pytestmark = pytest.mark.slow

X, Y = load_classification("ItalyPowerDemand", split="train")
SMALL = "lattice"


def tables() -> dict[str, object]:
    rows = pd.DataFrame(X[:, 0])
    long = rows.stack().to_frame("demand")
    return {
        "3-D": X,
        "2-D": X[:, 0],
        "lists": X.tolist(),
        "list of arrays": list(X),
        "list of frames": [pd.DataFrame(case) for case in X],
        "frame": rows,
        "multi-index": long,
        "objects": X[:, 0].astype(object),
    }


@pytest.mark.parametrize("kind", tables())
def test_series_in_whatever_container_are_the_same(kind: str) -> None:
    expected = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(X, Y).predict_proba(X)
    given = tables()[kind]
    model = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(given, pd.Series(Y))
    np.testing.assert_allclose(model.predict_proba(given), expected, atol=1e-6)


def test_labels_of_numpys_new_strings_are_labels() -> None:
    new = Y.astype(np.dtypes.StringDType())
    model = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(X, new)
    assert model.score(X, new) == model.score(X, Y) > 0.9


def test_missing_values_lie_between_their_neighbours() -> None:
    broken = X.copy()
    broken[3, 0, 5:8] = np.nan
    broken[4, 0, :2] = np.nan
    broken[5, 0, -1] = np.nan
    filled = X.copy()
    filled[3, 0, 4:9] = np.linspace(X[3, 0, 4], X[3, 0, 8], 5)
    filled[4, 0, :2] = X[4, 0, 2]
    filled[5, 0, -1] = X[5, 0, -2]
    by = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0)
    expected = clone(by).fit(filled, Y).predict_proba(filled)
    np.testing.assert_allclose(clone(by).fit(broken, Y).predict_proba(broken), expected, atol=1e-9)
    objects = broken[:, 0].astype(object)
    objects[np.isnan(broken[:, 0])] = None
    for same in (
        pd.DataFrame(broken[:, 0]).convert_dtypes(),
        pd.DataFrame(objects),
        objects.tolist(),
        [np.ma.masked_invalid(series) for series in broken],
        np.ma.masked_invalid(broken),
    ):
        model = clone(by).fit(same, Y)
        np.testing.assert_allclose(model.predict_proba(same), expected, atol=1e-9)
    broken[9] = np.nan
    with pytest.raises(pe.InvalidInputError, match="case 9, channel 0 has no value"):
        clone(by).fit(broken, Y)


def test_shorter_series_keep_their_last_value() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(12, 25, size=len(X))
    lengths[0] = 24
    cut = [case[:, :n] for case, n in zip(X, lengths, strict=True)]
    held = X.copy()
    for case, n in zip(held, lengths, strict=True):
        case[:, n:] = case[:, n - 1 : n]
    np.testing.assert_array_equal(on_one_grid(cut), held)
    model = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(cut, Y)
    assert model.unequal_length_
    as_objects = np.array([*(case[0] for case in cut), None], dtype=object)[:-1]
    same = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(as_objects, Y)
    assert same.unequal_length_
    np.testing.assert_array_equal(same.predict_proba(as_objects), model.predict_proba(cut))
    short = X[:, :, :20]
    np.testing.assert_array_equal(model.predict_proba(short[:, 0]), model.predict_proba(short))
    again = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0).fit(held, Y)
    np.testing.assert_array_equal(model.predict_proba(cut[:9]), again.predict_proba(held[:9]))
    # a model of equal lengths takes another one for a mistake
    with pytest.raises(pe.InvalidInputError, match="unequal lengths"):
        again.predict(cut)
    longer = [np.concatenate([X[0], X[0]], axis=1), *cut[1:3]]
    with pytest.warns(pe.PhysembedWarning, match=r"1 of 3 series .the first: case 0, 48 timepoint"):
        read = model.predict_proba(longer)
    np.testing.assert_array_equal(read, model.predict_proba(cut[:3]))


def test_recordings_of_unequal_lengths_are_told_apart(tmp_path: Path) -> None:
    vowels, speakers = (half[::2] for half in load_classification("JapaneseVowels", split="train"))
    unseen, truth = load_classification("JapaneseVowels", split="test")
    model = pe.PhysicalEmbeddingClassifier(detectors=96, random_state=0)
    with pytest.warns(pe.PhysembedWarning, match="longer than the 24 timepoints"):
        assert model.fit(vowels, speakers).score(unseen, truth) > 0.95
    loaded = pe.load(model.save(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict_proba(vowels), model.predict_proba(vowels))
