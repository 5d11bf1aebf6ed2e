"""What is said of coefficients agrees with closed forms and with symmetries of the physics."""

import math

import numpy as np
import pytest
import torch
from small_subject import small_subject

import physembed as pe
from physembed.explain.measures.detected import Detected
from physembed.explain.measures.identifiability import identifiability
from physembed.explain.measures.importance import importance
from physembed.explain.measures.optics import layer_optics
from physembed.explain.measures.tolerance import Tolerance, tolerance
from physembed.explain.measures.variation import Knob, knobs, value


def test_changed_coefficients_are_those_of_a_network_built_so() -> None:
    subject = small_subject()
    change = {Knob(0, 1, "beta2"): 0.9, Knob(0, 0, "gamma"): -0.3}
    detected = Detected(subject, subject.x_test)
    changed = detected.features(change)
    medium = subject.fibres[0][1]
    values = {k: v.clone() for k, v in medium.physical().items()}
    values["beta2"][1] = 0.9 * medium.natural_units["beta2"]
    values["gamma"][0] = -0.3 * medium.natural_units["gamma"]
    part = subject.fibres[0][0]
    field = pe.propagate(
        part.encoder(subject.x_test), part.equation, values, medium.grid, check_sampling=False
    )
    torch.testing.assert_close(changed, part.detector(field).flatten(1), rtol=1e-9, atol=1e-11)
    # and nothing of it stays behind
    with torch.no_grad():
        torch.testing.assert_close(detected.logits(), subject.network(subject.x_test))


def test_the_last_gamma_never_shows_and_gain_is_only_scale() -> None:
    """After the last dispersion a phase is invisible to a detector of intensity."""
    subject = small_subject()
    measured = importance(subject)
    place = {knob: k for k, knob in enumerate(measured.knobs)}
    last = place[Knob(0, 1, "gamma")]
    assert measured.leverage[last] < 1e-6
    assert measured.leverage[place[Knob(0, 0, "gamma")]] > 1e-3
    identified = identifiability(measured)
    assert np.isinf(identified.standard_errors[last])
    # alpha of the last layer scales all features alike: its slope is that of the features
    detected, alpha = Detected(subject, subject.x_test), Knob(0, 1, "alpha")
    plain = detected.features()
    scaled = detected.features({alpha: value(subject, alpha) + 0.2})
    torch.testing.assert_close(scaled, plain * math.exp(-0.1), rtol=1e-6, atol=1e-9)


def test_slopes_are_the_gradients_of_autograd() -> None:
    subject = small_subject()
    measured = importance(subject)
    cases = subject.few_test
    network = subject.network
    parameter = network.media[0].trainable["gamma"]
    parameter.requires_grad_(True)
    try:
        score = network(subject.x_test[cases])[:, 0].sum()
        (expected,) = torch.autograd.grad(score, parameter)
    finally:
        parameter.requires_grad_(False)
    for layer in range(2):
        k = measured.knobs.index(Knob(0, layer, "gamma"))
        # central differences of 1e-4 in double precision
        assert float(measured.slopes[:, 0, k].sum()) == pytest.approx(
            float(expected[layer]), rel=1e-5, abs=1e-6
        )


def test_information_of_a_softmax_of_two_classes_in_closed_form() -> None:
    """For two classes F = Σ p (1 - p) s sᵀ with s the slope of the difference of the logits."""
    measured = importance(small_subject())
    identified = identifiability(measured)
    p = measured.probabilities[:, 0]
    s = measured.slopes[:, 0] - measured.slopes[:, 1]
    expected = torch.einsum("n,np,nq->pq", p * (1 - p), s, s)
    np.testing.assert_allclose(identified.information, expected.numpy(), rtol=1e-6, atol=1e-9)
    order = identified.eigenvalues
    assert np.all(np.diff(order) <= 1e-9 * order[0])
    rebuilt = np.einsum("k,kp,kq->pq", order, identified.directions, identified.directions)
    np.testing.assert_allclose(rebuilt, identified.information, rtol=1e-6, atol=1e-6 * order[0])


