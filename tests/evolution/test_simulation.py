"""Simulations against closed forms; the scenes that are shown by default."""

import math
import warnings
from dataclasses import replace

import pytest
import torch

import physembed as pe
from physembed.evolution import evolve
from physembed.evolution.scenes import POTENTIAL_COEFFICIENTS, SCENES, scene_of
from physembed.evolution.simulation import medium_of, simulate, soliton_amplitude
from physembed.physics import ALL_EQUATIONS, EQUATIONS, POTENTIALS, ZOO, SumOfPotentials
from physembed.physics.pulses import PulseShape
from physembed.propagation.edges import warn_of_field

FIBRE = SCENES["nonlinear-schrodinger"]
TRAP = SCENES["gross-pitaevskii"]


def test_every_equation_and_potential_has_something_to_show() -> None:
    assert set(SCENES) == set(ALL_EQUATIONS)
    known = {name for name, kind in POTENTIALS.items() if kind is not SumOfPotentials}
    assert set(POTENTIAL_COEFFICIENTS) == known


@pytest.mark.slow
@pytest.mark.parametrize("scene", [SCENES[name] for name in EQUATIONS], ids=EQUATIONS)
def test_scenes_are_well_sampled_and_converged(scene) -> None:
    """No warning (which would be an error here), and half the steps show the same picture."""
    whole = simulate(scene)
    with warnings.catch_warnings():
        # half as many may be too few
        warnings.filterwarnings("ignore", "the steps are too long", pe.SamplingWarning)
        half = simulate(replace(scene, steps=scene.steps // 2))
    difference = (whole.intensity[-1] - half.intensity[-1]).norm() / whole.intensity[-1].norm()
    # of second order: the whole's own error is a third of it, and 3 % cannot be seen
    assert float(difference) / 3 < 0.03


# a lattice lets the fastest waves out to the window's edge
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:the field on its way")
@pytest.mark.parametrize("potential", [*POTENTIAL_COEFFICIENTS, "harmonic-trap+optical-lattice"])
def test_every_potential_keeps_the_number_of_particles(potential) -> None:
    evolution = simulate(replace(TRAP, potential=potential))
    torch.testing.assert_close(evolution.energy, evolution.energy[0].expand(201))
    # something happens, and most of it inside the window
    assert not torch.allclose(evolution.intensity[-1], evolution.intensity[0], atol=0.1)
    assert evolution.rms_width.max() < 10


def test_scenes_of_the_zoo_begin() -> None:
    """A fiftieth of each way, in the fields that the equation names, without a warning."""
    for name in ZOO:
        scene = SCENES[name]
        whole = replace(scene, steps=scene.steps // 50, length=scene.length / 50)
        evolution = simulate(whole)
        equation = ZOO[name]()
        assert evolution.components == equation.components
        assert evolution.is_real == equation.is_real
        assert evolution.fields.ndim == (3 if len(equation.components) > 1 else 2)
        assert not torch.equal(evolution.fields[0], evolution.fields[-1])


def test_the_fundamental_soliton_stays_as_it_is() -> None:
    evolution = simulate(replace(FIBRE, pulse="soliton", window=40.0, steps=1000))
    assert evolution.fields.shape == (201, 1024)
    # second-order steps of pi / 2000 leave 1e-6 (see the propagation tests)
    torch.testing.assert_close(evolution.peak, torch.ones(201).double(), atol=1e-5, rtol=0)
    torch.testing.assert_close(evolution.energy, torch.full((201,), 2.0).double())
    # rms widths of sech^2(t) and of its spectrum sech^2(pi omega / 2)
    assert evolution.rms_width[-1].item() == pytest.approx(math.pi / math.sqrt(12), rel=1e-5)
    assert evolution.spectral_width[-1].item() == pytest.approx(1 / math.sqrt(3), rel=1e-5)
    # gamma times peak times length
    assert evolution.b_integral == pytest.approx(math.pi / 2, rel=1e-5)
    phase = torch.angle(evolution.fields[-1, 512]).item()
    assert phase == pytest.approx(math.pi / 4, abs=1e-5)


@pytest.mark.slow
def test_the_third_order_soliton_returns_after_its_period() -> None:
    evolution = simulate(FIBRE)
    torch.testing.assert_close(
        evolution.intensity[-1], evolution.intensity[0], atol=9 * 1e-3, rtol=0
    )
    assert evolution.peak.max() > 5 * evolution.peak[0]


def test_parseval_and_the_order_of_omega() -> None:
    evolution = simulate(replace(FIBRE, steps=10, pulse="gaussian", length=0.1))
    line = evolution.omega[1] - evolution.omega[0]
    from_spectrum = evolution.spectrum.sum(dim=1) * line / (2 * math.pi)
    torch.testing.assert_close(from_spectrum, evolution.energy)
    assert bool((evolution.omega.diff() > 0).all())
    assert evolution.z.tolist() == pytest.approx([k / 100 for k in range(11)])


@pytest.mark.slow
def test_soliton_amplitude_follows_the_medium() -> None:
    assert soliton_amplitude({"beta2": -2.0, "gamma": 0.5}, 0.5) == pytest.approx(4.0)
    assert soliton_amplitude({"kinetic": 1.0, "g": -4.0}, 1.0) == pytest.approx(0.5)
    assert soliton_amplitude({"beta2": -1.0, "gamma": 0.0}, 1.0) == 1.0
    scene = replace(
        FIBRE,
        pulse="soliton",
        coefficients={"beta2": -0.5, "gamma": 2.0},
        shape=PulseShape(width=0.5),
    )
    assert simulate(scene).peak.diff().abs().max() < 1e-4


@pytest.mark.slow
def test_channels_share_the_energy_and_start_at_opposite_frequencies() -> None:
    evolution = simulate(SCENES["coupled-nonlinear-schrodinger"])
    assert evolution.fields.shape[1] == 2
    assert evolution.energy[0].item() == pytest.approx(2 * 1.25**2)
    means = (evolution.spectrum[0] * evolution.omega).sum(-1) / evolution.spectrum[0].sum(-1)
    assert means[0].item() == pytest.approx(-means[1].item())
    assert means[0] > 0.2


@pytest.mark.slow
def test_the_condensate_swings_with_the_frequency_of_its_trap() -> None:
    """Kohn's theorem: the centre moves as cos(sqrt(2 s κ) z), whatever the interaction."""
    evolution = simulate(TRAP)
    weight = evolution.intensity
    centre = (weight * evolution.grid.t).sum(1) / weight.sum(1)
    # Strang steps of 2 pi / 1000 make errors of 1e-5
    torch.testing.assert_close(centre, 4 * torch.cos(evolution.z), atol=1e-3, rtol=0)


@pytest.mark.slow
def test_the_nonlinear_phase_of_a_non_conservative_law_is_that_of_kerr() -> None:
    scene = replace(
        SCENES["complex-ginzburg-landau"],
        coefficients={"beta2": 0.0, "gamma": 0.7, "gain": 0.0},
        pulse="gaussian",
        amplitude=1.0,
        length=2.0,
    )
    assert simulate(scene).b_integral == pytest.approx(1.4, rel=1e-9)
    cavity = replace(SCENES["lugiato-lefever"], pulse="tone", length=1e-6, amplitude=2.0)
    # the drive turns the phase as well, but not by the intensity
    assert simulate(cavity).b_integral == pytest.approx(4 * 1.01**2 * 1e-6, rel=1e-4)


def test_undersampling_on_the_way_is_seen_though_the_ends_are_fine() -> None:
    """The third-order soliton is narrowest at a quarter of its period."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        evolution = simulate(replace(FIBRE, points=64))
    sentences = [str(warning.message) for warning in caught]
    assert any("spectrum of the field on its way reaches the edge" in s for s in sentences)
    grid = evolution.grid
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_field(evolution.fields[0], grid, "that enters")


def test_impossible_scenes_are_named() -> None:
    for scene, message in [
        (replace(FIBRE, pulse="solitn"), "unknown pulse 'solitn'"),
        (replace(FIBRE, coefficients={"beta2": -1.0}), "'gamma'.* is missing"),
        (replace(FIBRE, coefficients={"beta2": float("nan"), "gamma": 1.0}), "'beta2' must be fin"),
        (replace(FIBRE, coefficients={"beta_2": 1.0}), "Did you mean 'beta2'"),
        (replace(FIBRE, length=0.0), r"length must be a positive number, got 0\.0"),
        (replace(FIBRE, steps=0), "steps must be a positive integer, got 0"),
        (replace(FIBRE, window=-1.0), r"window must be a positive number, got -1\.0"),
        (replace(FIBRE, points=1), "points must be an integer of at least 2, got 1"),
        (replace(FIBRE, scheme="strong"), "unknown scheme 'strong'. Did you mean 'strang'"),
        (replace(TRAP, potential="trap"), "unknown potential 'trap'"),
    ]:
        with pytest.raises(pe.InvalidInputError, match=message):
            simulate(scene)
    with pytest.raises(pe.UnknownNameError, match=r"unknown equation 'burger'.* 'burgers'"):
        scene_of("burger")
    with pytest.raises(pe.UnknownNameError, match="unknown equation 'burger'"):
        medium_of(replace(FIBRE, equation="burger"))
    with pytest.raises(pe.InvalidInputError, match="KuramotoSivashinsky has no closed form"):
        simulate(replace(scene_of("kuramoto-sivashinsky"), pulse="closed-form"))
    assert scene_of("kdv") is SCENES["korteweg-de-vries"]


def test_steps_are_spread_over_the_frames() -> None:
    grid = pe.TimeGrid(64, 0.5)
    field = torch.exp(-(grid.t**2)) + 0j
    evolution = evolve(
        field, pe.NonlinearSchrodinger(), {"beta2": 0.1, "gamma": 0.0}, grid, length=1, steps=7
    )
    assert len(evolution.z) == 8
    with pytest.raises(pe.InvalidInputError, match="frames must be an integer from 1 to"):
        evolve(
            field,
            pe.NonlinearSchrodinger(),
            {"beta2": 0.1, "gamma": 0.0},
            grid,
            length=1,
            steps=7,
            frames=0,
        )
