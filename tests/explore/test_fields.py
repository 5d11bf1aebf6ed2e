"""The page's transforms, media, elements and encodings, against Python's."""

import math

import numpy as np
import pytest
import torch
from page_modules import in_node

import physembed as pe
from physembed.deploy.lowering.fibre import encoding_of
from physembed.deploy.plan import to_json
from physembed.networks.component import ComponentModule

TOLERANCE = 1e-5
"""Of a field's largest amplitude. Both sides are in double precision, and differ by rounding alone,
some 1e-12; what is drawn has eight bits."""

LENGTHS = [1, 2, 3, 4, 8, 15, 34, 77, 97, 150, 512, 600, 1024, 1331]


def test_transforms_of_any_length():
    rng = np.random.default_rng(0)
    fields = [rng.standard_normal((2, n)).tolist() for n in LENGTHS]
    done = in_node(
        "fourier",
        """({ transform }, fields) => fields.map(([x, y]) => {
            const re = Float64Array.from(x), im = Float64Array.from(y);
            transform(x.length).forward(re, im);
            const there = [[...re], [...im]];
            transform(x.length).inverse(re, im);
            return { there, back: [re, im].map((part) => [...part]) };
        })""",
        fields,
    )
    for n, field, answer in zip(LENGTHS, fields, done, strict=True):
        x = np.array(field[0]) + 1j * np.array(field[1])
        # rounding grows with the root of the sum's terms
        atol = 1e-13 * n
        there = np.array(answer["there"][0]) + 1j * np.array(answer["there"][1])
        np.testing.assert_allclose(there, np.fft.fft(x), rtol=0, atol=atol)
        np.testing.assert_allclose(answer["back"], field, rtol=0, atol=atol)


def _propagated(field, layers, grid, **medium):
    """By the page: the field at the end, and at the depths of what is seen."""
    given = {
        "re": field.real.tolist(),
        "im": field.imag.tolist(),
        "points": grid.n_points,
        "spacing": grid.spacing,
        "medium": {"layers": layers, **medium},
    }
    answer = in_node(
        "medium",
        """({ makeGrid, potentialOver, propagate }, { re, im, points, spacing, medium }) => {
            const grid = makeGrid(points, spacing);
            for (const layer of medium.layers) {
                layer.potential = potentialOver(grid.t, layer.terms ?? []);
            }
            const start = () => ({ re: Float64Array.from(re), im: Float64Array.from(im) });
            const depths = [], end = propagate(start(), medium, grid);
            const watched = propagate(start(), medium, grid, (z) => depths.push(z), 3);
            return { end, watched, depths };
        }""",
        given,
    )
    end, watched = (
        torch.complex(*(torch.tensor(answer[k][part]).double() for part in ("re", "im")))
        for k in ("end", "watched")
    )
    # looking at a field does not change it
    assert float((end - watched).abs().max()) < TOLERANCE * float(field.abs().max())
    return end, answer["depths"]


def _field(grid):
    chirp = torch.exp(1j * (0.7 * grid.t - 0.05 * grid.t**2))
    return (1.3 / torch.cosh((grid.t - 1.7) / 1.5) * chirp).to(torch.complex128)


@pytest.mark.parametrize("scheme", ["lie", "strang", "yoshida4"])
def test_the_nonlinear_schrodinger_equation(scheme):
    grid = pe.TimeGrid(512, 40 / 512)
    values = {
        "alpha": [0.1, 0.3, 0.0],
        "beta2": [-1.0, 0.5, -0.2],
        "beta3": [0.1, 0.0, -0.2],
        "beta4": [0.0, 0.02, 0.01],
        "gamma": [1.0, -0.5, 2.0],
    }
    field = _field(grid)
    expected = pe.propagate(
        field,
        pe.NonlinearSchrodinger(),
        {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()},
        grid,
        layer_length=[0.5, 0.25, 0.6],
        steps_per_layer=20,
        scheme=scheme,
        # the explorer's steps are the model's
        check_sampling=False,
    )
    layers = [
        {name: value[k] for name, value in values.items()} | {"length": length}
        for k, length in enumerate([1.0, 0.5, 1.2])
    ]
    end, depths = _propagated(field, layers, grid, length=0.5, steps=20, scheme=scheme)
    assert float((end - expected).abs().max()) < TOLERANCE * float(field.abs().max())
    assert depths[0] == 0
    assert depths[-1] == pytest.approx(1.5)
    assert depths == sorted(depths)


PERIOD = 6.5
POTENTIALS = {
    "trap": (
        pe.HarmonicTrap(),
        {"strength": 0.3, "centre": 0.7},
        {"kind": "trap", "strength": 0.3, "centre": 0.7},
    ),
    "lattice": (
        pe.OpticalLattice(PERIOD),
        {"strength": 0.8, "phase": 1.1},
        {"kind": "lattice", "period": PERIOD, "strength": 0.8, "phase": 1.1},
    ),
    "standing wave": (
        pe.OpticalLattice(PERIOD, cells="sin2"),
        {"strength": 0.8, "phase": 1.1},
        {"kind": "lattice", "period": PERIOD, "cells": "sin2", "strength": 0.8, "phase": 1.1},
    ),
    "polynomial": (
        pe.PolynomialPotential(3),
        {"a1": 0.5, "a2": -0.1, "a3": 0.01},
        {"kind": "polynomial", "coefficients": [0.5, -0.1, 0.01]},
    ),
}


