"""Symmetries of the equations, for any coefficients, fields and schemes."""

import math

import pytest
import torch
from cases import LINE, NAMES, case, pulse, random_field, relative_error, turned
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import physembed as pe
from physembed.physics import EQUATIONS
from physembed.propagation import SCHEMES

# white noise over the whole band, of unit intensity, through half a dozen passes: rounding, which
# the nonlinearity amplifies at most by exp(2 · 2 · |E|² z), about a thousandfold
ROUNDING = 1e-11

numbers = st.floats(-2, 2, allow_subnormal=False)
seeds = st.integers(0, 1000)
schemes = st.sampled_from(sorted(SCHEMES))
a_few = settings(max_examples=20, deadline=None, derandomize=True)


def noise_for(name: str, seed: int) -> torch.Tensor:
    channels = (2,) if case(name).equation.needs_channels else ()
    return 0.6 * random_field(*channels, *case(name).grid.shape, seed=seed)


def has_digits(field: torch.Tensor) -> None:
    """Of a field that the backward steps of a fourth-order scheme have blown up none is left."""
    assume(float(field.abs().max()) < 100)


@pytest.mark.parametrize("name", NAMES)
@a_few
@given(angle=st.floats(0, 2 * math.pi), seed=seeds, scheme=schemes)
def test_global_phase(name: str, angle: float, seed: int, scheme: str) -> None:
    """A drive sets the phase; nothing else does."""
    coefficients = {"drive": 0.0} if "drive" in case(name).coefficients else {}
    options = {"scheme": scheme, "layer_length": 0.3, "coefficients": coefficients}
    field = noise_for(name, seed)
    out = case(name).run(field, **options)
    has_digits(out)
    assert (
        relative_error(case(name).run(turned(field, angle), **options), turned(out, angle))
        < ROUNDING
    )


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("gross-pitaevskii")])
@a_few
@given(shift=st.integers(-40, 40), seed=seeds, scheme=schemes)
def test_shift(name: str, shift: int, seed: int, scheme: str) -> None:
    """Nothing but a potential knows where zero is; the window's edge is a point like any other."""
    options = {"scheme": scheme, "layer_length": 0.3}
    field = noise_for(name, seed)
    out = case(name).run(field, **options)
    has_digits(out)
    for axis in range(-len(case(name).grid.shape), 0):
        moved = case(name).run(field.roll(shift, axis), **options)
        assert relative_error(moved, out.roll(shift, axis)) < ROUNDING


def test_a_potential_does_know_where_zero_is() -> None:
    field = case("gross-pitaevskii").field()
    moved = case("gross-pitaevskii").run(field.roll(8, -1))
    assert relative_error(moved, case("gross-pitaevskii").run(field).roll(8, -1)) > 0.1


@a_few
@given(
    harmonic=st.integers(-6, 6),
    points=st.integers(-8, 8).filter(bool),
    gamma=numbers,
    kind=st.sampled_from(["light", "condensate", "modes"]),
    scheme=schemes,
)
def test_galilean(harmonic: int, points: int, gamma: float, kind: str, scheme: str) -> None:
    """E(t, z) exp(iΩt) moves by -β₂Ωz and turns by β₂Ω²z/2; z is chosen to move whole points."""
    grid = pe.TimeGrid(192, spacing=0.1)
    omega = 2 * math.pi / grid.window
    beta2 = -points * grid.spacing / omega
    equation, coefficients = {
        "light": (pe.NonlinearSchrodinger(), {"beta2": beta2, "gamma": gamma}),
        "condensate": (
            pe.GrossPitaevskii(),
            {"kinetic": -beta2, "g": -gamma, "strength": 0.0},
        ),
        "modes": (pe.CoupledNonlinearSchrodinger(), {"beta2": beta2, "gamma": gamma, "cross": 0.7}),
    }[kind]
    # smooth pulses, so that the shifted spectrum has not left the band
    field = torch.stack([pulse(grid.t), 0.7 * pulse(grid.t, centre=-0.8, chirp=-0.2)])
    field = field if kind == "modes" else field[0]
    carrier = torch.polar(torch.ones(192, dtype=torch.float64), harmonic * omega * grid.t)
    options = {"scheme": scheme, "steps_per_layer": 4, "check_sampling": False}
    at_rest = pe.propagate(field, equation, coefficients, grid, **options)
    moving = pe.propagate(field * carrier, equation, coefficients, grid, **options)
    expected = at_rest.roll(harmonic * points, -1) * carrier
    expected = turned(expected, beta2 * (harmonic * omega) ** 2 / 2)
    # the band's edge wraps round at another frequency: a nonlinear pulse has spread to it by some
    # 1e-8 of its amplitude
    assert relative_error(moving, expected) < 1e-6


