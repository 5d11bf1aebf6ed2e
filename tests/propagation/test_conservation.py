"""Conserved quantities: kept to rounding where the schemes keep them, else at their order."""

import itertools
import math

import pytest
import torch
from cases import LINE, NAMES, case, pulse, random_field

import physembed as pe
from physembed.physics import invariants
from physembed.propagation import SCHEMES

LOSSES = ("alpha", "loss", "filtering", "nonlinear_loss")
GAINS = ("gain", "drive")


def without(name: str, *kinds: str) -> dict[str, float]:
    return dict.fromkeys([k for k in kinds if k in case(name).coefficients], 0.0)


def orders(errors: list[float]) -> list[float]:
    return [math.log2(a / b) for a, b in itertools.pairwise(errors)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", [n for n in NAMES if case(n).equation.is_conservative])
def test_lossless_energy_is_kept_to_rounding(name: str, scheme: str) -> None:
    """By every case and channel, of a field that fills the whole band."""
    grid = case(name).grid
    channels = (2,) if case(name).equation.needs_channels else ()
    fields = random_field(3, *channels, *grid.shape)
    out = case(name).run(
        fields, scheme=scheme, steps_per_layer=50, coefficients=without(name, *LOSSES)
    )
    # 150 passes of a relative rounding of some 1e-16 each, which add up at random
    torch.testing.assert_close(
        invariants.energy(out, grid), invariants.energy(fields, grid), rtol=1e-13, atol=0
    )


@pytest.mark.parametrize("scheme", SCHEMES)
# self-steepening conserves photons, not energy: it has a test of its own
@pytest.mark.parametrize("name", [n for n in NAMES if "shock_time" not in case(n).coefficients])
def test_energy_never_grows_without_gain(name: str, scheme: str) -> None:
    """Losses only take, layer by layer, from a field that fills the whole band."""
    grid = case(name).grid
    channels = (2,) if case(name).equation.needs_channels else ()
    field = random_field(*channels, *grid.shape)
    layers = case(name).run(
        field,
        scheme=scheme,
        layer_length=0.05,
        return_layers=True,
        coefficients=without(name, *GAINS)
        | {next(iter(case(name).coefficients)): torch.full((20,), 0.2, dtype=torch.float64)},
    )
    energies = invariants.energy(torch.cat([field[None], layers]), grid)
    # rounding only
    assert bool((energies.diff(dim=0) <= 1e-13 * energies[:-1]).all())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_momentum_is_kept_to_rounding_without_a_potential(scheme: str) -> None:
    """Both parts of the splitting commute with a shift, so no order is involved."""
    grid = pe.TimeGrid(192, spacing=0.1)
    modes = torch.stack([pulse(grid.t), 0.7 * pulse(grid.t, centre=-0.8, chirp=-0.2)])
    for name, field in (
        ("nonlinear-schrodinger", modes[0]),
        ("coupled-nonlinear-schrodinger", modes),
    ):
        coefficients = dict(case(name).coefficients) | {"alpha": 0.0}
        out = pe.propagate(
            field, case(name).equation, coefficients, grid, scheme=scheme, steps_per_layer=20
        )
        before, after = (invariants.momentum(e, grid).sum() for e in (field, out))
        assert abs(float(before)) > 0.1
        # a smooth pulse in a band of ±31: what the nonlinearity spreads beyond it is aliased, and
        # is below 1e-11
        assert float(after) == pytest.approx(float(before), rel=1e-10)


def test_a_potential_changes_the_momentum_by_its_force() -> None:
    """Ehrenfest: dP/dz = -∫ V' |ψ|²; for a prism V = a x that is -a N."""
    equation = pe.GrossPitaevskii(pe.PolynomialPotential(1))
    field = case("gross-pitaevskii").field()
    # exact in any number of steps; as many as the field itself needs
    out = pe.propagate(
        field, equation, {"kinetic": 0.8, "g": 0.6, "a1": 0.5}, LINE, steps_per_layer=64
    )
    change = invariants.momentum(out, LINE) - invariants.momentum(field, LINE)
    expected = -0.5 * invariants.energy(field, LINE)
    # exact but for the jump of a x across the window's edge, where |ψ|² is below 1e-15
    assert float(change) == pytest.approx(float(expected), rel=1e-9)


def hamiltonian(name: str, field: torch.Tensor) -> torch.Tensor:
    entry = case(name)
    values = dict(entry.coefficients)
    if isinstance(entry.equation, pe.GrossPitaevskii):
        kinetic, g = values.pop("kinetic"), values.pop("g")
        c = type("C", (), {k: torch.tensor([v], dtype=torch.float64) for k, v in values.items()})
        t = entry.grid.coordinates
        potential = entry.equation.potential.over(t if len(t) > 1 else t[0], c)
        return invariants.gross_pitaevskii_hamiltonian(
            field, entry.grid, kinetic=kinetic, g=g, potential=potential
        )
    values.pop("alpha")
    return invariants.nonlinear_schrodinger_hamiltonian(field, entry.grid, **values)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "name", [n for n in NAMES if n.startswith(("gross-pitaevskii", "nonlinear-schrodinger"))]
)
def test_hamiltonian_drifts_at_the_schemes_order(name: str, scheme: str) -> None:
    start = hamiltonian(name, case(name).field())
    drifts = []
    for steps in (16, 32, 64, 128):
        out = case(name).run(
            scheme=scheme, steps_per_layer=steps, coefficients=without(name, *LOSSES)
        )
        drifts.append(abs(float(hamiltonian(name, out) - start)))
    # at least the order: a drift may cancel at one length of the medium, and at h^4 it may have
    # reached rounding, 1e-13 of a Hamiltonian of order one
    floor = 1e-12 * max(1.0, abs(float(start)))
    seen = [d for d in drifts if d > floor]
    assert len(seen) >= 3
    assert orders(seen)[-1] > SCHEMES[scheme].order - 0.3
    assert drifts[-1] < 0.05 * abs(float(start))


