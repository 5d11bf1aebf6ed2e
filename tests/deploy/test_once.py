"""What a program of C does once or leaves to the next step, and must not miss therefore."""

from dataclasses import replace

import numpy as np
import pytest

import physembed as pe
from physembed.deploy import lower, scores
from physembed.deploy.agreement import reference
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.source import write_source
from physembed.deploy.factor import whole_turns
from physembed.deploy.readout import Readout

pytestmark = pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")


def sounds(length: int, n: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Three tones that swell in different places, on offsets."""
    random = np.random.default_rng(0)
    labels = np.arange(n) % 3
    time = np.arange(length) / length
    centre = 0.3 + 0.4 * random.random((n, 1))
    tone = np.sin(
        2 * np.pi * (length * (0.06 + 0.12 * labels[:, None]) * time + random.random((n, 1)))
    )
    swell = np.exp(-(((time - centre) / 0.2) ** 2))
    return 3 + tone * swell + 0.1 * random.standard_normal((n, length)), labels


@pytest.fixture(scope="module", params=[640, 322, 321])
def plan(request):
    x, labels = sounds(request.param)
    held = pe.PhysicalEmbeddingClassifier("auditory", random_state=0).fit(x, labels)
    return lower(held)


@pytest.mark.slow
def test_paths_of_one_encoding_scale_and_weigh_once(plan):
    body = write_source(plan, "model").body
    assert body.count("aligned(") == 2  # its definition, and one call
    assert "memset(" not in body
    x = sounds(plan.n_timepoints)[0].astype(np.float32)[:, None]
    x = np.concatenate([x, 1e30 * x[:2], 1e-30 * x[:2], 0 * x[:1], x[:2] + 1e4])
    agreement = reference(plan, x).agreement(HostProgram(write_source(plan, "model"))(x)[1])
    assert agreement.is_complete
    assert agreement.same_class == len(x) - len(agreement.ties)


@pytest.mark.slow
def test_no_case_leaves_anything_to_the_next(plan):
    """Scale and start are of the case at hand, whatever came before it."""
    x = sounds(plan.n_timepoints)[0].astype(np.float32)[:, None]
    program = HostProgram(write_source(plan, "model"))
    _, said = program(x)
    _, backwards = program(np.ascontiguousarray(x[::-1]))
    np.testing.assert_array_equal(backwards[::-1], said)


@pytest.mark.slow
def test_the_last_row_of_a_ridge_follows_from_the_others(plan):
    assert plan.readout.sums_to_zero
    assert plan.readout.n_rows == 2
    source = write_source(plan, "model")
    nudge = np.zeros_like(plan.readout.weights)
    nudge[0, 0] = 1e-3
    nudged = replace(plan.readout, weights=plan.readout.weights + nudge)
    whole = write_source(replace(plan, readout=nudged), "model")
    assert not nudged.sums_to_zero
    assert whole.readout_bytes - source.readout_bytes == 4 * plan.readout.weights.shape[1]
    x = sounds(plan.n_timepoints)[0].astype(np.float32)[:, None]
    # the nudge alone, of a logarithm of at most 8, tells them apart
    moved = HostProgram(whole)(x)[1] - HostProgram(source)(x)[1]
    assert np.abs(moved[:, 0]).max() > 1e-4
    np.testing.assert_allclose(moved[:, 0], 0, atol=8.5e-3)
    np.testing.assert_allclose(moved[:, 1:], 0, atol=2e-4)


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_rows_that_do_not_sum_to_zero_are_all_stored(n_rows):
    readout = Readout(np.ones((n_rows, 4)), np.zeros(n_rows), signed=False)
    assert not readout.sums_to_zero
    assert readout.n_rows == n_rows
    assert readout.n_bytes == 4 * n_rows * 5


@pytest.mark.slow
def test_quadratic_phases_are_turned_on_and_no_longer_than_a_block(plan):
    """Rotations of sixteen points err by less than the sines that they stand for are promised."""
    if plan.n_timepoints % 2:
        pytest.skip("of an odd number, the envelope is scaled by itself")
    body = write_source(plan, "model").body
    assert "BLOCK = 16" in body
    x = sounds(plan.n_timepoints)[0].astype(np.float32)[:, None]
    exact = write_source(plan, "model")
    exact = replace(exact, body=body.replace("BLOCK = 16", "BLOCK = 1"))
    turned = HostProgram(write_source(plan, "model"))(x)[1]
    np.testing.assert_allclose(turned, HostProgram(exact)(x)[1], atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(turned, scores(plan, x), atol=1e-3, rtol=1e-3)


def test_differences_of_a_phase_lead_through_its_polynomial():
    from physembed.deploy.c.factors import _differences

    polynomial = whole_turns((0.3, -2.4999, -0.00078125))
    first = -1280
    turn, grows, bends = _differences(polynomial, first)
    for k in range(first, first + 3000):
        assert turn == sum(c * k**power for power, c in enumerate(polynomial)) % 2**64
        turn, grows = (turn + grows) % 2**64, (grows + bends) % 2**64
