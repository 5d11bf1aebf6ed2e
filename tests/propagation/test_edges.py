"""What checks read of a field in one sweep, against the operations it stands for."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.propagation.edges import edge_share, edge_width, field_numbers, warn_of_field
from physembed.propagation.growth import is_finite


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("n", [32, 77, 1024])
def test_the_numbers_are_those_of_plain_operations(n: int, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(n)
    field = torch.randn(2, 3, n, dtype=dtype, generator=generator)
    field[0, 0] = 0
    numbers = field_numbers(field, pe.TimeGrid(n))
    assert numbers is not None and is_finite(field, numbers)
    close = 50 * torch.finfo(dtype).eps
    power = field.abs().double().square().flatten(0, 1)
    assert numbers.energy == pytest.approx(power.sum(dim=1).numpy(), rel=close)
    assert numbers.peak == pytest.approx(power.amax(dim=1).numpy(), rel=close)
    assert numbers.window_share == pytest.approx(edge_share(field, (-1,)).numpy(), rel=close)
    spectrum = torch.fft.fft(field, norm="ortho")
    of_band = edge_share(spectrum, (-1,), middle=True).numpy()
    assert (numbers.most_band_share >= of_band).all()
    omega = pe.TimeGrid(n).omega.abs().numpy()
    behind = (spectrum.flatten(0, 1).abs().double() ** 2).numpy() @ np.sin(omega / 2) ** 16
    share = behind / np.maximum(numbers.energy, 1e-300)
    assert numbers.rough == pytest.approx(share, rel=close)
    four = (numbers.energy, numbers.peak, numbers.window_share, numbers.rough)
    assert numbers.most == [float(of_cases.max()) for of_cases in (*four, numbers.most_band_share)]


def test_the_bound_of_the_band_is_one_at_every_length() -> None:
    """At the frequency of the edge that the eighth difference sees least."""
    for n in range(32, 101):
        grid = pe.TimeGrid(n)
        first = (n + 1) // 2 - edge_width(n)
        last = first + 2 * edge_width(n) - 1
        for k in (first, last):
            field = torch.exp(1j * grid.omega[k] * grid.t)[None]
            numbers = field_numbers(field, grid)
            share = edge_share(torch.fft.fft(field), (-1,), middle=True)
            assert numbers is not None and numbers.most_band_share >= share.numpy(), (n, k)
            # nor so loose that all is looked at twice
            assert numbers.most_band_share <= 2 * share.numpy(), (n, k)


def test_one_number_that_is_none_is_seen_wherever_it_is() -> None:
    for place in (0, 40, 127):
        for value in (complex("nan"), complex(0, float("inf"))):
            field = torch.ones(3, 128, dtype=torch.complex64)
            field[1, place] = value
            numbers = field_numbers(field, pe.TimeGrid(128))
            assert numbers is not None and not is_finite(field, numbers)


def test_what_is_large_is_finite_and_what_is_dark_is_nothing() -> None:
    field = torch.zeros(2, 128, dtype=torch.complex64)
    field[0, 3] = 1e25
    numbers = field_numbers(field, pe.TimeGrid(128))
    assert numbers is not None and is_finite(field, numbers)
    assert numbers.energy[1] == numbers.peak[1] == numbers.rough[1] == 0.0


def test_where_there_are_no_loops_there_are_no_numbers() -> None:
    field = torch.ones(8, 128, dtype=torch.complex64)
    assert field_numbers(field[:, :16], pe.TimeGrid(16)) is None
    assert field_numbers(field.real, pe.TimeGrid(128)) is None
    assert field_numbers(field[None], pe.PlaneGrid(8, 128)) is None
    assert torch.func.vmap(lambda x: x * (field_numbers(x, pe.TimeGrid(128)) is None))(field).all()


@pytest.mark.parametrize("case", [0, 5, 20])
def test_a_spectrum_at_the_edge_is_found_among_rough_ones_that_are_not(case: int) -> None:
    """The roughest are not always those that reach the edge."""
    grid = pe.TimeGrid(256)
    envelope = torch.exp(-((grid.t / 20) ** 2))
    # the band's edge begins at 7/8 of π
    rough = envelope * torch.exp(2.3j * grid.t)
    field = rough.expand(21, -1).clone()
    warn_of_field(field, grid, "that enters")
    field[case] = envelope * (1 + 0.06 * torch.exp(3.0j * grid.t))
    assert field_numbers(field, grid).rough[case] < field_numbers(rough, grid).rough[0]  # type: ignore[union-attr]
    with pytest.warns(pe.SamplingWarning, match="edge of the band"):
        warn_of_field(field, grid, "that enters")
