"""Every equation of the zoo: what it says of itself, and what another solver makes of it."""

import inspect
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import physembed as pe
from physembed.physics import ALL_EQUATIONS, ZOO, equation_named
from physembed.propagation.example_medium import ExampleMedium, smooth_field, usual_example
from physembed.propagation.well_posed import growth_of_waves

GRID = pe.TimeGrid(40, 0.35)
OMEGA = 2 * math.pi * np.fft.fftfreq(40, 0.35)


# one of each kind of field, for every commit: real, two and three real ones, complex, two complex
ONE_OF_EACH = ("burgers", "sine-gordon", "maxwell-bloch", "cubic-quintic", "bragg-grating")


@pytest.mark.parametrize(
    "name",
    [pytest.param(k, marks=[] if k in ONE_OF_EACH else pytest.mark.slow) for k in ZOO],
)
def test_an_equation_does_what_it_says(name: str) -> None:
    """Orders, gradients, precision, exact solution to 1e-6, invariants."""
    report = pe.check_equation(ZOO[name]())
    assert report.passed, str(report)


@pytest.mark.parametrize("name", ZOO)
def test_an_equation_is_documented(name: str) -> None:
    text = inspect.getdoc(ZOO[name]) or ""
    assert "∂" in text.splitlines()[0]
    assert "=" in text.splitlines()[0]
    assert "References" in text
    for coefficient in ZOO[name]().coefficients:
        assert f"``{coefficient}``" in text
    source = inspect.getsource(inspect.getmodule(ZOO[name]))
    example = text[text.index("Examples") :]
    # what runs as an example is no line of the equation
    assert len(source.splitlines()) - len(example.splitlines()) <= 80


def d(u: np.ndarray, order: int = 1) -> np.ndarray:
    out = np.fft.ifft((1j * OMEGA) ** order * np.fft.fft(u))
    return out if np.iscomplexobj(u) else out.real


def fractional(u: np.ndarray, order: float) -> np.ndarray:
    return np.fft.ifft(np.abs(16 / (2 * math.pi) * OMEGA) ** order * np.fft.fft(u))


def hilbert(u: np.ndarray) -> np.ndarray:
    return np.fft.ifft(-1j * np.sign(OMEGA) * np.fft.fft(u)).real


def selective(u: np.ndarray, q: float) -> np.ndarray:
    return u + 2 * d(u, 2) / q**2 + d(u, 4) / q**4


# every right-hand side once more, with all coefficients in the order of declaration
FORMULAS = {
    "korteweg-de-vries": lambda u, a, b: -a * u * d(u) - b * d(u, 3),
    "modified-korteweg-de-vries": lambda u, a, b: -a * u**2 * d(u) - b * d(u, 3),
    "benjamin-ono": lambda u, a, b: -a * u * d(u) + b * hilbert(d(u, 2)),
    "burgers": lambda u, a, nu: -a * u * d(u) + nu * d(u, 2),
    "kuramoto-sivashinsky": lambda u, a, b, k: -a * u * d(u) - b * d(u, 2) - k * d(u, 4),
    "fisher-kpp": lambda u, k, r: k * d(u, 2) + r * u * (1 - u),
    "allen-cahn": lambda u, k, r: k * d(u, 2) + r * (u - u**3),
    "cahn-hilliard": lambda u, r, k: -d(r * (u - u**3) + k * d(u, 2), 2),
    "swift-hohenberg": lambda u, r, s, q, g, k: r * u - s * selective(u, q) + g * u**2 - k * u**3,
    "fractional-diffusion": lambda u, k, m: -k * fractional(u, m).real,
    "telegraph": lambda u, c, k: np.stack([u[1], c**2 * d(u[0], 2) - k * u[1]]),
    "klein-gordon": lambda u, c, m, k: np.stack(
        [u[1], c**2 * d(u[0], 2) - m**2 * u[0] - k * u[0] ** 3]
    ),
    "sine-gordon": lambda u, c, m: np.stack([u[1], c**2 * d(u[0], 2) - m**2 * np.sin(u[0])]),
    "fitzhugh-nagumo": lambda u, k, r, a, e, g: np.stack(
        [k * d(u[0], 2) + r * u[0] * (1 - u[0]) * (u[0] - a) - u[1], e * u[0] - g * u[1]]
    ),
    "gray-scott": lambda u, k, e, r, f, m: np.stack(
        [
            k * d(u[0], 2) + r * (1 - u[1]) * u[0] ** 2 - (f + m) * u[0],
            e * d(u[1], 2) + r * (1 - u[1]) * u[0] ** 2 - f * u[1],
        ]
    ),
    "maxwell-bloch": lambda u, c, g, r, g2, g1: np.stack(
        [
            -c * d(u[0]) + g * u[1],
            r * u[0] * (u[2] - 1) - g2 * u[1],
            -r * u[0] * u[1] - g1 * u[2],
        ]
    ),
    "bragg-grating": lambda u, c, k, g: np.stack(
        [
            -c * d(u[0]) + 1j * k * u[1] + 1j * g * (abs(u[0]) ** 2 + 2 * abs(u[1]) ** 2) * u[0],
            c * d(u[1]) + 1j * k * u[0] + 1j * g * (abs(u[1]) ** 2 + 2 * abs(u[0]) ** 2) * u[1],
        ]
    ),
    "cubic-quintic": lambda u, a, b, g, q: (
        -a / 2 * u - 0.5j * b * d(u, 2) + 1j * (g + q * abs(u) ** 2) * abs(u) ** 2 * u
    ),
    "fractional-schrodinger": lambda u, a, b, m, g: (
        -a / 2 * u + 0.5j * b * fractional(u, m) + 1j * g * abs(u) ** 2 * u
    ),
    "derivative-schrodinger": lambda u, b, s: -0.5j * b * d(u, 2) - s * d(abs(u) ** 2 * u),
    "hirota": lambda u, b, b3, g, s: (
        -0.5j * b * d(u, 2) + b3 / 6 * d(u, 3) + 1j * g * abs(u) ** 2 * u - s * abs(u) ** 2 * d(u)
    ),
    "swift-hohenberg-laser": lambda u, r, s, q, b, g, k: (
        r * u - s * selective(u, q) - 0.5j * b * d(u, 2) + (1j * g - k) * abs(u) ** 2 * u
    ),
}


