"""Equations from a line of text."""

import pytest
import torch

import physembed as pe
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.physics import CoefficientValues

GRID = pe.TimeGrid(48, 0.4)
RUN = {"layer_length": 0.3, "steps_per_layer": 6, "scheme": "etdrk4", "check_sampling": False}


@pytest.mark.parametrize(
    ("text", "shipped"),
    [
        ("u_t = -a*u*u_x - b*u_xxx", pe.KortewegDeVries()),
        ("u_t = diffusion*u_xx + growth*u*(1 - u)", pe.FisherKPP()),
        ("u_t = v; v_t = speed**2*u_xx - mass**2*sin(u)", pe.SineGordon()),
        (
            "E_z = i*(gamma*abs(E)**2)*E - i*beta2/2*E_tt + quintic*i*abs(E)**4*E - alpha*E/2",
            pe.CubicQuintic(),
        ),
        (
            "F_z = -speed*F_t + i*coupling*B + i*gamma*(abs(F)**2 + 2*abs(B)**2)*F;"
            "B_z = speed*B_t + i*coupling*F + i*gamma*(abs(B)**2 + 2*abs(F)**2)*B",
            pe.BraggGrating(),
        ),
    ],
)
def test_a_text_is_the_equation_that_it_says(text: str, shipped: pe.MasterEquation) -> None:
    equation = pe.equation(text, trainable=list(shipped.coefficients))
    values = {name: 0.3 + 0.1 * k for k, name in enumerate(shipped.coefficients)}
    t = GRID.t / GRID.window * 2 * torch.pi
    fields = [0.5 + 0.2 * torch.cos(t + k) for k in range(len(shipped.components))]
    field = torch.stack(fields) if len(fields) > 1 else fields[0]
    field = field if shipped.is_real else field + 0.1j * torch.sin(field)
    assert equation.is_real == shipped.is_real
    assert equation.components == shipped.components
    outs = [pe.propagate(field, e, values, GRID, **RUN) for e in (equation, shipped)]
    # what half or two thirds of the band see of a product
    torch.testing.assert_close(outs[0], outs[1], rtol=0, atol=1e-8)


def test_a_derivation_says_symbol_law_and_units() -> None:
    equation = pe.equation(
        "u_t = -a*u*u_x - b*u_xxx + 0.5*c*u", trainable=["a", "b"], values={"c": -1}
    )
    text = equation.derivation()
    assert "symbol of u: I*b*omega**3 + c/2" in text
    assert "law of u: -a*u*u_x" in text
    assert "a: time/(amplitude length)" in text
    assert equation.coefficients["c"].default == -1.0
    scale = pe.NaturalScale(GRID, layer_length=0.7, mean_intensity=2.0)
    shipped = pe.KortewegDeVries()
    for name in "ab":
        assert equation.natural_unit(name, scale) == shipped.natural_unit(name, scale)


