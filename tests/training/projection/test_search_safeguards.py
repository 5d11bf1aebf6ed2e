"""What a search does not take for found, and what it refuses."""

from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor
from two_tones import LOOK, ONE_STEP, SMALL, accuracy, left_out_error, lens, tones

import physembed as pe
from physembed.errors import InvalidInputError, TrainingError
from physembed.networks import SearchSpace
from physembed.training import ProjectionSettings, train_by_projection
from physembed.training.projection.objective import (
    Evaluation,
    UnderErrors,
)
from physembed.training.projection.proof import (
    FEWEST_TOLD,
    errors_as_built,
    found_is_better,
    is_decided,
)
from physembed.training.projection.search import SearchState, Step, search
from physembed.training.projection.task import ProjectionTask
from physembed.training.readout.ridge import fit_readout

pytestmark = pytest.mark.slow


def test_what_needs_no_search_is_never_beaten_by_a_worse_result() -> None:
    x, y = tones()
    hopeless = ProjectionSettings(rungs=((2, 1, 20),), rate=3.0)
    network, history = train_by_projection(lambda: lens(1.0), x, y, hopeless, seed=0)
    _, unsearched = train_by_projection(lambda: lens(1.0), x, y, LOOK, seed=0)
    assert left_out_error(network, x, y) <= unsearched[-1]["train_loss"] + 1e-6
    # the record of where it is, since the way of the search did not lead there
    assert [record["epoch"] for record in history] == [1]


def test_groups_change_what_is_found() -> None:
    x, y = tones(60)
    groups = torch.arange(60) // 10
    _, alone = train_by_projection(lens, x, y, SMALL, seed=0)
    _, grouped = train_by_projection(lens, x, y, SMALL, seed=0, groups=groups)
    assert alone[-1]["train_loss"] != grouped[-1]["train_loss"]


def test_comparators_take_their_thresholds_before_the_search() -> None:
    x, y = tones()
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.05, span=(0.01, 0.2)), "gamma": 0.0},
        n_layers=1,
        encoder=pe.SeriesEncoder(alignment="left"),
        arms=((pe.Component(pe.MachZehnder(), {"delay": pe.Trainable(1.0, span=(0.5, 2))}),),),
        detector=pe.Counter(
            pe.Quadratures((0.0,)), thresholds=1, levels=(0.8,), width=0.2, trainable=True
        ),
        gated=True,
    )
    make = lambda: pe.PhysicalEmbeddingNetwork(  # noqa: E731
        [fibre], n_channels=1, n_timepoints=40, n_classes=2
    )
    settings = ProjectionSettings(rungs=((1, 20, 120),))
    network, history = train_by_projection(make, x, y, settings, seed=0)
    counter = network.get_parameter("paths.0.detector.levels")
    assert float(counter.detach()) > 0.3  # in deviations; 0 where nothing was calibrated
    assert history[-1]["train_loss"] < 0.7 * history[0]["train_loss"]
    unseen, labels = tones(seed=1)
    assert accuracy(network, unseen, labels) > 0.9


def test_what_the_search_finds_must_prove_itself_on_cases_it_has_not_seen() -> None:
    x, y = tones()
    proven = replace(SMALL, proving_folds=3)
    network, history = train_by_projection(lens, x, y, proven, seed=0)
    unproven, same = train_by_projection(lens, x, y, SMALL, seed=0)
    assert network.coefficients() == unproven.coefficients()
    assert [r["train_loss"] for r in history] == [r["train_loss"] for r in same]
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(5))
    unmoved, history = train_by_projection(
        lambda: lens(0.3), noise, y, replace(ONE_STEP, proving_folds=3), seed=0
    )
    assert len(history) == 1
    # as it was, or a medium that does nothing: on noise rounding decides between the two
    strength = unmoved.coefficients()["fibre1/layer1/strength"]
    assert strength == pytest.approx(0.3) or strength == 0
    few = torch.tensor([0] * 28 + [1, 1])
    unmoved, history = train_by_projection(lens, x[:30], few, proven, seed=0)
    assert len(history) == 1


