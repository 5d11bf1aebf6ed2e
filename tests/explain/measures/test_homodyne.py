"""Fibres with interferometers, homodyne detectors and comparators, looked into."""

import numpy as np
import pytest
import torch
from small_subject import small_subject

import physembed as pe
from physembed.explain.measures.arms import watch_arms
from physembed.explain.measures.attribution import adjoint_passage, attribute
from physembed.explain.measures.detected import Detected
from physembed.explain.measures.importance import importance
from physembed.explain.measures.readout import all_features, class_weights, readout_use
from physembed.explain.measures.separability import separability
from physembed.explain.measures.variation import Knob, knobs, value
from physembed.explain.media.elements import SPEED_OF_LIGHT, built_element
from physembed.explain.soft_comparators import is_hard
from physembed.explain.subject import Subject
from physembed.networks import Component
from physembed.networks.component import ComponentModule


def bank() -> Subject:
    return small_subject("homodyne")


def test_features_kept_by_fibre_are_those_of_the_network() -> None:
    subject = bank()
    with torch.no_grad():
        whole = subject.network.features(subject.x_test)
    torch.testing.assert_close(Detected(subject, subject.x_test).features(), whole)


def test_a_changed_delay_is_that_of_an_interferometer_built_so() -> None:
    subject = bank()
    knob = next(k for k in knobs(subject) if k.element)
    assert knob.label == "fibre 1, arm 2, delay"
    path = subject.paths[0]
    assert value(subject, knob) == pytest.approx(1.0)
    changed = Detected(subject, subject.x_test).features({knob: 1.7})
    element = path.arms[1][0]
    delay = element.get_buffer("frozen_delay").clone()
    try:
        element.get_buffer("frozen_delay").fill_(1.7)
        with torch.no_grad():
            expected = subject.network.features(subject.x_test)
    finally:
        element.get_buffer("frozen_delay").copy_(delay)
    torch.testing.assert_close(changed, expected)


def test_every_feature_is_named_after_what_it_is_of() -> None:
    """A feature that is told to be of a fibre, an arm and a record changes with that arm alone."""
    subject = bank()
    described = all_features(subject)
    assert len(described) == subject.network.head.linear.in_features
    detected = Detected(subject, subject.x_test)
    change = detected.features({Knob(1, -1, "delay", "arms.2.0"): 0.4}) - detected.features()
    for feature, moved in zip(described, (change != 0).any(dim=0).tolist(), strict=True):
        of_arm = feature.fibre == 1 and feature.place.startswith("arm 3")
        # the largest and the smallest are told among all arms of a fibre
        among_all = feature.fibre == 1 and feature.reading.quantity.startswith("time as")
        assert not moved or of_arm or among_all
    # and some do
    assert bool((change != 0).any())


def test_pushes_add_up_to_the_margin() -> None:
    subject = bank()
    use = readout_use(subject)
    cases = subject.few_test
    logits = Detected(subject, subject.x_test[cases]).logits()
    y = subject.y_test[cases]
    rows = torch.arange(len(y))
    margin = (logits[rows, y] - logits[rows, 1 - y]).mean()
    centre = Detected(subject, subject.x_train[subject.few_train]).features().mean(dim=0)
    weights = class_weights(subject)
    at_centre = subject.network.head(centre[None])[0]
    constant = (at_centre[y] - at_centre[1 - y]).mean()
    assert use.push.sum() == pytest.approx(float(margin - constant), rel=1e-6)
    assert weights.shape == (2, len(use.push))
    for grouping in use.groupings:
        assert grouping.push.sum() == pytest.approx(use.push.sum())
    assert [g.title for g in use.groupings] == ["fibre", "arm", "record", "quantity"]


@pytest.mark.parametrize("kind", [pytest.param("homodyne", marks=pytest.mark.slow), "ideal"])
def test_soft_comparators_and_selectors_decide_as_hard_ones_nearly_always(kind: str) -> None:
    subject = small_subject(kind)
    assert is_hard(subject.network)
    assert not is_hard(subject.soft)
    attribution = attribute(subject, torch.arange(20))
    assert attribution.agreement >= 0.9
    assert bool((attribution.shares != 0).any())
    measured = importance(subject)
    assert np.isfinite(measured.leverage).all()
    assert (measured.leverage > 0).mean() > 0.9