@pytest.mark.parametrize("name", [n for n in NAMES if case(n).equation.is_conservative])
@a_few
@given(seed=seeds, steps=st.integers(1, 3), scheme=st.sampled_from(["strang", "yoshida4"]))
def test_time_reversal(name: str, seed: int, steps: int, scheme: str) -> None:
    """The conjugate runs backwards: forward, conjugate, forward, conjugate is the identity.

    Only of a symmetric scheme, and without loss and odd dispersion. A half step that is missing,
    or taken twice, at one end would break it.
    """
    still = {k: 0.0 for k in ("alpha", "beta3") if k in case(name).coefficients}
    options = {
        "scheme": scheme,
        "steps_per_layer": steps,
        "layer_length": 0.3,
        "coefficients": still,
    }
    field = noise_for(name, seed)
    back = case(name).run(case(name).run(field, **options).conj(), **options).conj()
    assert relative_error(back, field) < ROUNDING


@pytest.mark.parametrize("name", [n for n in EQUATIONS if "schrodinger" in n])
@a_few
@given(seed=seeds, scheme=schemes)
def test_parity(name: str, seed: int, scheme: str) -> None:
    """t -> -t, where odd dispersion changes its sign; Raman's arrow of time and the shock break it.

    The number of points is odd: on an even grid the frequency at the band's edge is its own mirror
    image, and odd dispersion has no value there.
    """
    grid = pe.TimeGrid(63, LINE.spacing)
    directed = {"raman_fraction": 0.0, "shock_time": 0.0}
    coefficients = dict(case(name).coefficients)
    coefficients |= {k: v for k, v in directed.items() if k in coefficients}
    mirrored = coefficients | {k: -v for k, v in coefficients.items() if k == "beta3"}
    options = {"scheme": scheme, "layer_length": 0.3, "check_sampling": False}
    field = noise_for(name, seed)[..., :63]
    out = pe.propagate(field, case(name).equation, coefficients, grid, **options)
    has_digits(out)
    other = pe.propagate(field.flip(-1), case(name).equation, mirrored, grid, **options)
    assert relative_error(other, out.flip(-1)) < ROUNDING


@a_few
@given(scale=st.floats(0.1, 10), beta2=numbers, gamma=numbers, seed=seeds, scheme=schemes)
def test_scaling(scale: float, beta2: float, gamma: float, seed: int, scheme: str) -> None:
    """λ E(λt, λ²z) solves the equation too: the numbers do not depend on the units."""
    field = 0.6 * random_field(64, seed=seed)
    options = {"scheme": scheme, "steps_per_layer": 2, "check_sampling": False}
    fibre = pe.NonlinearSchrodinger()
    medium = {"beta2": beta2, "gamma": gamma}
    out = pe.propagate(field, fibre, medium, LINE, layer_length=0.3, **options)
    scaled = pe.propagate(
        scale * field,
        fibre,
        medium,
        pe.TimeGrid(64, LINE.spacing / scale),
        layer_length=0.3 / scale**2,
        **options,
    )
    # phases of up to 2 · 10² · 0.3 rad, rounded differently
    assert relative_error(scaled, scale * out) < ROUNDING


@a_few
@given(angle=st.floats(0, 2 * math.pi), gamma=numbers, seed=seeds, scheme=schemes)
def test_manakov_modes_may_be_rotated(angle: float, gamma: float, seed: int, scheme: str) -> None:
    """With ``cross`` = 1 any rotation of the polarisation commutes with propagation."""
    c, s = math.cos(angle), math.sin(angle)
    rotation = torch.tensor([[c, -s], [s, c]], dtype=torch.complex128)
    field = noise_for("coupled-nonlinear-schrodinger", seed)
    options = {
        "scheme": scheme,
        "layer_length": 0.3,
        "coefficients": {"cross": 1.0, "gamma": gamma},
    }
    run = case("coupled-nonlinear-schrodinger").run
    assert (
        relative_error(run(rotation @ field, **options), rotation @ run(field, **options))
        < ROUNDING
    )