def test_a_proof_ends_where_it_is_decided() -> None:
    """Of many cases a division tells enough, for better or for worse; of few all are asked."""
    x, y = tones(480)
    worse = torch.ones(FEWEST_TOLD, dtype=torch.float64)
    worse[::2] = 0
    even = torch.ones(FEWEST_TOLD, dtype=torch.float64)
    even[::2] = -1
    assert is_decided(worse) and is_decided(-worse)
    assert not is_decided(even) and not is_decided(0 * even) and not is_decided(worse[:-1])
    # 11 against none are a chance of 2^-11, and 10 of 2^-10
    assert is_decided((torch.arange(200) < 11).double())
    assert not is_decided((torch.arange(200) < 10).double())
    focused = train_by_projection(lens, x[:120], y[:120], SMALL, seed=0)[0]
    searched: list[int] = []

    def prove(made: pe.SeriesNetwork, found: pe.SeriesNetwork, n_cases: int) -> tuple[bool, int]:
        def train(_: object, x: Tensor, y: Tensor, *rest: object, **options: object) -> Any:
            searched.append(len(x))
            fit_readout(found, x, y)
            return found, None

        searched.clear()
        settings = replace(ONE_STEP, proving_folds=4)
        task = ProjectionTask(x[:n_cases], y[:n_cases], settings, 0)
        return found_is_better(train, lambda: deepcopy(made), task), len(searched)

    assert prove(lens(), focused, 480) == (True, 1)
    assert prove(focused, lens(), 480) == (False, 1)
    assert prove(lens(), focused, 80) == (True, 4)


def test_a_prior_holds_few_cases_where_they_were_and_lets_many_go() -> None:
    x, y = tones(400)
    free, held, few = (
        train_by_projection(
            lambda: lens(0.3), x[:n], y[:n], replace(ONE_STEP, prior=prior), seed=0
        )[0].coefficients()["fibre1/layer1/strength"]
        for n, prior in ((400, None), (400, 0.02), (24, 0.02))
    )
    assert abs(few - 0.3) < abs(held - 0.3) < abs(free - 0.3)


def test_physics_is_looked_for_that_bears_errors_of_its_coefficients() -> None:
    """A narrow valley is left for a wide one that is not as deep."""

    def valleys(values: dict[str, Tensor], cases: Tensor) -> Evaluation:
        place = values["c"][:, 0]
        narrow = 1 - torch.exp(-(((place - 1.0) / 0.02) ** 2))
        wide = 1 - 0.8 * torch.exp(-(((place - 2.0) / 1.0) ** 2))
        return Evaluation(narrow * wide, torch.full_like(place, torch.nan))

    places = {"c": torch.tensor([[1.0], [2.0]], dtype=torch.float64)}
    draws = [torch.tensor([k]) for k in range(50)]
    plain = valleys(places, draws[0]).loss
    assert plain[0] < plain[1]
    borne = torch.stack([UnderErrors(valleys, 0.1)(places, cases).loss for cases in draws])
    assert borne[:, 0].mean() > borne[:, 1].mean()
    # the same errors whenever the same cases are drawn, so that a search can be taken up again
    assert torch.equal(UnderErrors(valleys, 0.1)(places, draws[3]).loss, borne[3])
    x, y = tones(40)
    brief = replace(ONE_STEP, rungs=((1, 2, 40),), tolerance=0.05)
    assert train_by_projection(lens, x, y, brief, seed=0)[1]


def test_a_proof_is_asked_of_media_as_they_are_made() -> None:
    """As ordered one medium is right, and 30 % of error costs it certainty; it is as before."""
    x, y = tones(60)
    network, _ = train_by_projection(lambda: lens(1.0), x, y, SMALL, seed=0)
    ordered = {name: value.clone() for name, value in network.state_dict().items()}
    little, much = (errors_as_built(network, x, y, tolerance) for tolerance in (1e-6, 0.3))
    assert 0 <= little.sum() < much.sum()
    # of none they are mistakes
    mistakes = network(x).argmax(dim=1) != y
    assert torch.equal(errors_as_built(network, x, y, 0.0), mistakes.double())
    for name, value in network.state_dict().items():
        assert torch.equal(value, ordered[name])


