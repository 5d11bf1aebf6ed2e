"""Cases that belong together are left out together: what tells them apart is not believed."""

import numpy as np
import pytest

import physembed as pe


def of_speakers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Six speakers with a voice of their own, each of whom says one of two words at random."""
    generator = np.random.default_rng(4)
    speakers = np.repeat(np.arange(6), 6)
    voices = generator.normal(size=(6, 24)).cumsum(axis=1)
    series = voices[speakers] + 0.1 * generator.normal(size=(36, 24))
    return series[:, None], np.array([0, 1, 1, 0, 1, 0])[speakers], speakers


def test_groups_that_are_left_out_together_are_not_believed() -> None:
    """A voice tells the word of a speaker who is known, and nothing of one who is not."""
    series, words, speakers = of_speakers()
    sure = []
    for groups in (None, speakers):
        model = pe.PhysicalEmbeddingClassifier("compact", detectors=16, random_state=0)
        sure.append(model.fit(series, words, groups=groups).predict_proba(series).max(axis=1))
    assert sure[0].mean() > 0.9
    assert sure[1].mean() < 0.8


def test_a_regressor_does_not_believe_groups_either() -> None:
    """A voice tells the number of a speaker who is known: left out with all else that they say."""
    series, _, speakers = of_speakers()
    numbers = np.array([0.0, 3.0, 1.0, 2.0, -1.0, -2.0])[speakers]
    spread = []
    for groups in (None, speakers):
        regressor = pe.PhysicalEmbeddingRegressor("compact", detectors=16, random_state=0)
        spread.append(regressor.fit(series, numbers, groups=groups).predict(series).std())
    # a penalty that is chosen by strangers holds more back
    assert spread[1] < 0.995 * spread[0]


def test_a_stranger_of_the_same_kind_is_no_news() -> None:
    """How far a case is, is told from what other speakers are like, and not from the speaker's."""
    series, words, speakers = of_speakers()
    known = speakers < 4
    told = []
    for groups in (None, speakers[known]):
        model = pe.PhysicalEmbeddingClassifier("compact", detectors=16, random_state=0)
        model.fit(series[known], words[known], groups=groups)
        told.append(np.median(model.novelty(series[~known])))
    assert told[1] > 10 * told[0]


def test_bad_groups_are_named() -> None:
    series, words, speakers = of_speakers()
    model = pe.PhysicalEmbeddingClassifier("compact", detectors=16)
    with pytest.raises(pe.InvalidInputError, match="groups must be one for each of the 36 cases"):
        model.fit(series, words, groups=speakers[1:])
    with pytest.raises(pe.InvalidInputError, match=r"different values, got only 0\.0\."):
        model.fit(series, words, groups=np.zeros(36))
    regressor = pe.PhysicalEmbeddingRegressor("compact", detectors=16)
    with pytest.raises(pe.InvalidInputError, match="groups must be one for each of the 36 cases"):
        regressor.fit(series, words, groups=speakers[1:])
    with pytest.raises(pe.InvalidInputError, match="every class is in one group alone"):
        model.fit(series, np.array(list("abc"))[speakers // 2], groups=speakers // 2)
    other = pe.PhysicalEmbeddingClassifier("lattice")
    with pytest.raises(pe.InvalidInputError, match="where detectors are chosen"):
        other.fit(series, words, groups=speakers)
