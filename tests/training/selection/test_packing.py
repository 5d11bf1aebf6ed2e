"""Chosen detectors as bytes: all that was found, exactly, in as few as are told."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import physembed as pe
from physembed.presets.compact import pool, pool_gains
from physembed.training.selection.byte_budget import packed_bytes
from physembed.training.selection.calibrated_numbers import (
    is_coded,
    is_in_own_unit,
    paths_of,
    round_calibration,
)
from physembed.training.selection.number_codes import (
    SPREADS,
    THRESHOLDS,
    read_integers,
    write_integers,
)
from physembed.training.selection.packing import Packed
from physembed.training.selection.place_codes import place_bytes, read_places, write_places
from physembed.training.selection.quantisation import BIAS_SHARE, quantise
from physembed.training.selection.train import read_out, teach

N_POINTS, N_CLASSES = 40, 3


@st.composite
def some_of_a_pool(draw: st.DrawFn) -> tuple[int, np.ndarray]:
    n_pool = draw(st.integers(1, 5000))
    chosen = draw(st.sets(st.integers(0, n_pool - 1), min_size=1, max_size=60))
    return n_pool, np.array(sorted(chosen))


@given(some_of_a_pool())
def test_places_come_back_from_the_bytes_that_are_told(drawn: tuple[int, np.ndarray]) -> None:
    n_pool, places = drawn
    content = write_places(places, n_pool)
    assert len(content) == place_bytes(len(places), n_pool)
    np.testing.assert_array_equal(read_places(content, len(places), n_pool), places)
    # two bits beyond the logarithm of how rare they are, or a bit for each of the pool
    limit = min(n_pool, len(places) * (2 + np.log2(n_pool / len(places))))
    assert 8 * len(content) <= limit + 8


@pytest.mark.parametrize("bits", [4, 8, 16])
def test_integers_of_few_bits_come_back(bits: int) -> None:
    integers = np.arange(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    content = write_integers(integers, bits)
    assert len(content) == -(-len(integers) * bits // 8)
    np.testing.assert_array_equal(read_integers(content, len(integers), bits), integers)


def test_numbers_of_a_byte_are_as_near_as_is_told() -> None:
    values = np.random.default_rng(0).normal(size=1000) ** 3
    values = values[np.abs(values) < 15]
    read = THRESHOLDS.read(THRESHOLDS.write(values), len(values))
    # half a step, of 0.0045 at zero and 4.5 % of what is large
    half = 0.0225 * np.hypot(0.1, values)
    np.testing.assert_array_less(np.abs(read - values), 1.03 * half)
    spreads = np.exp(values / 2)
    ratio = SPREADS.read(SPREADS.write(spreads), len(values)) / spreads
    assert ratio.max() < 2 ** (1 / 16) + 1e-6 and ratio.min() > 2 ** (-1 / 16) - 1e-6
    assert THRESHOLDS.holds(read) and not THRESHOLDS.holds(values)
    assert not THRESHOLDS.reaches(np.array([16.0])) and not SPREADS.reaches(np.array([1e-9]))


@pytest.fixture(scope="module")
def whole() -> pe.PhysicalEmbeddingNetwork:
    """A pool that was calibrated, with the difference of two channels."""
    network = pe.PhysicalEmbeddingNetwork(
        pool(N_POINTS, differences=True),
        n_channels=2,
        n_timepoints=N_POINTS,
        n_classes=N_CLASSES,
    )
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(12, 2, N_POINTS, generator=generator).cumsum(dim=2)
    network.prepare(x, seed=0)
    return network


def emptied(
    network: pe.PhysicalEmbeddingNetwork, places: np.ndarray
) -> pe.PhysicalEmbeddingNetwork:
    """A network of the same detectors, with other numbers."""
    other = network.chosen(places.tolist(), N_CLASSES)
    for name, value in other.state_dict().items():
        if "frozen" not in name:
            value.fill_(0.7)
    return other


@pytest.mark.parametrize("bits", [32, 4])
def test_a_network_comes_back_from_its_bytes(whole: pe.PhysicalEmbeddingNetwork, bits: int) -> None:
    if bits < 32:
        round_calibration(whole)
        assert all(is_coded(path) or is_in_own_unit(path) for path in paths_of(whole))
    n_pool = whole.head.linear.in_features
    places = np.sort(np.random.default_rng(bits).choice(n_pool, n_pool // 9, replace=False))
    network = whole.chosen(places.tolist(), N_CLASSES)
    weights = np.random.default_rng(0).normal(size=(N_CLASSES, len(places)))
    rows = None if bits == 32 else quantise(weights, bits, sum_to_zero=True)
    values = (weights if rows is None else rows.values)[1:]
    network.head.assign(
        torch.from_numpy(np.vstack([-values.sum(axis=0), values])), torch.arange(3.0)
    )
    packed = Packed.of(network, places, n_pool, rows)
    other = emptied(whole, places)
    packed.unpack_into(other)
    for name, value in other.state_dict().items():
        # biases in 16 bits, the largest of them 2
        rounding = {"rtol": 0, "atol": 2**-15 if bits < 32 else 0}
        limits = rounding if name == "head.linear.bias" else {"rtol": 2e-7, "atol": 0}
        torch.testing.assert_close(value, network.state_dict()[name], **limits)
    assert packed.is_of(other)
    np.testing.assert_array_equal(packed.places, places)
    assert packed.counts() == {"bytes": len(packed.content), "weight_bits": bits}
    assert packed_bytes(whole, places, N_CLASSES, rows) == len(packed.content)
    with torch.no_grad():
        next(iter(other.head.parameters()))[0, 0] += 1
    assert not packed.is_of(other), "it was changed since"
    unlike = whole.chosen(places[1:].tolist(), N_CLASSES)
    with pytest.raises(pe.InvalidInputError, match=r"packed in .* bytes, where the network has"):
        packed.unpack_into(unlike)


@pytest.mark.parametrize("bits", [4, 8, 32])
def test_no_detector_takes_less_than_what_is_known_before(
    whole: pe.PhysicalEmbeddingNetwork, bits: int
) -> None:
    """And some detector takes hardly more."""
    n_classes = 15
    rows = None if bits == 32 else quantise(np.ones((n_classes, 1)), bits, sum_to_zero=True)
    found = [
        packed_bytes(whole, np.array([place]), n_classes, rows)
        for place in range(0, whole.head.linear.in_features, 7)
    ]
    least = pe.SelectionSettings(weight_bits=bits).least_bytes(n_classes - 1)
    assert min(found) >= least
    assert min(found) - least < 8


def test_what_a_byte_cannot_tell_is_told_in_four(whole: pe.PhysicalEmbeddingNetwork) -> None:
    """A record that hardly moves about a mean far from zero: nothing is rounded then."""
    places = np.arange(whole.head.linear.in_features)
    network = whole.chosen(places.tolist(), N_CLASSES)
    levels = next(v for k, v in network.state_dict().items() if k.endswith("levels"))
    levels[0] = 50.0
    before = {name: value.clone() for name, value in network.state_dict().items()}
    round_calibration(network)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    weights = np.random.default_rng(0).normal(size=(N_CLASSES, len(places)))
    rows = quantise(weights, 4, sum_to_zero=True)
    other = emptied(whole, places)
    Packed.of(network, places, len(places), rows).unpack_into(other)
    for name, value in other.state_dict().items():
        if not name.startswith("head."):
            assert torch.equal(value, before[name])


def test_a_mean_that_few_bits_do_not_tell_is_told_as_it_is(
    whole: pe.PhysicalEmbeddingNetwork,
) -> None:
    """All readers of its record have the same, or nothing is packed."""
    places = np.arange(whole.head.linear.in_features)
    network = whole.chosen(places.tolist(), N_CLASSES)
    round_calibration(network)
    assert all(is_coded(path) or is_in_own_unit(path) for path in paths_of(network))
    means = [value for name, value in network.state_dict().items() if name.endswith("mean")]
    for value in means:
        value.mul_(1.05)
    assert not all(is_coded(path) or is_in_own_unit(path) for path in paths_of(network))
    weights = np.random.default_rng(0).normal(size=(N_CLASSES, len(places)))
    rows = quantise(weights, 4, sum_to_zero=True)
    other = emptied(whole, places)
    Packed.of(network, places, len(places), rows).unpack_into(other)
    for name, value in other.state_dict().items():
        if name.endswith("mean"):
            assert torch.equal(value, network.state_dict()[name])
    means[0].flatten()[0] += 1
    with pytest.raises(AssertionError, match="two means of a record"):
        Packed.of(network, places, len(places), rows)


@pytest.mark.parametrize("zeroed", [True, False])
@pytest.mark.parametrize("offset", [1.0, 1e3, 1e5])
def test_a_level_far_from_zero_costs_no_class(offset: float, zeroed: bool) -> None:
    """Of pascals about 101,325 what is usual is zero, or else biases are thousands."""
    n_points, y = 24, torch.arange(60) % N_CLASSES
    x = torch.randn(60, 1, n_points, generator=torch.Generator().manual_seed(0))
    x += offset + y[:, None, None]
    fibres = pool(n_points)
    network = pe.PhysicalEmbeddingNetwork(
        fibres, n_channels=1, n_timepoints=n_points, n_classes=N_CLASSES
    )
    network.prepare(x, seed=0)
    assert (network.zero is not None) == (offset > 1)
    if not zeroed:
        network.zero = None
    settings = pe.SelectionSettings(max_bytes=90, weight_bits=8)
    gains = pool_gains(fibres, n_points, 1)
    if not zeroed:
        # as before there were comparators on levels
        gains = gains[:2]
    taught = teach(network, gains, x, y, settings, n_outputs=N_CLASSES, seed=0)
    unpacked, student = copy.deepcopy(taught.network).eval(), taught.student
    read_out(unpacked, student.weights, student.bias, 1.0)
    network, packed = replace(taught, left_out=None).with_readout(y)
    with torch.no_grad():
        before, after = unpacked(x), network(x)
    assert (before.argmax(dim=1) == y).double().mean() > 0.8
    assert (after - before).abs().max() < BIAS_SHARE * before.std()
    assert torch.equal(after.argmax(dim=1), before.argmax(dim=1))
    assert 70 < len(packed.content) <= 90
    assert student.rows is not None
    assert student.rows.bias_bits == (16 if zeroed or offset == 1 else 32)
