"""The network: shapes, counted parameters, frozen and shared coefficients, configurations."""

import json

import pytest
import torch
from torch.autograd import gradcheck

import physembed as pe
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.physics import NaturalScale

SIZES = {"n_channels": 1, "n_timepoints": 32, "n_classes": 3}


def fibre(**changes: object) -> pe.Fibre:
    arguments = {
        "equation": pe.NonlinearSchrodinger(),
        "coefficients": {
            "alpha": 0.1,
            "beta2": pe.Trainable(0.4),
            "gamma": pe.Trainable(0.2, shared=True),
        },
        "n_layers": 3,
        "detector": pe.BinnedIntensity(16),
    }
    return pe.Fibre(**(arguments | changes))


def test_shapes_and_parameters_counted_apart() -> None:
    network = pe.PhysicalEmbeddingNetwork(
        [fibre(), fibre(detector=pe.Amplitude())], n_channels=2, n_timepoints=32, n_classes=3
    )
    assert network(torch.randn(5, 2, 32)).shape == (5, 3)
    features = 2 * (16 + 64)
    assert network.parameter_counts() == {"embedding": 2 * (3 + 1), "readout": 3 * features + 3}


def test_network_is_the_propagation_of_the_encoded_series() -> None:
    network = pe.PhysicalEmbeddingNetwork([fibre()], **SIZES)
    x = torch.randn(4, 1, 32)
    scale = NaturalScale(fibre().grid(32))
    units = {k: fibre().equation.natural_unit(k, scale) for k in ("alpha", "beta2", "gamma")}
    out = pe.propagate(
        fibre().encoder(x),
        pe.NonlinearSchrodinger(),
        {
            "alpha": 0.1 * units["alpha"],
            "beta2": torch.full((3,), 0.4 * units["beta2"]),
            "gamma": 0.2 * units["gamma"],
        },
        fibre().grid(32),
        check_sampling=False,
    )
    torch.testing.assert_close(network.media[0](fibre().encoder(x)), out)
    torch.testing.assert_close(network.features(x), fibre().detector(out).flatten(1))
    torch.testing.assert_close(network.media[0].layers(fibre().encoder(x))[-1], out)


def test_frozen_coefficients_stay_and_trainable_ones_move() -> None:
    torch.manual_seed(0)
    network = pe.PhysicalEmbeddingNetwork([fibre()], **SIZES)
    before = network.coefficients()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    network(torch.randn(8, 1, 32)).square().sum().backward()
    optimizer.step()
    after = network.coefficients()
    moved = {key for key in before if before[key] != after[key]}
    assert moved == {key for key in before if not key.endswith("alpha")}
    assert len({after[f"fibre1/layer{k}/gamma"] for k in (1, 2, 3)}) == 1
    assert len({after[f"fibre1/layer{k}/beta2"] for k in (1, 2, 3)}) > 1


def test_gradients_are_those_of_differences() -> None:
    network = pe.PhysicalEmbeddingNetwork([fibre()], **SIZES).double()
    x = torch.randn(2, 1, 32, dtype=torch.float64)
    parameters = tuple(network.parameters())
    names = [name for name, _ in network.named_parameters()]

    def run(*values: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(network, dict(zip(names, values, strict=True)), (x,))

    assert gradcheck(run, parameters)


def test_zero_is_a_stationary_point_and_the_start_is_not() -> None:
    """With a real input and |E| detected, beta2 and gamma have no gradient where both are zero."""

    def gradient(start: float) -> float:
        network = pe.PhysicalEmbeddingNetwork(
            [
                fibre(
                    coefficients={"beta2": pe.Trainable(start), "gamma": pe.Trainable(start)},
                    detector=pe.Amplitude(),
                )
            ],
            **SIZES,
        ).double()
        x = torch.randn(8, 1, 32, dtype=torch.float64, generator=torch.manual_seed(0))
        torch.manual_seed(1)
        network.head.linear.reset_parameters()
        network(x).logsumexp(dim=1).sum().backward()
        return max(float(p.grad.abs().max()) for p in network.embedding_parameters())

    assert gradient(0.0) < 1e-5
    assert gradient(0.4) > 1e-2


def test_configuration_survives_json() -> None:
    parts = [
        fibre(),
        fibre(
            equation=pe.GrossPitaevskii(pe.OpticalLattice(8.0)),
            coefficients={"kinetic": [0.0, 1.0], "g": 0.0, "strength": pe.Trainable([1.0, 0.0])},
            n_layers=2,
            encoder=pe.SeriesEncoder("peak", "left", 0.0, envelope=True),
            detector=pe.Amplitude(),
            scheme="strang",
        ),
    ]
    assert from_configuration(json.loads(json.dumps(to_configuration(parts)))) == parts


def test_a_registered_equation_survives_json_and_an_unregistered_one_is_refused() -> None:
    class Septic(pe.MasterEquation):
        beta2 = pe.Coefficient("dispersion", unit="time²/length")

        def linear_symbol(self, omega, c):
            return 0.5j * c.beta2 * omega**2

    septic = fibre(equation=Septic(), coefficients={"beta2": 1.0})
    with pytest.raises(pe.InvalidInputError, match="register_part"):
        to_configuration(septic)
    registered = pe.register_part(Septic)
    septic = fibre(equation=registered(), coefficients={"beta2": 1.0})
    assert from_configuration(json.loads(json.dumps(to_configuration(septic)))) == septic
    with pytest.raises(pe.InvalidInputError, match="'Septic' is registered already"):
        pe.register_part(type("Septic", (), {}))


@pytest.mark.slow
def test_images_are_embedded_by_a_medium_in_the_plane() -> None:
    """A point spreads alike along both axes, and coefficients learn."""
    grid = pe.PlaneGrid(16, 16)
    medium = pe.Medium(
        pe.NonlinearSchrodinger(),
        grid,
        {"beta2": pe.Trainable(0.2), "gamma": pe.Trainable(0.1)},
        n_layers=2,
    )
    image = torch.zeros(1, 1, 16, 16, dtype=torch.complex64)
    image[..., 8, 8] = 1.0
    out = medium(image)
    torch.testing.assert_close(out, out.transpose(-1, -2))
    assert out[..., 8, 8].abs().item() < 0.9
    out[..., 8, 8].abs().sum().backward()
    assert all(bool((p.grad != 0).any()) for p in medium.parameters())


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Popen", "args": "true"},
        {"type": "OpticalLattice"},
        {"type": "OpticalLattice", "period": 3.0, "colour": "red"},
        {"type": ["OpticalLattice"]},
    ],
)
def test_configurations_build_nothing_but_our_parts(data: dict) -> None:
    with pytest.raises(pe.InvalidInputError):
        from_configuration(data)