def test_transfer_and_fields_of_the_arms_agree() -> None:
    subject = bank()
    passage = watch_arms(subject, 1, subject.x_test[0])
    spectrum = torch.fft.fftshift(torch.fft.fft(passage.fields), dim=-1)
    torch.testing.assert_close(spectrum[2:], passage.transfer * spectrum[0], rtol=1e-6, atol=1e-6)
    s = 1.4
    # beta2 = s^2, so that the group delay is -s^2 omega
    omega = 2 * np.pi * passage.frequency.numpy()
    np.testing.assert_allclose(passage.delay[1:-1], -(s**2) * omega[1:-1], rtol=1e-4, atol=1e-6)
    told = passage.comparators
    assert told.exceeded.shape == told.records.shape
    counter_share = (told.records > told.thresholds[..., :1]).double().mean(dim=-1)
    features = Detected(subject, subject.x_test[:1]).features()[0]
    described = all_features(subject)
    quantity = "time above threshold 1 (width 0.05)"
    first = next(
        k for k, f in enumerate(described)
        if f.fibre == 1 and f.place == "arm 1" and f.reading.quantity == quantity
    )  # fmt: skip
    # the counter's response is arcsin(sqrt(p)), raised by a little where p is 0; its ramp is narrow
    assert float(features[first]) == pytest.approx(
        float(torch.asin(counter_share[0, 0].sqrt())), abs=0.02
    )


def test_the_decision_is_the_same_in_front_of_and_behind_a_linear_fibre() -> None:
    subject = bank()
    passage = adjoint_passage(subject, 0, subject.x_test[0])
    total = passage.shares.sum(dim=(1, 2))
    # a fibre without loss keeps the product of field and adjoint, and arms only divide it
    assert float(total[1]) == pytest.approx(float(total[0]), rel=1e-6)
    assert float(passage.arms.sum()) == pytest.approx(float(total[0]), rel=1e-6)


def test_the_way_through_a_bank_has_the_places_of_its_light() -> None:
    separated = separability(bank(), 0)
    assert separated.places == ["input", "layer 1", "arms"]
    assert separated.probe.shape == (3,)


def test_elements_as_lengths() -> None:
    grid = pe.TimeGrid(64)
    mach_zehnder = ComponentModule(Component(pe.MachZehnder(unit=2.0), {"delay": 1.5}), grid)
    built = built_element(mach_zehnder, 10e-12)
    assert built.quantities["paths differ by"] == "60 ps"
    length = SPEED_OF_LIGHT * 60e-12 / 1.468
    assert built.quantities["in fibre"] == f"{length * 1e3:.3g} mm"
    assert not built.impossible
    far = built_element(mach_zehnder, 1e-6)
    assert far.impossible
    prism = ComponentModule(Component(pe.Prism(), {"tilt": 0.5}), grid)
    # half of half the band of 1 / (2 x 10 ps)
    assert built_element(prism, 10e-12).quantities["shift of the spectrum"] == "25 GHz"


def test_elements_before_and_behind_a_nonlinear_medium_and_taps_are_looked_into() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((24, 1, 32)), np.array([0, 1] * 12)
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.3, "gamma": 0.5},
        n_layers=2,
        before=[Component(pe.Lens(), {"strength": 0.5})],
        after=[Component(pe.DelayLine(), {"delay": 2.0})],
        taps=[pe.Tap(1, pe.BinnedIntensity(bins=4))],
        detector=pe.BinnedIntensity(bins=8),
    )
    classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre], training="designed", random_state=0)
    subject = Subject.of(classifier.fit(X, y), X, y, X, y)
    places = {k.place for k in knobs(subject)}
    assert {"element 1 before the medium", "element 1 after the medium", "layer 2"} <= places
    assert {f.place for f in all_features(subject)} == {"tap 1", "arm 1"}
    passage = watch_arms(subject, 0, first_case(subject))
    assert passage.transfer is None
    assert separability(subject, 0).places == ["input", "layer 1", "layer 2", "arms"]
    assert torch.isfinite(adjoint_passage(subject, 0, first_case(subject)).shares).all()


def first_case(subject: Subject) -> torch.Tensor:
    return subject.x_test[0]
