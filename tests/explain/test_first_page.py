"""The first page: what the model looks at."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from small_subject import small_subject

import physembed as pe
from physembed.charts import Lines, Map
from physembed.explain.first_page import PART, first_section
from physembed.explain.measures.readout import class_weights
from physembed.explain.robustness import Robustness
from physembed.explain.subject import Subject
from physembed.presets import PRESETS

pytestmark = pytest.mark.slow


def test_it_says_what_is_right_and_shows_what_decides():
    subject = small_subject("nlse")
    section = first_section(subject)
    right = int((subject.logits(subject.x_test).argmax(dim=1) == subject.y_test).sum())
    assert section.text[0].startswith(f"Of 20 test cases {right} are right")
    charts = {chart.name: chart for chart in section.charts}
    assert list(charts) == ["confusion", "typical", "deciding"]
    (matrix,) = charts["confusion"].panels
    assert isinstance(matrix, Map)
    assert matrix.written is not None
    assert int(np.trace(matrix.written)) == right
    for panel in charts["typical"].panels:
        assert isinstance(panel, Lines)
        series, marked = panel.lines
        seen = np.isfinite(marked.y)
        assert seen.sum() == round(PART * len(series.y))
        np.testing.assert_array_equal(marked.y[seen], series.y[seen])
    assert all(isinstance(panel, Lines) for panel in charts["deciding"].panels)
    assert len(charts["deciding"].panels) == 5
    # what the card tells of disturbances is drawn last
    told = Robustness("20 cases", {"as they are": 0.9, "noise of 3%": 0.5})
    assert first_section(subject, robustness=told).charts[-1].name == "disturbed"
    # where the model has seen every case, folds tell how well it does
    estimate = {"by": "5 folds", "models": [{"interval": [0.7, 0.9]}]}
    record = {"split": "whole", "accuracy": 0.8, "estimate": estimate}
    folded = replace(subject, record=record | {"confusion_matrix": [[9, 1], [3, 7]]})
    section = first_section(folded)
    assert section.text[0].startswith("Of cases that it has not seen, 80.0% are right")
    (matrix,) = section.charts[0].panels
    assert isinstance(matrix, Map)
    np.testing.assert_array_equal(matrix.written, [[9, 1], [3, 7]])


def test_the_class_without_a_row_of_its_own_has_weights():
    """Of a readout that sums to zero: scores are weights times features, and a constant."""
    rng = np.random.default_rng(0)
    y = np.arange(36) % 3
    t = np.arange(40)
    X = np.sin(2 * np.pi * (0.05 + 0.05 * y)[:, None, None] * t + rng.uniform(0, 6, (36, 1, 1)))
    brief = PRESETS["tiny"].training.limited(2)
    tiny = pe.PhysicalEmbeddingClassifier(preset="tiny", training=brief, random_state=0).fit(X, y)
    subject = Subject.of(tiny, X, y, X, y)
    with torch.no_grad():
        features = subject.network.features(subject.x_test)
        from_weights = features @ class_weights(subject).T
        constant = subject.network(subject.x_test) - from_weights
    torch.testing.assert_close(constant, constant[:1].expand_as(constant))
    assert {chart.name for chart in first_section(subject).charts} >= {"typical", "deciding"}


def test_no_two_detectors_of_the_page_have_one_name():
    subject = small_subject("homodyne")
    (chart,) = [c for c in first_section(subject).charts if c.name == "deciding"]
    names = [panel.title for panel in chart.panels]
    assert len(names) == len(set(names)) == 5
    assert all(re.match(r"homodyne \d+°, |envelope, ", name) for name in names)
