"""Layers in real media, against sums done by hand."""

import math

import pytest

import physembed as pe
from physembed.explain.layers import layer_actions
from physembed.explain.media import (
    CONDENSATES,
    OPTICAL_MEDIA,
    condensate_layers,
    optical_layers,
)
from physembed.explain.media.bill import bill_of_materials, in_a_sentence
from physembed.explain.media.condensate import HBAR
from physembed.explain.media.layer import in_units
from physembed.networks import Medium

GRID = pe.TimeGrid(100)
NATURAL = 100 / (2 * math.pi)
"""Timepoints² of dispersion that a natural unit stands for on this grid."""


def nlse(**values: float) -> Medium:
    defaults = {"alpha": 0.0, "beta2": 0.0, "gamma": 0.0}
    return Medium(pe.NonlinearSchrodinger(), GRID, {**defaults, **values}, 1)


def test_a_layer_of_standard_fibre_by_hand() -> None:
    fibre = OPTICAL_MEDIA["standard fibre"]
    (layer,) = optical_layers(nlse(beta2=-1.0, gamma=0.5), fibre, time_scale=10e-12, peak=3.0)
    # 15.9 timepoints of (10 ps)² are 1592 ps², at 21.7 ps²/km 73.3 km
    assert layer.quantities["dispersion"] == "-1592 ps²"
    assert layer.quantities["length"] == "73.3 km"
    assert layer.quantities["own loss"] == "13.9 dB"
    loss = 0.19e-3 * math.log(10) / 10
    length = NATURAL * 1e-22 / 21.7e-27
    effective = (1 - math.exp(-loss * length)) / loss
    assert layer.quantities["mean power"] == in_units(0.5 / (1.3e-3 * effective), "W")
    assert layer.quantities["peak power"] == in_units(1.5 / (1.3e-3 * effective), "W")
    assert any("amplifier of 13.9 dB" in words for words in layer.impossible)


def test_what_cannot_be_built_is_marked() -> None:
    fibre = OPTICAL_MEDIA["standard fibre"]

    def against(medium: Medium, name: str = "standard fibre", scale: float = 10e-12) -> str:
        (layer,) = optical_layers(
            medium, OPTICAL_MEDIA[name], time_scale=scale, peak=5.0, bandwidth=0.1
        )
        return "; ".join(layer.impossible)

    assert "no normal dispersion" in against(nlse(beta2=1.0))
    assert "no normal" not in against(nlse(beta2=1.0), "dispersion-compensating fibre")
    assert "no anomalous" in against(nlse(beta2=-1.0), "dispersion-compensating fibre")
    # both signs of a waveguide can be designed
    assert "dispersion" not in against(nlse(beta2=1.0), "silicon nitride waveguide")
    assert "longer than 500 km" in against(nlse(beta2=-1.0), scale=100e-12)
    assert "needs an amplifier" in against(nlse(alpha=-1.0, beta2=-0.001))
    assert "self-focusing only" in against(nlse(beta2=-1.0, gamma=-0.5))
    assert "damage" in against(nlse(beta2=-1e-6, gamma=1.0))
    assert "Brillouin" in against(nlse(beta2=-1.0, gamma=50.0), scale=1e-9)
    assert "no nonlinearity" in against(nlse(beta2=1.0, gamma=0.1), "chirped fibre Bragg grating")
    assert "no length" in against(nlse(gamma=0.1))
    # a lossy layer that is a short piece of glass: nothing stands in the way
    (layer,) = optical_layers(nlse(alpha=0.5, beta2=-0.01), fibre, time_scale=1e-12)
    assert not layer.impossible
    assert layer.quantities["amplifier"] == "-2.17 dB"


def test_lengths_go_with_the_square_of_the_time_scale() -> None:
    fibre = OPTICAL_MEDIA["standard fibre"]
    short, long = (
        optical_layers(nlse(beta2=-0.01), fibre, time_scale=scale)[0].quantities["length"]
        for scale in (1e-12, 10e-12)
    )
    assert short == "7.33 m"
    assert long == "733 m"


def test_a_condensate_layer_by_hand() -> None:
    atoms = CONDENSATES["rubidium-87"]
    medium = Medium(pe.GrossPitaevskii(), GRID, {"kinetic": 1.0, "g": 0.2, "strength": 0.3}, 1)
    (layer,) = condensate_layers(medium, atoms, length_scale=0.5e-6)
    seconds = NATURAL * (0.5e-6) ** 2 * atoms.mass / HBAR
    assert layer.quantities["time"] == in_units(seconds, "s")
    # a layer turns the phase by m ω² x² T / 2ħ = s x²
    s = 0.3 * math.pi / 100 / (0.5e-6) ** 2
    frequency = math.sqrt(2 * HBAR * s / (atoms.mass * seconds)) / (2 * math.pi)
    assert layer.quantities["trap"] == in_units(frequency, "Hz")
    coupling = 2 * HBAR * 2 * math.pi * atoms.transverse_frequency * atoms.scattering_length
    density = 0.2 * HBAR / (coupling * seconds)
    assert layer.quantities["mean density"] == in_units(density * 1e-6, "atoms/µm")