@pytest.mark.parametrize("name", ZOO)
def test_scipy_makes_the_same_of_the_formula(name: str) -> None:
    """DOP853 with its own derivatives, at coefficients of which none is zero or one."""
    equation = ZOO[name]()
    values = [0.3 + 0.07 * k for k in range(len(equation.coefficients))]
    if name.startswith("swift-hohenberg"):
        # a low frequency of choice would make the highest ones too stiff for Runge and Kutta
        values[2] = 1.3
    start = smooth_field(equation, GRID).numpy()

    def rate(z: float, flat: np.ndarray) -> np.ndarray:
        return FORMULAS[name](flat.reshape(start.shape), *values).ravel()

    length = 0.4
    expected = solve_ivp(rate, (0, length), start.ravel(), "DOP853", rtol=1e-8, atol=1e-10)
    out = pe.propagate(
        torch.from_numpy(start),
        equation,
        dict(zip(equation.coefficients, values, strict=True)),
        GRID,
        layer_length=length,
        steps_per_layer=20,
        scheme="etdrk4",
        check_sampling=False,
    ).numpy()
    expected = expected.y[:, -1].reshape(start.shape)
    # what the dealiased law leaves out beyond half of the band, and 20 steps of fourth order
    assert np.linalg.norm(out - expected) < 5e-6 * np.linalg.norm(expected)


@pytest.mark.slow
def test_a_false_equation_is_found_out() -> None:
    """A wrong sign, and a gradient that is cut, fail by name."""

    class Growing(pe.Burgers):
        def invariants(self, field, grid, c):
            return {"size": field.square().sum(dim=-1)}

    class Cut(pe.Burgers):
        def local_derivative(self, field, grid, c):
            return super().local_derivative(field, grid, SimpleNamespace(a=c.a.detach()))

    failed = [r.name for r in pe.check_equation(Growing()).records if not r.passed]
    assert failed == ["conserves size"]
    report = pe.check_equation(Cut())
    assert [r.name for r in report.records if not r.passed] == ["gradients"]
    assert "FAILED" in str(report)
    with pytest.raises(pe.InvalidInputError, match="must be a MasterEquation"):
        pe.check_equation(pe.Burgers)


def test_growth_without_bound_is_named() -> None:
    """Anti-diffusion, an elliptic pair and hyperdiffusion of the wrong sign are ill-posed."""
    anti = pe.check_equation(pe.equation("u_t = -d*u_xx", trainable=["d"]))
    assert not anti.passed and "FAIL growth" in str(anti) and "without bound" in str(anti)
    for text in ("u_t = v; v_t = -d*u_xx", "u_t = d*u_xxxx - r*u_xx"):
        names = ["d", "r"] if "r" in text else ["d"]
        equation = pe.equation(text, trainable=names)
        assert not growth_of_waves(ExampleMedium(equation, usual_example(equation))).passed


def test_growth_beyond_all_numbers_is_growth_without_bound() -> None:
    """Of exp(|ω|) and of the pair that it couples, at bands so wide that it overflows in both."""

    class Overflowing(pe.FractionalDiffusion):
        def linear_symbol(self, omega, c):
            return torch.exp(1.2 * omega.abs()) * 1e-3

    class Pair(pe.Telegraph):
        def linear_symbol(self, omega, c):
            return super().linear_symbol(omega, c) * torch.exp(1.2 * omega.abs())[:, None, None]

    for equation in (Overflowing(), Pair()):
        medium = ExampleMedium(equation, equation.example or usual_example(equation))
        growth = growth_of_waves(medium)
        assert not growth.passed and "without bound" in growth.meaning, growth


def test_growth_that_ends_is_told_and_passes() -> None:
    """b ω² - d ω⁴ is largest at √(b/2d), (b²/4d) there."""
    for name, says in (("kuramoto-sivashinsky", "grow fastest, by exp("), ("burgers", "no wave")):
        growth = growth_of_waves(ExampleMedium(ZOO[name](), ZOO[name].example))
        assert growth.passed and says in growth.meaning, growth


def test_names_and_short_names() -> None:
    assert len(ALL_EQUATIONS) == 6 + len(ZOO) >= 22
    assert equation_named("kdv") == pe.KortewegDeVries()
    with pytest.raises(pe.UnknownNameError, match="Did you mean 'burgers'"):
        equation_named("burger")
