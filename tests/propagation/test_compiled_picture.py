"""Steps as compiled loops against the same steps as PyTorch's operations."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

import physembed as pe
from physembed import optics
from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.kerr_law import KerrLaw
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.compiled_picture import CompiledPicture, picture_of
from physembed.propagation.interaction_picture import InteractionPicture
from physembed.propagation.kernels.functions import sine_cosine_precisely
from physembed.propagation.kernels.transforms import transforms_are_at_hand

if not transforms_are_at_hand():
    pytest.skip("PyTorch has no Math Kernel Library here", allow_module_level=True)

WAVELENGTH = 835e-9
GLASS = optics.fibre_named("photonic-crystal-835")
INFRARED = optics.Fibre(
    GLASS.dispersion, gamma="0.11 /W/m", loss=optics.SILICA_LOSS, raman=None, shock_time=0
)


def _spectra(n: int, dtype: torch.dtype) -> tuple[Tensor, pe.TimeGrid]:
    """Three pulses of a different power each."""
    grid = pe.TimeGrid(n, 1.5e-12 / n)
    power = torch.tensor([9e3, 1e4, 1.0], dtype=torch.float64)[:, None]
    return torch.fft.fft((power.sqrt() / torch.cosh(grid.t / 28e-15)).to(dtype)), grid


def _both(
    equation: MasterEquation, numbers: dict[str, float], n: int, dtype: torch.dtype
) -> tuple[InteractionPicture, InteractionPicture, Tensor]:
    spectra, grid = _spectra(n, dtype)
    values, _ = checked_coefficients(equation, numbers, torch.device("cpu"))
    plain = InteractionPicture(equation, values, 0, grid, dtype)
    return plain, picture_of(equation, values, 0, grid, spectra), spectra


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("n", [512, 255])
@pytest.mark.parametrize("name", ["raman", "uniform loss", "a curve of loss, no raman"])
def test_a_step_is_that_of_the_plain_operations(name: str, n: int, dtype: torch.dtype) -> None:
    equation, numbers = (INFRARED if "curve" in name else GLASS).medium(WAVELENGTH)
    numbers["alpha"] = 20.0 if name == "uniform loss" else 0.0
    plain, compiled, spectra = _both(equation, numbers, n, dtype)
    assert isinstance(compiled, CompiledPicture)
    rate = plain.local_rate(spectra)
    lengths = np.array([3e-5, 1e-4, 1e-1])
    ours, theirs = (picture.trial(spectra, rate, lengths) for picture in (compiled, plain))
    # a few roundings of each of twenty passes
    close = 100 * torch.finfo(dtype).eps
    for one, other in zip(ours[:2], theirs[:2], strict=True):
        gap = torch.linalg.vector_norm(one - other, dim=1)
        assert bool((gap <= close * torch.linalg.vector_norm(other, dim=1)).all())
    assert ours[2] == pytest.approx(theirs[2], rel=1e-3, abs=close)


def test_a_dark_case_errs_by_nothing() -> None:
    equation, numbers = GLASS.medium(WAVELENGTH)
    _, compiled, spectra = _both(equation, numbers, 256, torch.complex128)
    end, rate, error = compiled.trial(0 * spectra, 0 * spectra, np.ones(3))
    assert not end.any() and not rate.any() and not error.any()


def test_the_pulses_of_a_batch_are_those_of_any_number_of_threads() -> None:
    equation, numbers = GLASS.medium(WAVELENGTH)
    _, compiled, spectra = _both(equation, numbers, 16_384, torch.complex64)
    rate, lengths = compiled.local_rate(spectra), np.full(3, 1e-5)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = compiled.trial(spectra, rate, lengths)
        torch.set_num_threads(2)
        shared = compiled.trial(spectra, rate, lengths)
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(alone[0], shared[0]) and torch.equal(alone[1], shared[1])
    assert np.array_equal(alone[2], shared[2])


class _Saturable(type(GLASS.medium(WAVELENGTH)[0])):  # type: ignore[misc]
    """A law of one's own, made of that of light."""

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.gamma * field


def test_a_law_of_ones_own_is_not_taken_for_its_parents() -> None:
    equation, numbers = GLASS.medium(WAVELENGTH)
    saturable = _Saturable(equation.n_betas, equation.raman, None, WAVELENGTH)
    assert not isinstance(_both(saturable, numbers, 128, torch.complex128)[1], CompiledPicture)


class _Simple(pe.GeneralisedNonlinearSchrodinger):
    """The same answer at every frequency, and a symbol whose sign is still to be taken."""

    def response(self, omega: Tensor) -> Tensor:
        return torch.tensor(0.5)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return (0.5j * c.beta2 * omega**2).conj()

    def kerr_law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw:
        response = super().kerr_law(grid, c, dtype).response
        assert response is not None and response.numel() == 1
        return KerrLaw((response + 0.1j).to(dtype).conj(), c.gamma)


class _Cascading(_Simple):
    """With an answer for each frequency, conjugated."""

    def kerr_law(self, grid: Grid, c: CoefficientValues, dtype: torch.dtype) -> KerrLaw:
        omega = grid.omega[: grid.n_points // 2 + 1]
        return KerrLaw((1 / (1 + 1j * omega / omega[9])).to(dtype).conj(), c.gamma)


@pytest.mark.parametrize("kind", [_Simple, _Cascading])
def test_numbers_that_pytorch_broadcasts_or_has_yet_to_conjugate_are_read_alike(
    kind: type[_Simple],
) -> None:
    numbers = {"beta2": -1e-26, "gamma": 0.1}
    plain, compiled, spectra = _both(kind(), numbers, 256, torch.complex128)
    assert isinstance(compiled, CompiledPicture)
    rate, lengths = plain.local_rate(spectra), np.array([1e-5, 2e-5, 1e-1])
    ours, theirs = (picture.trial(spectra, rate, lengths) for picture in (compiled, plain))
    assert torch.allclose(ours[0], theirs[0], rtol=1e-11, atol=1e-9)
    assert torch.allclose(ours[1], theirs[1], rtol=1e-9, atol=1e-6)
    assert not torch.allclose(ours[0][0], spectra[0], rtol=1e-3)


def test_a_law_of_other_frequencies_is_refused_where_it_is_made() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"each of 33 frequencies .* got 64"):
        KerrLaw(torch.ones(64), torch.ones(64))
    with pytest.raises(pe.InvalidInputError, match="strength must be real, got"):
        KerrLaw(None, torch.ones(64, dtype=torch.complex64))


def test_sines_and_cosines_are_right_to_the_last_digits() -> None:
    x = np.concatenate([np.linspace(-10, 10, 401), [1e3, -12345.678, 1e6, 3e7, math.pi / 4]])
    sines, cosines = np.array([sine_cosine_precisely.py_func(value) for value in x]).T
    assert np.abs(sines - np.sin(x)).max() < 4e-16
    assert np.abs(cosines - np.cos(x)).max() < 4e-16