@pytest.mark.parametrize(
    ("changes", "sizes", "message"),
    [
        ({"coefficients": {"beta5": 1.0}}, {}, "'beta5'.*Did you mean 'beta"),
        ({"coefficients": {"beta2": 1.0}}, {}, "'gamma' .* is missing"),
        ({"coefficients": {"beta2": [1.0, 2.0], "gamma": 0.0}}, {}, "'beta2' must be one number"),
        ({"coefficients": {"beta2": float("inf"), "gamma": 0.0}}, {}, "'beta2' must be finite"),
        ({"n_layers": 0}, {}, "n_layers must be a positive integer, got 0"),
        ({"n_layers": 2.5}, {}, "n_layers must be a positive integer, got 2.5"),
        ({"steps_per_layer": 0}, {}, "steps_per_layer must be a positive integer, got 0"),
        ({"equation": None}, {}, "equation must be a MasterEquation, got None"),
        ({"detector": None}, {}, "detector must be a Detector, got None"),
        ({"coefficients": {"beta2": "a", "gamma": 0.0}}, {}, "'beta2' must be one number"),
        ({"coefficients": {"beta2": True, "gamma": 0.0}}, {}, "'beta2' must be a number"),
        (
            {"coefficients": {"alpha": -100.0, "beta2": 1.0, "gamma": 0.0}},
            {},
            "coefficient 'alpha' = .* is too large",
        ),
        (
            {
                "equation": pe.GrossPitaevskii(pe.FreeFormPotential(8, length=10.0)),
                "coefficients": {"kinetic": 1.0, "g": 0.0},
            },
            {},
            "length must be the window of the grid",
        ),
        ({"scheme": "euler"}, {}, "unknown scheme 'euler'"),
        ({}, {"n_classes": 0}, "n_classes must be a positive integer"),
    ],
)
def test_bad_compositions_are_named(changes: dict, sizes: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingNetwork([fibre(**changes)], **(SIZES | sizes))


def test_wrong_series_are_named() -> None:
    network = pe.PhysicalEmbeddingNetwork([fibre()], **SIZES)
    with pytest.raises(pe.InvalidInputError, match=r"shape \(cases, 1, 32\), got \(2, 1, 31\)"):
        network(torch.zeros(2, 1, 31))
    with pytest.raises(pe.InvalidInputError, match="at least one Fibre"):
        pe.PhysicalEmbeddingNetwork([], **SIZES)


def test_encoded_series_give_the_same_features_case_by_case() -> None:
    """What a search encodes once, whole or in parts, with a gradient or without."""
    fibres = [
        pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": pe.Trainable(0.3), "gamma": 0.1}, n_layers=2),
        pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"beta2": 0.1, "gamma": 0.0},
            n_layers=1,
            encoder=pe.SeriesEncoder(alignment="left", envelope=True, guard_band=0.0),
        ),
    ]
    network = pe.PhysicalEmbeddingNetwork(fibres, n_channels=2, n_timepoints=40, n_classes=3)
    x = torch.randn(9, 2, 40, generator=torch.Generator().manual_seed(0))
    encoded = network.encode(x)
    cases = torch.tensor([7, 2, 2])
    torch.testing.assert_close(network.features(encoded[cases]), network.features(x[cases]))
    with torch.no_grad():
        torch.testing.assert_close(network.features(encoded[3:]), network.features(x[3:]))