GENERALISED = "generalised-nonlinear-schrodinger"


def test_photon_number_is_conserved_where_energy_is_not() -> None:
    """With Raman and self-steepening; what drifts is the Runge-Kutta step's fifth-order error."""
    shock = case(GENERALISED).coefficients["shock_time"]
    field = case(GENERALISED).field()
    photons = invariants.photon_number(field, LINE, shock_time=shock)
    energy = invariants.energy(field, LINE)
    drifts = []
    for steps in (8, 16, 32, 64):
        out = case(GENERALISED).run(
            scheme="strang", steps_per_layer=steps, coefficients={"alpha": 0.0}
        )
        now = invariants.photon_number(out, LINE, shock_time=shock)
        drifts.append(abs(float(now / photons) - 1))
    assert drifts[-1] < 1e-9
    # at least four, although the splitting is of second order: it conserves photons by itself
    assert orders(drifts)[0] > 3.8
    # Raman scattering turns energy into heat, far more than any error
    assert float(invariants.energy(out, LINE) / energy) < 1 - 1e-3


@pytest.mark.parametrize("raman_fraction", [0.3, 0.0])
def test_raman_scattering_shifts_to_the_red(raman_fraction: float) -> None:
    """The carrier is exp(-iω₀t), so red is positive omega; without Raman nothing shifts."""
    entry = case(GENERALISED)
    grid = pe.TimeGrid(256, spacing=0.15)
    soliton = 1.5 / torch.cosh(1.5 * grid.t).to(torch.complex128)
    out = pe.propagate(
        soliton,
        entry.equation,
        {"beta2": -1.0, "gamma": 1.0, "raman_fraction": raman_fraction},
        grid,
        layer_length=1.0,
        steps_per_layer=100,
        scheme="strang",
    )
    shift = float(invariants.momentum(out, grid) / invariants.energy(out, grid))
    if raman_fraction:
        assert shift > 0.05
    else:
        # the Runge-Kutta step's rounding: a symmetric pulse stays symmetric
        assert abs(shift) < 1e-12


def test_raman_shift_starts_at_the_rate_of_the_delayed_response() -> None:
    """dP/dz = -γ f ∫ |E|² ∂ₜ(h ∗ |E|²) dt, with the convolution summed in the time domain."""
    entry = case(GENERALISED)
    tau1, tau2 = entry.equation.tau1, entry.equation.tau2
    grid = pe.TimeGrid(512, spacing=0.05)
    pulse = torch.exp(-(grid.t**2)).to(torch.complex128)
    intensity = pulse.abs() ** 2
    lag = torch.arange(0, 256, dtype=torch.float64) * grid.spacing
    h = (tau1**2 + tau2**2) / (tau1 * tau2**2) * torch.exp(-lag / tau2) * torch.sin(lag / tau1)
    delayed = sum(h[k] * intensity.roll(k) * grid.spacing for k in range(256))
    slope = (delayed.roll(-1) - delayed.roll(1)) / (2 * grid.spacing)
    gamma, f, z = 0.8, 0.4, 1e-4
    # ∂ₜφ grows by γ f ∂ₜ(h ∗ I) per length, and P = ∫ I ∂ₜφ
    expected = gamma * f * float((intensity * slope).sum() * grid.spacing)
    out = pe.propagate(
        pulse,
        entry.equation,
        {"beta2": 0.0, "gamma": gamma, "raman_fraction": f},
        grid,
        layer_length=z,
    )
    # the rectangle rule and central differences at 0.05 leave dt²/6 and dt²/12 of h'(0)
    assert float(invariants.momentum(out, grid)) / z == pytest.approx(expected, rel=0.02)
    assert abs(expected) > 1e-2
