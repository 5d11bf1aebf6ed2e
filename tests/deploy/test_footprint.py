"""What a plan alone tells of sizes and arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from compositions import COMPOSITIONS, network

from physembed.deploy import PROCESSORS, footprint, minirocket_footprint
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.operations import of_transform
from physembed.deploy.readout import Readout


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_part_has_a_size_and_arithmetic(name):
    plan = lower_network(network(name))
    told = footprint(plan)
    assert told.flash_bytes > told.stored_bytes > told.readout_bytes
    # frames are read where the caller has the series; else a window is laid out
    assert (told.ram_bytes < told.series_bytes) == (name == "frames")
    # two channels take twice the arithmetic of whatever goes through both
    twice = footprint(lower_network(network(name, n_channels=2)))
    assert told.operations < twice.operations < 2.02 * told.operations


def test_a_weight_is_four_bytes_a_product_and_a_sum():
    plan = lower_network(network("lattice"))
    weights, bias = plan.readout.weights, plan.readout.bias
    longer = Readout(np.vstack([weights, weights[:1]]), np.append(bias, 0.0), signed=False)
    before, after = footprint(plan), footprint(replace(plan, readout=longer))
    n_features = weights.shape[1]
    assert after.stored_bytes - before.stored_bytes == 4 * (n_features + 1)
    assert after.operations - before.operations == 2 * n_features


def test_a_transform_of_four_points_is_sixteen_additions_and_three_turns():
    assert of_transform(4) == 16 + 3 * 6


def test_time_and_energy_follow_the_operations():
    told = footprint(lower_network(network("lattice")))
    for processor in PROCESSORS:
        cycles = 1e3 * processor.megahertz * told.milliseconds(processor)
        assert 2 * told.operations < cycles < 6 * told.operations
        joules = told.microjoules(processor) / told.milliseconds(processor)
        assert joules == pytest.approx(processor.milliwatts)


def test_minirocket_stores_its_features_once_more_for_every_class():
    two, three = (minirocket_footprint(1, 500, n) for n in (2, 3))
    assert two.readout_bytes == 4 * 9_997
    assert three.readout_bytes == 3 * two.readout_bytes
    # two comparisons and counts of every feature at every timepoint are most of it
    assert 2 * 9_996 * 500 < two.operations < 2 * 2 * 9_996 * 500