def test_checks_and_configuration() -> None:
    equation = pe.equation("u_t = k*u_xx - r*u**3", trainable=["k"], values={"r": 0.4})
    report = pe.check_equation(equation)
    assert report.passed, str(report)
    assert from_configuration(to_configuration(equation)) == equation
    assert hash(equation) == hash(from_configuration(to_configuration(equation)))
    values = {"k": 0.1, "r": 0.4}
    there, back = (
        pe.equation("u_t = k*u_xx - r*u**3", values=dict(items))
        for items in (values.items(), reversed(values.items()))
    )
    assert there == back and hash(there) == hash(back)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("u_t = a/u", "'a/u' divides by a field"),
        ("u = 3", "must begin with a field along one coordinate"),
        ("", "must hold an equation"),
        ("u_t = a*u; u_t = u", "must give every field once"),
        ("u_t = a*u; v_z = u", "along one coordinate"),
        ("u_t = a*u_xt", "'u_xt' must be by one coordinate other than 't'"),
        ("u_t = a*(u_xx + u_yy)", "'u_xx' and 'u_yy' must be by one coordinate, got 'x' and 'y'"),
        ("u_t = a*v_x; v_t = u_y", "'v_x' and 'u_y' must be by one coordinate"),
        ("u_t = a*u + u_0*u**2", "'u_0' must be by one coordinate other than 't'"),
        ("u_t = a*u_*u", "'u_' must be by one coordinate"),
        ("u_t = a*u_11", "'u_11' must be by one coordinate"),
        ("u_t = a*(", "is no formula"),
        ("u_t = a*__import__('os').system('true')", "is not understood"),
        ("u_t = a*u[0]", "'u\\[0\\]' is not understood"),
        ("u_t = a*u**-1", "is not understood"),
        ("u_t = a*gamma(u)", "'gamma\\(u\\)' is not understood"),
        ("u_t = a*u + 2u", r"product needs its \*, so write '2\*u' for '2u'"),
        ("u_t = -a u*u_x", r"so write 'a\*u' for 'a u'"),
        ("u_t = a*u*(1 - u)(2 - u)", "is not understood"),
        ("u_t = a*u(1 - u)", r"'u\(1 - u\)' is not understood.*as in 'u\*\(1 - u\)'"),
        ("u_t = a*u^2", r"has '\^': write a power as u\*\*2"),
        ("u_t = -a*u = 0", "has '=': an equation has one"),
        ("u_t = 1j*a*u", r"'1j' is not understood: the imaginary unit is written i"),
        ("u_t = a*|u|*u", r"write abs\(u\)"),
        ("u_t = a*v_xx", "a derivative of the field 'v', beside u, add its equation '; v_t = "),
        ("u_t = a*u_xx - x*u", "'x' must be .* cannot depend on the coordinates themselves"),
        ("u_t = a*u*sin(t)", "'t' must be .* cannot depend on the coordinates themselves"),
        ("u_tt = a*u_xx", r"first order along 't'.*as 'u_t = v; v_t = a\*u_xx'"),
        ("u_t = a*u_tt", "which stands on the left alone"),
        ("u_t = a*u + b*u**2", "'b' must be either trainable or have a value"),
        ("u_t = u_xx", "'a' is no coefficient of the text, which has none"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.equation(text, trainable=["a"])


def test_what_a_text_says_is_conserved_is_looked_at() -> None:
    """Korteweg and de Vries's mass, energy and Hamiltonian are; the integral of u³ is not."""
    text, names = "u_t = -a*u*u_x - b*u_xxx", ["a", "b"]
    conserved = {"mass": "u", "energy": "u**2", "hamiltonian": "a*u**3/6 - b*u_x**2/2"}
    equation = pe.equation(text, trainable=names, conserved=conserved)
    assert from_configuration(to_configuration(equation)) == equation
    report = pe.check_equation(equation)
    assert report.passed, str(report)
    assert {f"conserves {name}" for name in conserved} <= {r.name for r in report.records}
    cubes = pe.equation(text, trainable=names, conserved={"cubes": "u**3"})
    medium = pe.NaturalScale(GRID)
    c = CoefficientValues(**{n: torch.tensor(equation.natural_unit(n, medium)) for n in names})
    u = torch.cos(2 * torch.pi * GRID.t / GRID.window)
    # the mean of cos³ is zero, that of cos² a half
    assert abs(float(cubes.invariants(u, GRID, c)["cubes"])) < 1e-12
    assert float(equation.invariants(u, GRID, c)["energy"]) == pytest.approx(GRID.window / 2)
    failed = [r.name for r in pe.check_equation(cubes).records if not r.passed]
    assert failed == ["conserves cubes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": 3}, "text must be a string, got 3"),
        ({"trainable": None}, r"list of names of coefficients, such as \[.*got None"),
        ({"trainable": "a"}, "list of names of coefficients.*got 'a'"),
        ({"conserved": "u"}, r"densities by name, such as \{\"mass\": \"u\"\}, got 'u'"),
        ({"conserved": {"mass": "q*u"}}, r"conserved\['mass'\] must be a formula .*'q\*u' with q"),
        ({"values": [3.0]}, r"numbers by the names of coefficients.*got \[3.0\]"),
        ({"values": {"a": "3"}}, r"values\['a'\] must be a finite number, got '3'"),
    ],
)
def test_what_no_equation_is_made_of_is_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.equation(**({"text": "u_t = a*u"} | arguments))


def test_a_text_of_even_derivatives_serves_the_plane() -> None:
    """Lines of their own, two coupled fields, as the shipped equation of the same formula."""
    plane = pe.PlaneGrid(6, 8, 0.5)
    equation = pe.equation("u_t = v\n v_t = c**2*u_xx - k*v", trainable=["c", "k"])
    turn = 2 * torch.pi * (plane.x / 4 + plane.y / 3)
    field = torch.stack([torch.cos(turn), torch.zeros(6, 8).double()])
    run = RUN | {"steps_per_layer": 2}
    out = pe.propagate(field, equation, {"c": 0.7, "k": 0.2}, plane, **run)
    shipped = pe.propagate(field, pe.Telegraph(), {"speed": 0.7, "damping": 0.2}, plane, **run)
    torch.testing.assert_close(out, shipped, rtol=0, atol=1e-12)
    with pytest.raises(pe.InvalidInputError, match="no meaning on PlaneGrid"):
        odd = pe.equation("u_t = c*u_x", trainable=["c"])
        pe.propagate(field[0], odd, {"c": 0.7}, plane, **run)
