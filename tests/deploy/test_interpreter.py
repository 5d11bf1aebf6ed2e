"""The interpreter of plans against the networks that they were lowered from."""

import json
from fractions import Fraction

import numpy as np
import pytest
import torch
from compositions import COMPOSITIONS, DIFFERENCES, classifier, dispersive, network, series

import physembed as pe
from physembed.deploy import NoLoweringError, lower, scores
from physembed.deploy.factor import TURN, whole_turns
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.plan import to_json
from physembed.errors import InvalidInputError
from physembed.networks import LinearHead, ZeroSumHead


def outputs(trained: torch.nn.Module, x: np.ndarray) -> np.ndarray:
    """What the network says in double precision, so that nothing but the lowering can differ."""
    with torch.inference_mode():
        return trained.double()(torch.from_numpy(x)).numpy()


@pytest.mark.parametrize(("n_channels", "length"), [(1, 60), (3, 60), (2, 59)])
@pytest.mark.parametrize("name", COMPOSITIONS)
def test_the_interpreter_says_what_the_network_says(name, n_channels, length):
    trained = network(name, n_channels=n_channels, length=length)
    x = series(9, n_channels, length)
    expected = outputs(trained, x)
    # thresholds stay in single precision, and phases are summed in another order
    np.testing.assert_allclose(scores(lower_network(trained), x), expected, rtol=1e-6, atol=1e-6)


def test_differences_of_channels_are_those_of_the_network():
    trained = network(DIFFERENCES, n_channels=3)
    x = series(9, 3)
    expected = outputs(trained, x)
    np.testing.assert_allclose(scores(lower_network(trained), x), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_single_precision_is_enough(name):
    trained = network(name)
    expected = outputs(trained, series())
    single = scores(lower_network(trained), series(), np.float32)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, rtol=1e-3, atol=1e-3)


def test_a_signed_readout_has_one_row_for_two_scores():
    trained = network("one quadrature", n_classes=2)
    plan = lower_network(trained, ("a", "b"))
    assert plan.readout.weights.shape[0] == 1
    np.testing.assert_allclose(scores(plan, series()), outputs(trained, series()), atol=1e-6)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_a_plan_is_plain_json_to_the_last_digit(name):
    plan = lower_network(network(name, n_channels=2))
    again = json.loads(json.dumps(to_json(plan), allow_nan=False))
    assert again["type"] == "Plan"
    weights = again["readout"]["weights"]
    np.testing.assert_array_equal(
        np.reshape(weights["values"], weights["shape"]), plan.readout.weights
    )


def test_what_looks_at_one_quadrature_needs_half_of_the_spectrum():
    """Sixteen detectors on one real spectrum: no step of such a plan holds a full field."""
    plan = lower_network(network("one quadrature"))
    (path,) = plan.paths
    assert "full" not in json.dumps(to_json(path.steps))


def test_whole_numbers_of_turn_parts_give_a_polynomial_to_the_last_digit():
    turns = (0.1234, -7.25, 0.0437, 1e-4)
    whole = whole_turns(turns)
    for k in range(-300, 300):
        exact = sum(Fraction(c) * k**j for j, c in enumerate(turns))
        summed = Fraction(sum(c * k**j for j, c in enumerate(whole)) % TURN, TURN)
        difference = (summed - exact) % 1
        assert min(difference, 1 - difference) < 1e-11


def test_a_hard_scale_or_offset_changes_nothing():
    """A series of 1e30, and one with an offset that would eat half of float32's digits."""
    plan = lower_network(network("one quadrature"))
    x = series(4).astype(np.float32)
    expected = scores(plan, x)
    np.testing.assert_allclose(
        scores(plan, x * np.float32(2) ** 90, np.float32), expected, rtol=1e-3
    )
    moved = (np.round(x * 64) + 2**16).astype(np.float32)
    np.testing.assert_allclose(
        scores(plan, moved, np.float32), scores(plan, np.round(x * 64)), rtol=1e-3
    )


@pytest.mark.parametrize("level", [0.0, 1.1, 1e30, 1e-30, -3e4])
def test_a_constant_series_is_what_it_is_to_the_network(level):
    trained = network("one quadrature")
    plan = lower_network(trained)
    x = np.full((1, 1, 60), np.float32(level))
    np.testing.assert_allclose(
        scores(plan, x, np.float32), outputs(trained, x.astype(float)), rtol=1e-5
    )


def test_a_part_without_a_lowering_is_refused_by_its_name():
    telescope = pe.Component(pe.Telescope(), {"log_magnification": 0.1})
    held = classifier("one quadrature")
    held.network_ = pe.PhysicalEmbeddingNetwork(
        [dispersive(pe.Intensity(), ((telescope,),))], n_channels=1, n_timepoints=60, n_classes=3
    )
    with pytest.raises(NoLoweringError, match=r"Telescope has no lowering.*use .*Lens"):
        lower(held)


def test_a_law_that_is_no_phase_is_refused_by_its_name():
    held = classifier("one quadrature")
    fibre = pe.Fibre(
        pe.ComplexGinzburgLandau(),
        dict.fromkeys(pe.ComplexGinzburgLandau().coefficients, 0.1),
        n_layers=1,
    )
    held.network_ = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=60, n_classes=3)
    with pytest.raises(NoLoweringError, match=r"ComplexGinzburgLandau has no lowering.*use "):
        lower(held)


def test_a_model_that_is_not_fitted_is_refused():
    with pytest.raises(InvalidInputError, match="call fit first"):
        lower(pe.PhysicalEmbeddingClassifier())


def test_series_of_another_shape_are_refused():
    with pytest.raises(InvalidInputError, match=r"\(cases, 1, 60\)"):
        scores(lower_network(network("one quadrature")), series(length=59))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_readout_whose_scores_sum_to_zero_has_all_its_rows(n_classes):
    trained = network("lattice")
    head = ZeroSumHead(trained.head.linear.in_features, n_classes)
    torch.manual_seed(1)
    torch.nn.init.normal_(head.linear.weight)
    torch.nn.init.normal_(head.linear.bias)
    trained.head = head
    said = scores(lower_network(trained, tuple("abcd"[:n_classes])), series())
    assert said.shape[1] == n_classes
    np.testing.assert_allclose(said, outputs(trained, series()), rtol=1e-6, atol=1e-6)


def test_a_head_without_a_lowering_is_refused_by_name():
    class Squared(LinearHead):
        def forward(self, features):
            return super().forward(features) ** 2

    trained = network("lattice")
    trained.head = Squared(trained.head.linear.in_features, 2)
    with pytest.raises(NoLoweringError, match="Squared"):
        lower_network(trained)
