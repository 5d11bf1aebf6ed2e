"""Separability and attribution, against what must be so and against differences."""

import numpy as np
import pytest
import torch
from small_subject import small_subject

from physembed.explain.measures.attribution import (
    adjoint_passage,
    attribute,
    decision,
    deletion,
    occluded,
)
from physembed.explain.measures.separability import separability


def test_tones_part_where_a_lens_shows_their_spectrum() -> None:
    separated = separability(small_subject("gpe"), 0)
    # random phases hide the pitch from an intensity; at the focus it is a place
    assert separated.probe[2] > separated.probe[0] + 0.1
    assert separated.probe[0] == pytest.approx(separated.probe[1])
    assert len(separated.planes) == 3
    assert separated.planes[0].shape == (20, 2)


@pytest.mark.parametrize("kind", ["nlse", "gpe", "both"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_shares_are_slopes_times_the_series(kind: str, n_channels: int) -> None:
    """Against central differences of the score along single points, about the series' mean."""
    subject = small_subject(kind, n_channels)
    cases = torch.arange(8)
    attribution = attribute(subject, cases)
    assert attribution.agreement == 1.0
    x = subject.x_test[cases]

    def score(series: torch.Tensor) -> torch.Tensor:
        logits = subject.network(series)
        of_chosen = logits.gather(1, attribution.chosen[:, None])[:, 0]
        return of_chosen - (logits.sum(dim=1) - of_chosen)

    step = torch.zeros_like(x)
    for point in (5, 20, 41):
        step.zero_()
        step[:, 0, point] = 1e-5
        slope = (score(x + step) - score(x - step)) / 2e-5
        # the error of central differences goes with the square of the step
        torch.testing.assert_close(
            attribution.shares[:, 0, point],
            slope * (x[:, 0, point] - x[:, 0].mean(dim=-1)),
            rtol=1e-4,
            atol=1e-6,
        )


def test_arms_that_no_detector_reads_carry_no_decision() -> None:
    subject = small_subject("few", 2)
    unread = 0
    for fibre, path in enumerate(subject.paths):
        arms = adjoint_passage(subject, fibre, subject.x_test[0]).arms
        # one field where a fibre reads the difference of the channels
        n_fields = subject.network.fibres[fibre].encoder.n_fields(2)
        assert arms.shape[:2] == (n_fields, path.n_arms)
        carried = arms.abs().sum(dim=(0, -1)) > 0
        of_none = [arm for arm in range(path.n_arms) if arm not in path.arms_seen]
        assert not carried[of_none].any()
        assert carried.any()
        unread += len(of_none)
    assert unread > 0


def test_covering_what_a_network_reads_costs_score() -> None:
    subject = small_subject("gpe")
    cost = occluded(subject, 3)
    assert cost.shape == (1, 48)
    assert float(cost.abs().max()) > 0
    # a window covered changes the score by as much as the network itself says
    x = subject.x_test[3:4].clone()
    score, label = decision(subject.network(x))
    x[..., :2] = x.mean()
    logits = subject.network(x)
    of_class = logits[0, label[0]]
    assert float(cost[0, 0]) == pytest.approx(
        float(score[0] - (of_class - (logits.sum() - of_class)))
    )


def test_erasing_what_matters_changes_more_than_erasing_what_does_not() -> None:
    subject = small_subject("gpe")
    attribution = attribute(subject, torch.arange(20))
    tested = deletion(subject, attribution)
    assert tested.most >= tested.least
    assert deletion(subject, attribution) == tested


def test_in_a_linear_medium_the_light_carries_the_same_share_at_every_layer() -> None:
    subject = small_subject("gpe")
    passage = adjoint_passage(subject, 0, subject.x_test[0])
    total = passage.shares.sum(dim=(1, 2))
    # the medium is unitary, so the product of field and adjoint is kept
    np.testing.assert_allclose(total.numpy(), float(total[0]), rtol=1e-6, atol=1e-9)
    medium = subject.fibres[0][1]
    layers = medium.layers(passage.fields[:1])
    torch.testing.assert_close(passage.fields[1:], layers[:, 0], rtol=1e-8, atol=1e-10)


def test_the_adjoint_field_ends_at_the_attribution_of_the_series() -> None:
    """Summed over time, the shares of the input field are those of a series it is linear in."""
    subject = small_subject("nlse")
    x = subject.x_test[:1]
    shares = adjoint_passage(subject, 0, x[0]).shares
    encoded = subject.fibres[0][0].encoder(x).detach().requires_grad_()
    logits = subject.network.head(
        subject.fibres[0][0].detector(subject.fibres[0][1](encoded)).flatten(1)
    )
    (slope,) = torch.autograd.grad(decision(logits)[0].sum(), encoded)
    torch.testing.assert_close(
        shares[0], (encoded.conj() * slope).real[0].detach(), rtol=1e-6, atol=1e-9
    )
