"""Real fields through exponax, a library of exponential integrators in JAX that is not ours.

Coefficients are written here by our names and in ``by_exponax.py`` by its own; both take as many
steps of fourth order. Korteweg and de Vries's equation is left out: exponax 0.2 keeps the real part
of φ alone, so that odd symbols converge with its steps to first order only, 4e-5 at 6,400.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.physics.equations.named_equations import ZOO

EXTENT, POINTS, LENGTH, STEPS = 24.0, 96, 1.5, 100
OURS = {
    "burgers": {"a": 0.8, "viscosity": 0.5},
    "kuramoto-sivashinsky": {"a": 0.7, "b": 0.9, "d": 0.6},
    "fisher-kpp": {"diffusion": 0.6, "growth": 0.8},
    "allen-cahn": {"diffusion": 0.6, "rate": 0.8},
    "cahn-hilliard": {"rate": 0.7, "stiffness": 0.5},
    # r - (k + Δ)², which is r - k² (1 + Δ/k)²
    "swift-hohenberg": {
        "gain": 0.6,
        "selectivity": 0.64,
        "wavenumber": 0.8**0.5,
        "asymmetry": 0.4,
        "saturation": 0.9,
    },
    "gray-scott": {
        "diffusion": 0.4,
        "feed_diffusion": 0.7,
        "reaction": 1.0,
        "feed": 0.3,
        "removal": 0.2,
    },
    "telegraph": {"speed": 0.9, "damping": 0.0},
}
IN_THE_PLANE = ("allen-cahn", "telegraph")
CASES = [*OURS, *(f"{name} in the plane" for name in IN_THE_PLANE)]


def start_of(label: str) -> np.ndarray:
    """Pulses between zero and one, of as many fields as the equation has."""
    x = (np.arange(POINTS) / POINTS - 0.5) * EXTENT
    first = 0.6 * np.exp(-((x - 1.0) ** 2) / 4) + 0.3 * np.exp(-((x + 4.0) ** 2) / 3)
    second = 0.8 * np.exp(-((x - 3.0) ** 2) / 5)
    fields = np.stack([first, second])[: len(ZOO[_name(label)]().components)]
    if label != _name(label):
        return fields[:, :, None] * np.exp(-((x + 0.5) ** 2) / 6)
    return fields


def as_theirs(label: str, fields: np.ndarray) -> np.ndarray:
    """Gray and Scott's food comes before what eats it, and is what we count as eaten."""
    return np.stack([1 - fields[1], fields[0]]) if _name(label) == "gray-scott" else fields


def _name(label: str) -> str:
    return label.removesuffix(" in the plane")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, np.ndarray]:
    if importlib.util.find_spec("exponax") is None:
        pytest.skip("needs exponax: pip install physembed[peers]")
    folder = tmp_path_factory.mktemp("exponax")
    np.savez(folder / "starts.npz", **{c: as_theirs(c, start_of(c)) for c in CASES})
    script = Path(__file__).with_name("by_exponax.py")
    arguments = [folder / "starts.npz", folder / "ended.npz", EXTENT, LENGTH, STEPS]
    subprocess.run([sys.executable, script, *map(str, arguments)], check=True)
    return dict(np.load(folder / "ended.npz"))


@pytest.mark.slow
@pytest.mark.parametrize("label", CASES)
def test_a_real_field_through_exponax(label: str, theirs: Mapping[str, np.ndarray]) -> None:
    start, equation = start_of(label), ZOO[_name(label)]()
    spacing = EXTENT / POINTS
    on_line = label == _name(label)
    grid = pe.TimeGrid(POINTS, spacing) if on_line else pe.PlaneGrid(POINTS, POINTS, spacing)
    field = torch.from_numpy(start if len(equation.components) > 1 else start[0])
    ours = pe.propagate(
        field, equation, OURS[_name(label)], grid,
        layer_length=LENGTH, steps_per_layer=STEPS, scheme="etdrk4", check_sampling=False,
    ).numpy()  # fmt: skip
    ended = as_theirs(label, ours.reshape(start.shape))
    assert np.abs(ended - as_theirs(label, start)).max() > 0.05
    # what lies beyond half the band, where one takes products away and the other does not
    np.testing.assert_allclose(ended, theirs[label], rtol=0, atol=1e-9)
