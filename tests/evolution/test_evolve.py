"""A field kept on its way, with steps of its own choosing, and in netCDF."""

import functools
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.physics import CoefficientValues
from physembed.physics import exact_solutions as exact

GRID = pe.TimeGrid(256, spacing=0.1)
FIBRE = pe.NonlinearSchrodinger()
SOLITON = {"beta2": -1.0, "gamma": 1.0}


@pytest.fixture(scope="module")
def second_order() -> pe.Evolution:
    field = exact.n_soliton_input(GRID.t, 2)
    return pe.evolve(field, FIBRE, SOLITON, GRID, length=exact.soliton_period(), frames=4)


def test_without_steps_they_are_as_long_as_the_field_allows(second_order: pe.Evolution) -> None:
    """A soliton of second order is four times as strong halfway (Agrawal, section 5.2.3)."""
    for z, field in zip(second_order.z.tolist(), second_order.fields, strict=True):
        # some hundred steps of 1e-6; sech(12.8) of the window's edge is 5e-6
        assert float((field - exact.two_soliton(GRID.t, z)).norm() / field.norm()) < 2e-4
    assert second_order.peak.tolist()[::2] == pytest.approx([4.0, 16.0, 4.0], rel=1e-3)


def test_it_goes_to_netcdf_and_comes_back(second_order: pe.Evolution, tmp_path: Path) -> None:
    pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    second_order.to_netcdf(tmp_path / "evolution.nc")
    back = pe.Evolution.from_netcdf(tmp_path / "evolution.nc")
    assert back.grid == second_order.grid
    assert back.components == ("E",)
    for field in fields_of(back)[1:-1]:
        assert torch.equal(getattr(back, field.name), getattr(second_order, field.name))
    table = second_order.to_xarray()
    assert table["omega"].attrs["units"] == "rad / unit of t"
    assert float(table["energy"][0]) == pytest.approx(8.0, rel=1e-6)
    for ours, theirs in zip(back.chart().panels, second_order.chart().panels, strict=True):
        assert np.array_equal(ours.x, theirs.x) and ours.x_label == theirs.x_label
    back.plot(tmp_path / "evolution.png", title="soliton")
    assert (tmp_path / "evolution.png").read_bytes()[1:4] == b"PNG"


def test_channels_and_single_precision_come_back_too() -> None:
    pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    pulse = exact.fundamental_soliton(GRID.t).to(torch.complex64)
    both = pe.evolve(
        torch.stack([pulse, 0.5 * pulse]), pe.CoupledNonlinearSchrodinger(), SOLITON, GRID,
        length=0.1, steps=8, frames=2,
    )  # fmt: skip
    back = pe.Evolution.from_xarray(both.to_xarray())
    assert back.fields.dtype == torch.complex64 and torch.equal(back.fields, both.fields)


