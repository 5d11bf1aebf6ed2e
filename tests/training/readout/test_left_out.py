"""The closed-form leave-one-out error against refitting, and its gradient against differences."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneGroupOut, LeaveOneOut

import physembed as pe
from physembed.training import leave_one_out, signed_targets
from physembed.training.readout import left_out as left_out_module
from physembed.training.readout import smoother
from physembed.training.readout.left_out import PENALTIES, accuracy, standardise


def problem(n_cases: int, n_features: int, n_targets: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(n_cases + n_features)
    x = torch.randn(2, n_cases, n_features, generator=generator, dtype=torch.float64)
    truth = torch.randn(n_features, n_targets, generator=generator, dtype=torch.float64)
    noise = torch.randn(n_cases, n_targets, generator=generator, dtype=torch.float64)
    return x, x[0] @ truth + 2 * noise + 3


SHAPES = pytest.mark.parametrize(
    ("n_cases", "n_features"), [(40, 6), (20, 20), (12, 30)], ids=["tall", "square", "wide"]
)


@SHAPES
@pytest.mark.parametrize("n_targets", [1, 3])
@pytest.mark.parametrize("grouped", [False, True], ids=["cases", "groups"])
def test_scores_are_those_of_refitting_without_the_case_or_group(
    n_cases: int, n_features: int, n_targets: int, grouped: bool
) -> None:
    x, y = problem(n_cases, n_features, n_targets)
    groups = torch.arange(n_cases) * 7 % 5
    refits = leave_one_out(x, y, groups=groups if grouped else None)
    for start in range(2):
        features = standardise(x)[start].numpy()
        divisions = (
            LeaveOneGroupOut().split(features, groups=groups.numpy())
            if grouped
            else LeaveOneOut().split(features)
        )
        for trained_on, left_out in divisions:
            ridge = Ridge(alpha=float(refits.penalty[start])).fit(
                features[trained_on], y[trained_on].numpy()
            )
            expected = ridge.predict(features[left_out]).reshape(len(left_out), -1)
            np.testing.assert_allclose(refits.scores[start][left_out], expected, atol=1e-9)
        error = (refits.scores[start] - y).square().mean()
        assert float(refits.loss[start]) == pytest.approx(float(error / y.var(0, False).mean()))


@SHAPES
def test_the_penalty_is_the_best_of_the_candidates(n_cases: int, n_features: int) -> None:
    x, y = problem(n_cases, n_features, 2)
    best = leave_one_out(x, y)
    losses = [leave_one_out(x, y, penalties=candidate[None]).loss for candidate in PENALTIES]
    torch.testing.assert_close(best.loss, torch.stack(losses).amin(dim=0))


@pytest.mark.slow
@SHAPES
@pytest.mark.parametrize("grouped", [False, True], ids=["cases", "groups"])
def test_gradient_is_that_of_finite_differences(
    n_cases: int, n_features: int, grouped: bool
) -> None:
    x, y = problem(n_cases, n_features, 2)
    groups = torch.arange(n_cases) % 4 if grouped else None
    x.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda z: leave_one_out(z, y, groups=groups, penalties=PENALTIES[7:8]).loss, (x[:1],)
    )


def test_gradient_is_finite_where_eigenvalues_coincide_and_features_repeat() -> None:
    generator = torch.Generator().manual_seed(0)
    orthogonal = torch.linalg.qr(torch.randn(16, 4, generator=generator, dtype=torch.float64))[0]
    x = torch.cat([orthogonal, orthogonal, torch.ones(16, 1)], dim=1)[None].requires_grad_()
    y = torch.randn(16, 1, generator=generator, dtype=torch.float64)
    (slope,) = torch.autograd.grad(leave_one_out(x, y).loss.sum(), x)
    assert bool(torch.isfinite(slope).all())
    assert float(slope.abs().max()) > 0


@SHAPES
@pytest.mark.parametrize("grouped", [False, True], ids=["cases", "groups"])
def test_a_start_without_a_field_leaves_the_others_as_they_are(
    n_cases: int, n_features: int, grouped: bool
) -> None:
    x, y = problem(n_cases, n_features, 1)
    groups = torch.arange(n_cases) * 7 % 5 if grouped else None
    broken = torch.cat([x, x[:1]])
    broken[2, 3, 1] = torch.inf
    broken.requires_grad_(True)
    beside_a_broken_one, alone = (
        leave_one_out(broken, y, groups=groups),
        leave_one_out(x, y, groups=groups),
    )
    torch.testing.assert_close(beside_a_broken_one.loss[:2], alone.loss, rtol=1e-12, atol=0)
    assert bool(beside_a_broken_one.loss[2].isnan())
    (slope,) = torch.autograd.grad(beside_a_broken_one.loss.sum(), broken)
    assert bool(slope[:2].isfinite().all())


def test_two_classes_share_a_target_and_accuracy_counts_the_highest_score() -> None:
    labels = torch.tensor([0, 1, 1])
    assert signed_targets(labels, 2)[:, 0].tolist() == [-1, 1, 1]
    assert signed_targets(labels, 3)[1].tolist() == [-1, 1, -1]
    scores = torch.tensor([[[-0.3], [0.2], [-0.1]]])
    assert accuracy(scores, labels).tolist() == pytest.approx([2 / 3])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"features": torch.ones(4, 2)}, "features"),
        ({"features": torch.ones(1, 1, 2), "targets": torch.ones(1, 1)}, "features"),
        ({"targets": torch.ones(3, 1)}, "targets"),
        ({"penalties": torch.tensor([0.0])}, "penalties"),
        ({"groups": torch.zeros(4, dtype=torch.long)}, "groups"),
        ({"groups": torch.zeros(3, dtype=torch.long)}, "groups"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, torch.Tensor], named: str) -> None:
    given = {"features": torch.ones(1, 4, 2), "targets": torch.ones(4, 1)} | arguments
    with pytest.raises(pe.InvalidInputError, match=named):
        leave_one_out(given.pop("features"), given.pop("targets"), **given)


@pytest.mark.parametrize(("n_cases", "n_features"), [(60, 12), (20, 30)])
def test_factors_choose_the_penalty_that_eigenvalues_do(
    n_cases: int, n_features: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GPU takes the one way and a CPU the other; some starts, and some penalties, at a time."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, n_cases, n_features, generator=generator).double()
    y = torch.randn(n_cases, 2, generator=generator).double() + x[0, :, :2]
    by_eigenvalues = leave_one_out(x, y).penalty
    monkeypatch.setattr(left_out_module, "best_penalty", smoother.best_penalty_by_factors)
    assert torch.equal(leave_one_out(x, y).penalty, by_eigenvalues)
    monkeypatch.setattr(smoother, "NUMBERS_AT_ONCE", 3 * x.numel())
    assert torch.equal(leave_one_out(x, y).penalty, by_eigenvalues)


def test_a_penalty_without_a_factor_is_not_chosen() -> None:
    x, y = problem(30, 3, 1)
    twins = torch.cat([x, x], dim=-1)
    groups = torch.arange(30) % 6
    penalties = torch.tensor([1e-17, 1.0], dtype=torch.float64)
    left_out = leave_one_out(twins, y, penalties=penalties, groups=groups)
    assert left_out.penalty.tolist() == [1.0, 1.0]
    assert left_out.loss.isfinite().all()