@pytest.mark.parametrize("name", POTENTIALS)
def test_the_gross_pitaevskii_equation(name):
    potential, values, term = POTENTIALS[name]
    grid = pe.TimeGrid(300, 0.1)
    field = _field(grid)
    expected = pe.propagate(
        field,
        pe.GrossPitaevskii(potential),
        {"kinetic": torch.full((4,), 0.9, dtype=torch.float64), "g": 0.6, **values},
        grid,
        layer_length=0.25,
        steps_per_layer=5,
        scheme="strang",
    )
    layers = [{"beta2": -0.9, "gamma": -0.6, "terms": [term]} for _ in range(4)]
    end, _ = _propagated(field, layers, grid, length=0.25, steps=5, scheme="strang")
    assert float((end - expected).abs().max()) < TOLERANCE * float(field.abs().max())


def test_a_soliton_keeps_its_shape():
    grid = pe.TimeGrid(1024, 40 / 1024)
    soliton = (1 / torch.cosh(grid.t)).to(torch.complex128)
    layer = {"beta2": -1.0, "gamma": 1.0}
    end, _ = _propagated(soliton, [layer] * 8, grid, length=math.pi / 4, steps=100, scheme="strang")
    # the scheme's own error: a step of 0.008, to the second order
    assert float((end.abs() - soliton.abs()).abs().max()) < TOLERANCE


ELEMENTS = {
    "DelayLine": (pe.DelayLine(), {"delay": 2.3, "phase": 0.4}),
    "PhaseShifter": (pe.PhaseShifter(), {"phase": 0.4}),
    "MachZehnder": (pe.MachZehnder(), {"delay": 1.7}),
    "ThreePathInterferometer": (pe.ThreePathInterferometer(), {"delay": 1.7}),
    "Prism": (pe.Prism(), {"tilt": 0.6}),
    "Lens": (pe.Lens(), {"strength": 0.05, "centre": 3.0, "tilt": 0.2}),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_elements(name):
    element, values = ELEMENTS[name]
    grid = pe.TimeGrid(180, 0.5)
    field = _field(grid)
    tensors = {key: torch.tensor(value, dtype=torch.float64) for key, value in values.items()}
    expected = element(field, grid, tensors)
    answer = in_node(
        "elements",
        """({ pass }, { field, element, t, omega, points }) => pass(
            { re: Float64Array.from(field[0]), im: Float64Array.from(field[1]) },
            [element], { t, omega, points })""",
        {
            "field": [field.real.tolist(), field.imag.tolist()],
            "element": {"name": name, "domain": element.domain, "values": values},
            "t": grid.t.tolist(),
            "omega": grid.omega.tolist(),
            "points": grid.n_points,
        },
    )
    end = torch.complex(torch.tensor(answer["re"]).double(), torch.tensor(answer["im"]).double())
    assert float((end - expected).abs().max()) < TOLERANCE * float(field.abs().max())
    # the module of the same coefficients is what networks are made of
    natural = ComponentModule(pe.Component(element, values), grid).natural_units
    assert set(natural) == set(values)


ENCODERS = {
    "default": pe.SeriesEncoder(),
    "carrier": pe.SeriesEncoder(alignment="left", guard_band=0.0, carrier=2.0, modulation=0.5),
    "edge": pe.SeriesEncoder(alignment="left", padding="edge"),
    "envelope": pe.SeriesEncoder(alignment="energy-centroid", guard_band=0.0, envelope=True),
    "derivative": pe.SeriesEncoder(normalisation="peak", derivative=2, alignment="centre"),
    "level": pe.SeriesEncoder(normalisation="none", alignment="left"),
}


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("n_timepoints", [1, 40, 75])
def test_encodings(name, n_timepoints):
    encoder = ENCODERS[name]
    x = torch.from_numpy(np.random.default_rng(1).standard_normal((1, 2, n_timepoints)).cumsum(2))
    x[0, 1] = 3.5
    zero = (-2.0, 1e5) if name == "level" else ()
    (expected,) = encoder(x - torch.tensor(zero)[:, None] if zero else x, torch.complex128)
    encoding = to_json(encoding_of(encoder, n_timepoints, zero))
    answer = in_node(
        "encode",
        "({ encode }, { encoding, channels }) => encode(encoding, channels)",
        {"encoding": encoding, "channels": x[0].tolist()},
    )
    for channel, field in zip(answer, expected, strict=True):
        np.testing.assert_allclose(channel["re"], field.real, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(channel["im"], field.imag, rtol=0, atol=TOLERANCE)
