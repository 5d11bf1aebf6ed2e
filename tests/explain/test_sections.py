"""What a report shows, and what it leaves out because there is nothing to see."""

import copy
from dataclasses import replace

import numpy as np
import torch
from small_subject import small_subject

from physembed.charts import Bars, Lines
from physembed.explain.coefficient_tables import values_table
from physembed.explain.figures.classes import attribution_chart
from physembed.explain.figures.coefficients import tolerance_chart
from physembed.explain.figures.watching import case_chart
from physembed.explain.measures.attribution import Deletion, attribute, occluded
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.measures.watching import watch_case
from physembed.explain.sections import UNTOUCHED, coefficient_sections


def test_only_what_training_moved_is_called_trained() -> None:
    subject = small_subject("nlse")
    subject = replace(subject, network=copy.deepcopy(subject.network))
    gamma = subject.network.media[0].trainable["gamma"]
    with torch.no_grad():
        # the second layer back to where it began, in the precision of training
        gamma[1] = float(np.float32(0.2))
    came_about = {row[0].partition(", ")[2]: row[-1] for row in values_table(subject).rows}
    assert came_about == {
        "layer 1, alpha": "trained",
        "layer 2, alpha": "trained",
        "layer 1, beta2": "trained",
        "layer 2, beta2": "trained",
        "layer 1, gamma": "trained",
        "layer 2, gamma": "as designed",
    }
    lens = values_table(small_subject("gpe"))
    assert {row[-1] for row in lens.rows} == {"fixed"}


def test_where_nothing_can_be_disturbed_no_test_is_drawn() -> None:
    (section,) = coefficient_sections(small_subject("idle"))
    assert section.charts == []
    assert section.text == [UNTOUCHED]
    (full,) = coefficient_sections(small_subject("nlse"))
    assert full.text[0].startswith(("Most precisely must be kept", "No coefficient needs"))
    names = [chart.name for chart in full.charts]
    assert names == ["optics", "coefficients", "tolerance", "identifiability"]


def test_a_field_that_nothing_turns_has_no_phase_to_draw() -> None:
    for kind, n_panels in (("idle", 2), ("nlse", 4)):
        subject = small_subject(kind)
        passage = watch_case(subject, 0, subject.x_test[0])
        chart = case_chart(passage, name="case", fibre="fibre 1", case="case 0")
        assert len(chart.panels) == n_panels
        assert ("Nothing here turns" in chart.caption) == (kind == "idle")


def test_erasing_that_changes_nothing_is_said_and_not_drawn() -> None:
    subject = small_subject("nlse")
    cases = subject.few_sloped[:6]
    drawn = {}
    for changed in (0.0, 0.5):
        drawn[changed] = attribution_chart(
            subject.x_test,
            attribute(subject, cases),
            Deletion(changed, 0.0, 0.0),
            labels=subject.y_test[cases],
            classes=subject.classes,
            covered={int(cases[0]): occluded(subject, int(cases[0]))},
        )
    assert not any(isinstance(panel, Bars) for panel in drawn[0.0].panels)
    assert "could not be tested" in drawn[0.0].caption
    assert any(isinstance(panel, Bars) for panel in drawn[0.5].panels)


def test_several_seeds_share_one_picture_of_tolerance() -> None:
    measured = [tolerance(small_subject("nlse"), seed=k) for k in range(2)]
    one, two = (
        tolerance_chart(measured[:n], name="name", model=model)
        for n, model in ((1, ""), (2, "nlse"))
    )
    assert one.title == "how precise must the hardware be?"
    assert two.title == "nlse: how precise must the hardware be?"
    assert "2 trained seeds" in two.caption
    (a,), (b,) = one.panels, two.panels
    both = (measured[0].accuracy[0] + measured[1].accuracy[0]).mean(axis=-1) / 2
    np.testing.assert_allclose(b.lines[0].y, 100 * both)  # type: ignore[union-attr]
    assert len(a.lines) == len(b.lines) == 4  # type: ignore[union-attr]
    # the caption tells of the bands: all of them is seen
    low = measured[0].accuracy.copy()
    low[0, -1, :3] = 0.1
    (wide,) = tolerance_chart([replace(measured[0], accuracy=low)]).panels
    assert isinstance(wide, Lines)
    assert wide.y_range is not None
    for line in wide.lines:
        assert line.band is not None
        assert line.band[0].min() >= wide.y_range[0]
