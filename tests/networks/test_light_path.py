"""Fibres with elements, arms, taps and gates: one transfer function, or part after part."""

import json

import pytest
import torch
from light_paths import ARMS, LINEAR, fibre, network, series
from torch.autograd import gradcheck

import physembed as pe
from physembed.networks.component import ComponentModule
from physembed.networks.configuration import from_configuration, to_configuration


@pytest.mark.parametrize("coefficients", [LINEAR, LINEAR | {"gamma": 0.2}])
def test_a_path_is_its_parts_one_after_the_other(coefficients: dict[str, float]) -> None:
    """For the one transfer function of a linear path, and for a nonlinear path alike."""
    after = (pe.Component(pe.FrequencyPhaseMask(5), {"v2": 0.3}),)
    before = (pe.Component(pe.DelayLine(), {"delay": 1.0}),)
    described = fibre(coefficients=coefficients, before=before, after=after)
    model = network(described)
    assert model.paths[0].is_transfer == (coefficients["gamma"] == 0.0)
    grid = described.grid(20)

    def through(field: torch.Tensor, *components: pe.Component) -> torch.Tensor:
        for component in components:
            field = ComponentModule(component, grid).double()(field)
        return field

    field = through(described.encoder(series()), *before)
    field = through(model.media[0](field), *after)
    ends = torch.stack([through(field, *arm) for arm in ARMS], dim=2)[..., :20]
    expected = pe.Quadratures().records(ends.flatten(1, 2)).flatten(1)
    torch.testing.assert_close(model.features(series()), expected)
    assert expected.shape[1] == 2 * described.n_features(20) == 2 * 3 * 4 * 20


def test_a_modulation_in_time_is_not_taken_for_a_transfer() -> None:
    model = network(fibre(after=(pe.Component(pe.Prism(), {"tilt": 0.1}),)))
    assert not model.paths[0].is_transfer