def test_what_is_no_such_file_is_named(second_order: pe.Evolution, tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    with pytest.raises(pe.InvalidInputError, match="there is no file"):
        pe.Evolution.from_netcdf(tmp_path / "evolution.nc")
    second_order.to_netcdf(tmp_path / "whole.nc")
    whole = (tmp_path / "whole.nc").read_bytes()
    for damaged in (b"", b"no such file", whole[:600], whole[:-3000]):
        (tmp_path / "damaged.nc").write_bytes(damaged)
        with pytest.raises(pe.InvalidInputError, match=r"damaged\.nc cannot be read as netCDF"):
            pe.Evolution.from_netcdf(tmp_path / "damaged.nc")
    table = second_order.to_xarray()
    for other, message in (
        (xarray.Dataset(), r"made, got one whose attribute physembed is None"),
        (table.drop_vars("E_imag"), "must have E"),
        (table.isel(t=slice(3, None)), "must have all of the grid's times"),
    ):
        with pytest.raises(pe.InvalidInputError, match=message):
            pe.Evolution.from_xarray(other)


def test_real_fields_evolve_are_drawn_and_come_back(tmp_path: Path) -> None:
    """Two solitons of Korteweg and de Vries, against their closed form; and a pair of fields."""
    pytest.importorskip("xarray", reason="needs xarray: pip install physembed[optics]")
    grid, medium = pe.TimeGrid(128, 0.4), {"a": 6.0, "b": 1.0}
    exactly = functools.partial(pe.KortewegDeVries().exact_solution, grid)
    c = CoefficientValues(a=torch.tensor(6.0), b=torch.tensor(1.0))
    start = exactly(0.0, c)
    evolution = pe.evolve(start, pe.KortewegDeVries(), medium, grid, length=2.0, frames=4)
    for z, field in zip(evolution.z.tolist(), evolution.fields, strict=True):
        # what 128 points leave out of a soliton
        assert float((field - exactly(z, c)).norm() / field.norm()) < 2e-4
    given = pe.evolve(
        start, pe.KortewegDeVries(), medium, grid, length=2.0, frames=4, steps=80, scheme="etdrk4"
    )
    torch.testing.assert_close(evolution.fields, given.fields, rtol=0, atol=1e-5)
    named = pe.evolve(
        start, pe.KortewegDeVries(), medium, grid, length=2.0, frames=4, scheme="etdrk4"
    )
    assert torch.equal(named.fields, evolution.fields)
    panels = evolution.chart().panels
    assert panels[0].title == "field u" and panels[0].scale == "diverging"
    assert np.array_equal(panels[0].values, evolution.fields.numpy())
    assert panels[2].y_label == "u" and evolution.b_integral == 0.0
    pluck = torch.stack([torch.exp(-(grid.t**2)), torch.zeros_like(grid.t)])
    wave = pe.evolve(pluck, pe.Telegraph(), {"speed": 1.0}, grid, length=4.0, frames=2, steps=2)
    titles = [panel.title for panel in wave.chart().panels]
    assert titles[:4] == ["field u", "spectrum of u", "field v", "spectrum of v"]
    wave.to_netcdf(tmp_path / "wave.nc")
    back = pe.Evolution.from_netcdf(tmp_path / "wave.nc")
    assert back.components == ("u", "v") and torch.equal(back.fields, wave.fields)
    assert "Evolution of u, v: 2 x 128 points over 51.2, float64; 3 frames from z = 0" in repr(wave)


def test_exponential_steps_serve_one_complex_field_too() -> None:
    field = exact.fundamental_soliton(GRID.t)
    out = pe.evolve(field, FIBRE, SOLITON, GRID, length=1.0, steps=50, frames=2, scheme="etdrk4")
    # fifty steps of fourth order
    torch.testing.assert_close(out.fields[-1].abs(), field.abs(), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("scheme", "few", "many"),
    [("lie", 40, 400), ("strang", 20, 100), ("yoshida4", 10, 50), ("etdrk2", 40, 100),
     ("etdrk4", 8, 50)],
)  # fmt: skip
def test_steps_whose_error_shows_are_told(scheme: str, few: int, many: int) -> None:
    """Of a soliton of second order, in closed form halfway through its period."""
    field, length = exact.n_soliton_input(GRID.t, 2), exact.soliton_period() / 2
    narrow = exact.two_soliton(GRID.t, length)

    def error(steps: int) -> float:
        way = pe.evolve(
            field, FIBRE, SOLITON, GRID, length=length, steps=steps, frames=1, scheme=scheme
        )
        return float((way.fields[-1].abs() - narrow.abs()).norm() / narrow.norm())

    with pytest.warns(pe.SamplingWarning, match=r"increase steps to \d+ or more, or leave them"):
        assert error(few) > 0.01
    # warnings are errors here
    assert error(many) < 0.01


def test_steps_of_real_fields_whose_error_shows_are_told() -> None:
    """A soliton of Korteweg and de Vries that a coarse step puts elsewhere, and a fine one not."""
    grid, medium = pe.TimeGrid(128, 0.4), {"a": 6.0, "b": 1.0}
    c = CoefficientValues(a=torch.tensor(6.0), b=torch.tensor(1.0))
    start, end = (pe.KortewegDeVries().exact_solution(grid, z, c) for z in (0.0, 2.0))

    def error(steps: int) -> float:
        way = pe.evolve(start, pe.KortewegDeVries(), medium, grid, length=2.0, steps=steps)
        return float((way.fields[-1] - end).norm() / end.norm())

    with pytest.warns(pe.SamplingWarning, match="increase steps to"):
        assert error(2) > 0.01
    assert error(80) < 0.001


def test_steps_that_never_agree_are_named() -> None:
    """A field that is infinite after 0.02 whatever the steps."""
    with pytest.raises(pe.InvalidInputError, match="became infinite or not a number in AllenCahn"):
        pe.evolve(
            2 * torch.ones(256).double(), pe.AllenCahn(), {"diffusion": 1.0, "rate": -9.0}, GRID,
            length=4.0, frames=1,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scheme": "nonsense"}, "unknown scheme 'nonsense'"),
        ({"scheme": ""}, "unknown scheme ''"),
        ({"steps": 10**13}, "steps must be an integer from 1 to 4194304 or None, got 1000"),
        ({"frames": 10**13}, "frames must be an integer from 1 to 4194304, got 1000"),
        ({"scheme": "strang"}, r"scheme must be left out without .*ERK4\(3\).*got 'strang'"),
        (
            {"scheme": "strang", "equation": pe.KortewegDeVries()},
            "scheme must be 'etdrk4' or left out without steps.*halved.*got 'strang'",
        ),
        ({"steps": 4, "rtol": -3.0}, r"rtol must be left out with steps.*got rtol=-3\.0, steps=4"),
        ({"rtol": -3.0}, r"rtol must be a number from above 0 to below 1.*got -3\.0"),
        ({"coefficients": {"beta2": [-1, -2, -3], "gamma": 1}}, r"'beta2' must be one n.*\(3,\)"),
        ({"coefficients": {"beta2": [[-1], [-2]], "gamma": 1}}, r"'beta2' must be one n.*\(2, 1\)"),
        ({"equation": "nlse"}, "equation must be a MasterEquation.*got 'nlse'"),
        ({"field": "sech"}, "field must be a torch tensor, got str"),
        ({"field": torch.ones(3, 1, 256) + 0j}, r"shape \(n_points,\) or .*got \(3, 1, 256\)"),
        ({"field": torch.ones(0, 256) + 0j}, r"shape \(n_points,\) or .*got \(0, 256\)"),
        ({"grid": pe.PlaneGrid(16, 16, spacing=0.5)}, "grid must be a TimeGrid, got PlaneGrid"),
    ],
)
def test_what_cannot_be_kept_on_its_way_is_named(changed: dict[str, Any], message: str) -> None:
    whole = {"field": torch.ones(256) + 0j, "equation": FIBRE, "grid": GRID, "length": 0.1}
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.evolve(**(whole | {"coefficients": SOLITON} | changed))


def test_a_coefficient_may_be_a_list_of_one_number() -> None:
    field = exact.fundamental_soliton(GRID.t)
    options = {"length": 0.1, "steps": 4, "frames": 2}
    of_numbers, of_lists = (
        pe.evolve(field, FIBRE, medium, GRID, **options)
        for medium in (SOLITON, {"beta2": [-1.0], "gamma": torch.tensor([[1.0]])})
    )
    assert torch.equal(of_numbers.fields, of_lists.fields)
