"""Terms of an equation switched off in a fibre, and starts off a stationary point."""

import pytest
import torch

import physembed as pe
from physembed.physics import EQUATIONS, POTENTIALS

SERIES = torch.randn(3, 1, 40, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def fibre(**coefficients: object) -> pe.Fibre:
    settings = {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.3)} | coefficients
    return pe.Fibre(pe.NonlinearSchrodinger(), settings, n_layers=2)  # type: ignore[arg-type]


def detected(fibre: pe.Fibre) -> torch.Tensor:
    network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=40, n_classes=2)
    return network.double().features(SERIES)


@pytest.mark.parametrize("equation", EQUATIONS.values(), ids=EQUATIONS)
def test_every_term_of_every_equation_names_coefficients_that_exist(equation: type) -> None:
    terms = equation().terms
    assert "dispersion" in terms
    for names in terms.values():
        assert names and set(names) <= set(equation().coefficients)


@pytest.mark.parametrize("potential", POTENTIALS.values(), ids=POTENTIALS)
def test_every_potential_can_be_switched_off(potential: type) -> None:
    made = {"OpticalLattice": (8.0,), "FreeFormPotential": (4, 80.0)}.get(potential.__name__, ())
    if potential is pe.SumOfPotentials:
        made = ((pe.HarmonicTrap(), pe.OpticalLattice(8.0)),)
    equation = pe.GrossPitaevskii(potential(*made))
    pushed = [name for name in equation.terms["potential"] if equation.coefficients[name].default]
    assert not pushed, "what is not stated must already be off"
    assert set(equation.terms["potential"]) <= set(equation.potential.coefficients)


def test_without_a_term_the_field_is_that_of_an_equation_without_it() -> None:
    linear = detected(fibre().frozen({"nonlinearity": 0.0}))
    torch.testing.assert_close(linear, detected(fibre(gamma=0.0)), rtol=0, atol=0)
    untouched = detected(fibre().frozen({"dispersion": 0.0, "nonlinearity": 0.0}))
    encoded = pe.SeriesEncoder()(SERIES)
    torch.testing.assert_close(untouched, encoded.abs().flatten(1), rtol=0, atol=2e-6)
    assert (linear - detected(fibre())).abs().max() > 0.01


def test_a_term_stands_for_what_is_not_zero_of_it() -> None:
    plain = fibre().frozen({"dispersion": 0.0})
    assert plain.coefficients["beta2"] == 0.0 and "beta3" not in plain.coefficients
    third = fibre(beta3=pe.Trainable(0.1)).frozen({"dispersion": 0.0})
    assert third.coefficients["beta3"] == 0.0
    raman = pe.Fibre(pe.GeneralisedNonlinearSchrodinger(), {"beta2": 0.1, "gamma": 0.1})
    assert raman.frozen({"delayed response": 0.0}).coefficients["raman_fraction"] == 0.0


def test_a_frozen_coefficient_is_not_trained_and_may_differ_from_layer_to_layer() -> None:
    frozen = fibre().frozen({"beta2": [0.1, -0.2]})
    network = pe.PhysicalEmbeddingNetwork([frozen], n_channels=1, n_timepoints=40, n_classes=2)
    assert network.parameter_counts()["embedding"] == 2
    assert network.coefficients()["fibre1/layer2/beta2"] == pytest.approx(-0.2)


def test_unknown_terms_are_named() -> None:
    with pytest.raises(pe.UnknownNameError, match="Did you mean 'dispersion'"):
        fibre().frozen({"dispersal": 0.0})


@pytest.mark.slow
def test_a_spread_start_is_drawn_by_the_seed_and_as_wide_as_it_says() -> None:
    scattered = fibre(beta2=pe.Trainable(0.5, spread=0.1))

    def start(seed: int, n_layers: int = 2) -> torch.Tensor:
        torch.manual_seed(seed)
        grid = scattered.grid(40)
        medium = pe.Medium(scattered.equation, grid, scattered.coefficients, n_layers)
        return medium.dimensionless()["beta2"].detach()

    assert torch.equal(start(1), start(1)) and not torch.equal(start(1), start(2))
    many = start(0, 10_000)
    # five standard errors of the mean, and of the standard deviation, of ten thousand draws
    assert float(many.mean()) == pytest.approx(0.5, abs=5e-3)
    assert float(many.std()) == pytest.approx(0.1, abs=4e-3)
    for bad in (-0.1, float("nan"), "wide"):
        with pytest.raises(pe.InvalidInputError, match="spread must be"):
            pe.Trainable(0.0, spread=bad)  # type: ignore[arg-type]