@pytest.mark.parametrize(
    ("equation", "coefficients", "linear"),
    [
        (pe.NonlinearSchrodinger(), {"beta2": pe.Trainable(0.3), "gamma": 0.0}, True),
        (pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": pe.Trainable(0.0)}, False),
        (pe.GrossPitaevskii(), {"kinetic": 1.0, "g": 0.0, "strength": 0.0}, True),
        (pe.GrossPitaevskii(), {"kinetic": 1.0, "g": 0.0, "strength": 0.5}, False),
        (pe.CoupledNonlinearSchrodinger(), None, False),
        (pe.ComplexGinzburgLandau(), None, False),
    ],
)
def test_media_without_a_local_law_are_known(
    equation: pe.MasterEquation, coefficients: dict | None, linear: bool
) -> None:
    """A coefficient that training may move counts as moved."""
    if coefficients is None:
        coefficients = dict.fromkeys(equation.coefficients, 0.0)
    medium = pe.Medium(equation, pe.TimeGrid(16), coefficients, n_layers=2)
    assert medium.is_linear() == linear


def test_a_transfer_function_is_made_once_and_anew_when_a_coefficient_changes() -> None:
    coefficients = {"beta2": pe.Trainable(0.3), "gamma": 0.0}
    medium = pe.Medium(pe.NonlinearSchrodinger(), pe.TimeGrid(16), coefficients, n_layers=2)
    with torch.inference_mode():
        before = medium.transfer()
        assert medium.transfer() is before
    with torch.no_grad():
        medium.trainable["beta2"][1] += 0.1
        after = medium.transfer()
    assert not torch.equal(after, before)
    assert torch.equal(after, torch.exp(medium.symbol().sum(dim=0)))
    # a gradient goes through the making of it
    assert medium.transfer().requires_grad


def test_taps_detect_inner_layers() -> None:
    described = fibre(
        coefficients=LINEAR | {"gamma": 0.3},
        taps=(pe.Tap(1, pe.Intensity()),),
        detector=pe.Amplitude(),
        arms=((),),
    )
    model = network(described)
    layers = model.media[0].layers(described.encoder(series()))[..., :20]
    expected = [layers[0].abs().square(), layers[1].abs()]
    torch.testing.assert_close(
        model.features(series()), torch.cat([e.flatten(1) for e in expected], dim=1)
    )


def test_gates_hide_the_guard_band() -> None:
    open_, gated = fibre(gated=False), fibre()
    whole = network(open_).features(series()).unflatten(1, (2, 3, 4, -1))
    gated_features = network(gated).features(series()).unflatten(1, (2, 3, 4, -1))
    assert whole.shape[-1] == 40
    torch.testing.assert_close(gated_features, whole[..., :20])


def test_fibres_that_share_an_encoder_share_its_work() -> None:
    """And those that do not, do not."""
    a, b = fibre(), fibre(encoder=pe.SeriesEncoder(alignment="left"))
    together = network(a, b, a).features(series()).tensor_split(3, dim=1)
    for part, alone in zip(together, (a, b, a), strict=True):
        torch.testing.assert_close(part, network(alone).features(series()))
    assert not torch.allclose(together[0], together[1])


def test_delays_dispersion_and_thresholds_have_true_slopes() -> None:
    described = fibre(
        coefficients=LINEAR | {"beta2": pe.Trainable(0.3, shared=True)},
        arms=((), (pe.Component(pe.MachZehnder(), {"delay": pe.Trainable(0.7)}),)),
        detector=pe.Counter(pe.Quadratures((0.0, 90.0)), width=0.3, trainable=True),
    )
    model = network(described)
    model.prepare(series(), seed=0)
    names = [name for name, _ in model.named_parameters() if not name.startswith("head")]
    parameters = dict(model.named_parameters())
    assert model.parameter_counts()["embedding"] == 1 + 1 + 2 * 2 * 2 * 2

    def features(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(names, values, strict=True))
        # forward, since functional_call knows no other method; its head is fixed
        return torch.func.functional_call(model, given, (series(),))

    assert gradcheck(features, tuple(parameters[name] for name in names))


def test_several_starts_run_in_one_batch() -> None:
    described = fibre(
        coefficients=LINEAR | {"beta2": pe.Trainable(0.3)}, detector=pe.Counter(width=0.1)
    )
    model = network(described)
    model.prepare(series(), seed=0)
    starts = torch.tensor([[0.1, 0.2], [0.3, 0.3], [-0.4, 0.5]], dtype=torch.float64)
    name = "media.0.trainable.beta2"
    x = series()

    def logits(start: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(model, {name: start}, (x,))

    torch.testing.assert_close(
        torch.func.vmap(logits)(starts), torch.stack([logits(start) for start in starts])
    )


def test_thresholds_come_from_the_training_cases_and_survive_a_state() -> None:
    described = fibre(detector=pe.SideBySide((pe.Counter(), pe.WinnerCounter())))
    model, again = network(described), network(described)
    model.prepare(series(), seed=0)
    assert not torch.equal(model.features(series()), again.features(series()))
    again.load_state_dict(model.state_dict())
    torch.testing.assert_close(model.features(series()), again.features(series()))
    # set by data, not trained
    assert model.parameter_counts()["embedding"] == 0


def test_every_part_survives_json() -> None:
    parts = [
        fibre(
            arms=(*ARMS, (pe.Component(pe.MachZehnder(), {"delay": pe.Trainable(1.0)}),)),
            before=(
                pe.Component(pe.Lens(), {"strength": 1.0, "centre": 0.1}),
                pe.Component(pe.TimePhaseMask(6), {"v1": pe.Trainable(0.0)}),
                pe.Component(pe.Telescope(), {"log_magnification": 0.1}),
            ),
            taps=(pe.Tap(1, pe.CellStatistics(2, 4)),),
            detector=pe.SideBySide((pe.Counter(pe.Quadratures((0.0,))), pe.WinnerCounter())),
        )
    ]
    assert from_configuration(json.loads(json.dumps(to_configuration(parts)))) == parts


def test_elements_are_named_among_the_coefficients() -> None:
    after = (pe.Component(pe.Prism(), {"tilt": 0.25}),)
    coefficients = network(fibre(after=after)).coefficients()
    assert coefficients["fibre1/after/element1/tilt"] == 0.25
    assert coefficients["fibre1/arm2/element1/delay"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pe.Component(None), "element must be an Element, got None"),  # type: ignore[arg-type]
        (lambda: pe.Component(pe.Prism()), "'tilt' .* of Prism is missing"),
        (lambda: pe.Component(pe.Prism(), {"tlit": 1.0}), "Did you mean 'tilt'"),
        (lambda: pe.Component(pe.Prism(), {"tilt": "x"}), "'tilt' of Prism must be a finite"),  # type: ignore[dict-item]
        (lambda: fibre(arms=()), "arms must be a sequence of at least one"),
        (lambda: fibre(arms=(pe.Prism(),)), "every arm must be a sequence of Component"),
        (lambda: fibre(taps=(pe.Tap(3, pe.Amplitude()),)), "layer from 1 to 2, got 3"),
        (lambda: pe.Tap(0, pe.Amplitude()), "layer must be a positive integer, got 0"),
        (lambda: pe.Tap(1, None), "detector must be a Detector, got None"),  # type: ignore[arg-type]
        (lambda: fibre(encoder=pe.SeriesEncoder()), "alignment 'left'.*got 'energy-centroid'"),
        (lambda: fibre(before=[pe.Prism()]), "before must be a sequence of Component"),
    ],
)
def test_bad_paths_are_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