def test_detectors_without_a_slope_are_named() -> None:
    x, y = tones(24)
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"alpha": 0.0, "gamma": 0.0, "beta2": pe.Trainable(0.3)},
        n_layers=1,
        detector=pe.LongestDwell(),
    )
    for several in (False, True):
        detector = pe.SideBySide([pe.Counter(), fibre.detector]) if several else fibre.detector
        classifier = pe.PhysicalEmbeddingClassifier(
            fibres=[replace(fibre, detector=detector)],
            training=replace(ONE_STEP, rungs=((2, 1, 24),)),
        )
        if several:
            classifier.fit(x.numpy(), y.numpy())
        else:
            with pytest.raises(pe.InvalidInputError, match="what the detectors read has no slope"):
                classifier.fit(x.numpy(), y.numpy())


@pytest.mark.parametrize(
    "wrong",
    [
        {"rungs": ()},
        {"rungs": ((4, 1, 2),)},
        {"rungs": ((4, 1, 50), (8, 1, 50))},
        {"stage_steps": -1},
        {"step_points": 0},
        {"proving_folds": 1},
        {"prior": 0.0},
        {"tolerance": -0.1},
        {"rate": 0.0},
        {"final_cases": 2},
        {"readout": "best of all"},
        {"autofocus": 1},
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(pe.InvalidInputError, match=next(iter(wrong))):
        ProjectionSettings(**wrong)  # type: ignore[arg-type]


def test_a_network_without_physics_is_refused() -> None:
    x, y = tones(20)
    fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.1, "gamma": 0.0}, n_layers=1)
    make = lambda: pe.PhysicalEmbeddingNetwork(  # noqa: E731
        [fibre], n_channels=1, n_timepoints=40, n_classes=2
    )
    with pytest.raises(pe.InvalidInputError, match="designed"):
        train_by_projection(make, x, y, seed=0)


def cliff(values: dict[str, Tensor], cases: Tensor) -> Evaluation:
    """A valley at 1 behind whose far edge, 0.8, nothing is a number."""
    loss = (values["a"][:, 0].double() - 1).square()
    loss = loss.masked_fill(values["a"][:, 0] < 0.8, torch.nan)
    return Evaluation(loss, torch.full_like(loss, torch.nan).detach())


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ((1.0, 1.0), "high must be a number above 1, got 1.0"),
        ((float("-inf"), 1.0), "low must be a finite number, got -inf"),
        (("0", 1.0), "low must be a finite number, got '0'"),
    ],
)
def test_a_range_has_an_end_above_its_beginning(ends: tuple[float, float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        SearchSpace(*ends)


def test_a_start_that_is_lost_on_its_way_goes_back_to_where_it_was_sound() -> None:
    spaces = {"a": SearchSpace()}
    searched = SimpleNamespace(spaces=spaces, limit=lambda values: values)
    # the second is lost from the beginning, and stays behind
    state = SearchState({"a": torch.tensor([[3.0], [-1.0]])})
    steps = [Step(k, 2, 10, 0.3, 0, 30) for k in range(30)]
    search(searched, cliff, state, steps, n_cases=10, points=1, seed=0)  # type: ignore[arg-type]
    losses = torch.stack(state.trace.losses)[:, 0]
    assert not bool(losses.isfinite().all()), "it never fell"
    assert bool(losses[-1].isfinite())
    sound, was_sound = state.trace.last_sound()
    assert was_sound.tolist() == [True, False]
    assert float((sound["a"][0] - 1).abs()) < 0.2
    assert state.trace.recent_loss(15).argmin() == 0
    nowhere = SearchState({"a": torch.tensor([[-1.0], [-2.0]])})
    with pytest.raises(TrainingError, match="nor was before"):
        search(searched, cliff, nowhere, steps, n_cases=10, points=1, seed=0)  # type: ignore[arg-type]