def test_what_no_condensate_does_is_marked() -> None:
    atoms = CONDENSATES["rubidium-87"]

    def against(**values: float) -> str:
        medium = Medium(
            pe.GrossPitaevskii(), GRID, {"kinetic": 1.0, "g": 0.0, "strength": 0.0, **values}, 1
        )
        (layer,) = condensate_layers(medium, atoms, length_scale=0.5e-6)
        return "; ".join(layer.impossible)

    assert against() == ""
    assert "negative kinetic energy" in against(kinetic=-1.0)
    assert "blue-detuned" in against(strength=-0.5)
    assert "Feshbach" in against(g=-0.1)
    assert "lifetime" in against(kinetic=10_000.0)


def test_the_curvature_of_every_potential_is_its_strength() -> None:
    for potential in (pe.HarmonicTrap(), pe.OpticalLattice(25.0)):
        medium = Medium(
            pe.GrossPitaevskii(potential), GRID, {"kinetic": 0.0, "g": 0.0, "strength": 0.7}, 1
        )
        (layer,) = layer_actions(medium)
        assert layer.is_phase
        expected = float(medium.physical()["strength"][0])
        assert layer.curvature == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0 m"), (73.3e3, "73.3 km"), (-2e-6, "-2 µm"), (1.0, "1 m"), (3e-16, "3e-16 m")],
)
def test_values_have_a_prefix(value: float, words: str) -> None:
    assert in_units(value, "m") == words


def test_every_medium_names_its_source() -> None:
    for medium in [*OPTICAL_MEDIA.values(), *CONDENSATES.values()]:
        assert any(year in medium.source for year in ("19", "20"))


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("standard fibre", 17.0),
        ("dispersion-compensating fibre", -100.0),
        ("highly nonlinear fibre", -0.5),
    ],
)
def test_dispersion_of_the_catalogue_is_the_quoted_one(name: str, quoted: float) -> None:
    """β₂ = -D λ²/2πc, D in ps/(nm km) = 1e-6 s/m²."""
    expected = -quoted * 1e-6 * 1.55e-6**2 / (2 * math.pi * 299_792_458.0)
    assert OPTICAL_MEDIA[name].beta2 == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("standard fibre", 2.6e-20),
        ("dispersion-compensating fibre", 2.6e-20),
        ("silicon nitride waveguide", 2.4e-19),
    ],
)
def test_nonlinearity_of_the_catalogue_is_that_of_the_glass(name: str, index: float) -> None:
    """γ = 2π n₂ / (λ A), to the two digits that are quoted."""
    medium = OPTICAL_MEDIA[name]
    expected = 2 * math.pi * index / (1.55e-6 * medium.effective_area)
    assert medium.gamma == pytest.approx(expected, rel=0.06)


def test_a_bill_of_materials_takes_what_suits_each_layer() -> None:
    medium = Medium(
        pe.NonlinearSchrodinger(),
        GRID,
        {"alpha": 0.0, "beta2": [1.0, -2.0, 0.0], "gamma": [0.1, 0.1, 0.5]},
        3,
    )
    in_media = {
        name: [
            (f"layer {k}", layer)
            for k, layer in enumerate(
                optical_layers(medium, real, time_scale=10e-12, bandwidth=0.1), start=1
            )
        ]
        for name, real in OPTICAL_MEDIA.items()
    }
    bill = bill_of_materials(in_media)
    # normal dispersion, anomalous dispersion, and no length to be nonlinear in
    assert [item.medium for item in bill[:2]] == ["dispersion-compensating fibre", "standard fibre"]
    assert [item.can_be_built for item in bill] == [True, True, False]
    assert bill[0].built.quantities["length"] == "12.5 km"
    # 147 km of standard fibre lose 27.9 dB, 12.5 km of the other 6.3
    assert [item.n_amplifiers for item in bill] == [1, 1, 0]
    sentence = in_a_sentence(bill)
    assert sentence.startswith("1 of 3 layers cannot be built (layer 3); the others can: 1 of disp")
    assert in_a_sentence(bill[:1]).endswith("fibre, and 1 amplifier.")
    assert bill_of_materials({}) == []
