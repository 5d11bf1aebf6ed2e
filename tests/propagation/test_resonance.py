"""Steps that resonate with the band: they are seen, and nothing else is taken for them."""

import math
import re
import warnings

import pytest
import torch

import physembed as pe
from physembed.evolution import evolve
from physembed.physics import Grid
from physembed.physics import exact_solutions as exact
from physembed.propagation.schemes import SCHEMES

FIBRE = pe.NonlinearSchrodinger()
NORMAL = {"beta2": 1.0, "gamma": 1.0}
LENGTH = 30.0
ADVICE = r"increase {} to ([\d,]+) or more"


def wave(grid: Grid, *shape: int, amplitude: float = 1.0) -> torch.Tensor:
    """A continuous wave with noise of 1e-6 on it."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(*shape, *grid.shape, dtype=torch.complex128, generator=generator)
    return amplitude + 1e-6 * noise


def run(
    field: torch.Tensor, medium=NORMAL, grid=None, equation=FIBRE, **options
) -> tuple[torch.Tensor, list[pe.SamplingWarning]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = pe.propagate(field, equation, medium, grid, **{"layer_length": LENGTH} | options)
    assert all(w.filename == __file__ for w in caught)
    return out, [w.message for w in caught]  # type: ignore[misc]


def steps_advised(messages: list[pe.SamplingWarning], named: str = "steps_per_layer") -> int:
    """What the one warning there is says."""
    (message,) = messages
    assert message.remedy == "steps"
    advice = re.search(ADVICE.format(named), str(message))
    assert advice, str(message)
    return int(advice[1].replace(",", ""))


@pytest.mark.parametrize(
    ("points", "spacing", "steps", "away", "advised"),
    [
        (512, 0.1, 600, 1.3, 4732),
        (256, 0.2, 600, 2.9e-2, 1198),
        (512, 0.1, 5200, 2.3e-6, None),
    ],
)
def test_a_continuous_wave_over_thirty_lengths(points, spacing, steps, away, advised) -> None:
    """The exact answer is |E| = 1; a finer grid alone made it worse, more steps mend it."""
    grid = pe.TimeGrid(points, spacing)
    out, messages = run(wave(grid), grid=grid, steps_per_layer=steps, scheme="strang")
    assert float((out.abs() - 1).abs().max()) == pytest.approx(away, rel=0.25)
    if advised is None:
        assert messages == []
    else:
        assert steps_advised(messages) == advised
        # no word of the spacing, which would do harm
        assert "spacing" not in str(messages[0])


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_steps_that_are_advised_are_enough(scheme: str) -> None:
    grid = pe.TimeGrid(256, 0.2)
    out, messages = run(wave(grid), grid=grid, steps_per_layer=600, scheme=scheme)
    assert float((out.abs() - 1).abs().max()) > 1e-2
    steps = steps_advised(messages)
    assert messages[0].factor == pytest.approx(steps / 600, rel=1e-2)
    out, messages = run(wave(grid), grid=grid, steps_per_layer=steps, scheme=scheme)
    assert messages == []
    assert float((out.abs() - 1).abs().max()) < 1e-5


TRAPLESS = {"kinetic": 1.0, "g": 1.0, "strength": 0.0}
KINDS = {
    "condensate": (pe.GrossPitaevskii(), TRAPLESS, pe.TimeGrid(256, 0.2), (), 1.0, LENGTH),
    "plane": (pe.GrossPitaevskii(), TRAPLESS, pe.PlaneGrid(32, 32, 0.2), (), 1.0, 15.0),
    "coupled": (
        pe.CoupledNonlinearSchrodinger(),
        {"beta2": 1.0, "gamma": 1.0, "cross": 1.0},
        pe.TimeGrid(256, 0.2),
        (2,),
        0.7,
        LENGTH,
    ),
    "Runge-Kutta": (
        pe.ComplexGinzburgLandau(),
        {"beta2": 1.0, "gamma": 1.0},
        pe.TimeGrid(256, 0.2),
        (),
        1.0,
        LENGTH,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_medium(kind: str) -> None:
    equation, medium, grid, shape, amplitude, length = KINDS[kind]
    field = wave(grid, *shape, amplitude=amplitude)
    options = {"grid": grid, "equation": equation, "layer_length": length, "scheme": "strang"}
    out, messages = run(field, medium, steps_per_layer=round(20 * length), **options)
    steps = steps_advised(messages)
    fine, messages = run(field, medium, steps_per_layer=steps, **options)
    assert messages == []
    assert float((out.abs() - fine.abs()).abs().max()) > 5e-3


def test_layers_of_a_cascade_add_up() -> None:
    """Thirty layers of length 1 are one of length 30, and one of them is harmless."""
    grid = pe.TimeGrid(512, 0.1)
    layers = {"beta2": torch.ones(30), "gamma": 1.0}
    _, messages = run(wave(grid), layers, grid, layer_length=1.0, steps_per_layer=20)
    assert steps_advised(messages) == 158
    _, messages = run(wave(grid), NORMAL, grid, layer_length=1.0, steps_per_layer=20)
    assert messages == []


def test_one_member_of_an_ensemble_is_enough() -> None:
    grid = pe.TimeGrid(512, 0.1)
    members = {"beta2": torch.tensor([[0.0], [1.0]]), "gamma": 1.0}
    _, messages = run(wave(grid)[None], members, grid, steps_per_layer=600)
    assert steps_advised(messages) == 4732


def test_an_evolution_names_its_own_argument() -> None:
    grid = pe.TimeGrid(512, 0.1)
    with pytest.warns(pe.SamplingWarning, match=r"increase steps to \d,\d{3} or more"):
        evolve(wave(grid), FIBRE, NORMAL, grid, length=LENGTH, steps=600)


GRID = pe.TimeGrid(512, 0.1)
SECH = exact.fundamental_soliton(GRID.t)
SAFE = {
    # the pair parts before it has grown: waves at the resonance leave a pulse at once
    "soliton": (SECH, {"beta2": -1.0, "gamma": 1.0}, 300),
    "soliton in single precision": (SECH.to(torch.complex64), {"beta2": -1.0, "gamma": 1.0}, 600),
    "dispersion alone": (SECH, {"beta2": -0.03, "gamma": 0.0}, 1),
    "nonlinearity alone": (SECH, {"beta2": 0.0, "gamma": 0.5}, 1),
    "faint wave": (wave(GRID, amplitude=0.3), NORMAL, 600),
    "absorbed wave": (wave(GRID), {"beta2": 1.0, "gamma": 1.0, "alpha": 0.5}, 600),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAFE)
def test_no_false_alarm(name: str) -> None:
    field, medium, steps = SAFE[name]
    out, messages = run(field, medium, GRID, steps_per_layer=steps, scheme="strang")
    assert messages == []
    fine, _ = run(field.to(torch.complex128), medium, GRID, steps_per_layer=4800, scheme="strang")
    assert float((out.abs() - fine.abs()).abs().max()) < 2e-3


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_coupling_of_a_scheme_is_the_growth_at_its_resonances(order: int) -> None:
    """At the m-th resonance a faint pair grows by q γ |E|² per length."""
    rate, step, steps = 1.0, 0.01, 400
    grid = pe.TimeGrid(64, 0.1)
    for scheme in SCHEMES.values():
        q = float(scheme.coupling(torch.tensor(float(order), dtype=torch.float64)))
        omega = float(grid.omega[4])
        # the pair turns by m π a step, less what the nonlinearity turns it by
        beta2 = 2 * (order * torch.pi / step - rate) / omega**2
        # one of two phases has at least the root of a half of what grows
        phases = torch.tensor([[1.0], [1.0j]], dtype=torch.complex128)
        field = 1 + 1e-9 * torch.cos(grid.omega[4] * grid.t) * phases
        out = pe.propagate(
            field,
            FIBRE,
            {"beta2": beta2, "gamma": rate},
            grid,
            layer_length=step * steps,
            steps_per_layer=steps,
            scheme=scheme.name,
            check_sampling=False,
        )
        grown = torch.fft.fft(out)[:, 4].abs() / torch.fft.fft(field)[:, 4].abs()
        # and half of that is in the growing one of two modes
        expected = q * rate * step * steps
        assert float(torch.log(grown).max()) == pytest.approx(expected, abs=math.log(2 * 2**0.5))


def test_noise_of_the_layers_is_no_pulse_that_has_spread() -> None:
    """White noise on darkness fills window and band alike, beside a pulse as well."""
    dark = torch.zeros(512, dtype=torch.complex128)
    emission = pe.Noise(1e-4, seed=1)
    _, messages = run(dark, NORMAL, GRID, layer_length=1.0, steps_per_layer=200, noise=emission)
    assert messages == []
    medium = {"beta2": torch.full((8,), -0.1), "gamma": 0.1}
    _, messages = run(SECH, medium, GRID, layer_length=0.1, steps_per_layer=10, noise=emission)
    assert messages == []


def test_a_warning_says_its_remedy_apart() -> None:
    short = torch.roll(exact.fundamental_soliton(GRID.t, duration=0.05), 256)
    _, messages = run(short, {"beta2": 0.0, "gamma": 0.0}, GRID)
    assert [message.remedy for message in messages] == ["window", "spacing", "spacing"]
    assert str(messages[0]).startswith(f"{messages[0].problem}; ")
    assert messages[0].factor is None
