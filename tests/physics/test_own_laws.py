"""An equation derived from one of ours claims nothing that only its parent's law could."""

import torch

import physembed as pe


class Saturating(pe.NonlinearSchrodinger):
    def local_phase(self, intensity, t, c):
        return c.gamma * intensity / (1 + intensity)


class FromScratch(pe.MasterEquation):
    beta2 = pe.Coefficient("dispersion", unit="time²/length")
    gamma = pe.Coefficient("nonlinearity", unit="1/length")

    def linear_symbol(self, omega, c):
        return 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity, t, c):
        return c.gamma * intensity / (1 + intensity)


def test_a_derived_local_law_is_not_taken_for_affine() -> None:
    assert not Saturating.local_phase_is_affine
    assert not Saturating().local_phase_is_linear
    assert pe.NonlinearSchrodinger().local_phase_is_linear
    assert pe.NonlinearSchrodinger.local_phase_is_affine
    grid = pe.TimeGrid(128, 0.25)
    field = 1.5 * torch.exp(-(grid.t**2)).to(torch.complex128)
    coefficients = {"beta2": -1.0, "gamma": 2.0}
    derived = pe.propagate(field, Saturating(), coefficients, grid, steps_per_layer=50)
    independent = pe.propagate(field, FromScratch(), coefficients, grid, steps_per_layer=50)
    # the same operations in the same order
    torch.testing.assert_close(derived, independent, rtol=1e-13, atol=1e-14)


def test_a_derived_symbol_is_not_taken_for_isotropic() -> None:
    class Walking(pe.NonlinearSchrodinger):
        def linear_symbol(self, omega, c):
            return 1j * c.beta2 * omega

    assert not Walking.is_isotropic