def test_knocking_out_what_does_nothing_costs_nothing() -> None:
    measured = importance(small_subject())
    names = [name for name, _ in measured.groups]
    k = names.index("gamma of layer 2")
    assert measured.without[k] == measured.accuracy
    assert measured.refitted[k] == measured.refitted_accuracy


@pytest.mark.slow
def test_small_errors_are_tolerated_and_none_of_the_draws_is_by_chance() -> None:
    subject = small_subject("both")
    tolerances, again = tolerance(subject), tolerance(subject)
    np.testing.assert_array_equal(tolerances.accuracy, again.accuracy)
    assert tolerances.names[-1] == "all"
    # an error of 0.3 percent changes one decision of twenty at most
    assert np.abs(tolerances.accuracy[:, 0] - tolerances.undisturbed).max() <= 0.05 + 1e-12
    plain = (Detected(subject, subject.x_test).chosen() == subject.y_test).double().mean()
    assert tolerances.undisturbed == pytest.approx(float(plain))


def test_the_tolerated_error_is_interpolated_where_a_point_is_lost() -> None:
    errors = np.array([0.01, 0.1])
    accuracy = np.array([[[0.9, 0.9], [0.88, 0.88]], [[0.9, 0.9], [0.9, 0.9]],
                         [[0.5, 0.5], [0.5, 0.5]]])  # fmt: skip
    tolerances = Tolerance(errors, ["a", "b", "c"], accuracy, 0.9, 10)
    assert tolerances.tolerated(0) == pytest.approx(math.sqrt(0.001))
    assert math.isinf(tolerances.tolerated(1))
    assert tolerances.tolerated(2) == 0.0
    assert tolerances.sentence() == (
        "Most precisely must be kept c: better than to 1.0%. An error of 1.0% costs 40.0 points of "
        "accuracy in the mean and 40.0 in the worst of 2 draws. Then: a 3.2%."
    )
    robust = Tolerance(errors, ["b", "all"], accuracy[1:], 0.9, 10)
    assert robust.sentence().startswith("No coefficient needs to be kept precisely: errors of 10%")


def test_optics_of_a_lens_and_its_focus() -> None:
    """Layer 2 has the far field's dispersion, layer 1 none; nothing is nonlinear, nothing lost."""
    optics = layer_optics(small_subject("gpe"), 0)
    np.testing.assert_allclose(optics.accumulated_dispersion.numpy(), [0.0, -1.0], atol=1e-6)
    assert torch.isinf(optics.dispersion_length[0])
    assert torch.isinf(optics.nonlinear_length).all()
    assert (optics.b_integral == 0).all()
    np.testing.assert_allclose(optics.energy.numpy(), 1.0, rtol=1e-9)
    # a lens changes the spectrum, dispersion does not
    assert optics.bandwidth[1] > 1.1 * optics.bandwidth[0]
    assert optics.bandwidth[2] == pytest.approx(float(optics.bandwidth[1]))


def test_optics_of_a_fibre_with_loss() -> None:
    subject = small_subject()
    medium = subject.fibres[0][1]
    optics = layer_optics(subject, 0)
    alpha, gamma = (medium.physical()[k].detach() for k in ("alpha", "gamma"))
    expected = torch.cat([torch.zeros(1), -alpha]).cumsum(0).exp()
    np.testing.assert_allclose(optics.energy.numpy(), expected.numpy(), rtol=1e-6)
    np.testing.assert_allclose(optics.b_integral.numpy(), (gamma * optics.peak).numpy(), rtol=1e-6)
    n = medium.dimensionless()["beta2"].detach().cumsum(0)
    np.testing.assert_allclose(optics.accumulated_dispersion.numpy(), n.numpy(), rtol=1e-5)


def test_every_stated_coefficient_that_is_not_zero_has_a_knob() -> None:
    assert [k.label for k in knobs(small_subject("gpe"))] == [
        "fibre 1, layer 2, kinetic",
        "fibre 1, layer 1, strength",
    ]
