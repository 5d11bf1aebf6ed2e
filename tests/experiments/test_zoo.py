"""Which physics suits which data: what equations make, the record, and the standings."""

import numpy as np
import pytest

import physembed as pe
from physembed.experiments.zoo.made_series import made_by
from physembed.experiments.zoo.models import CONTROLS
from physembed.experiments.zoo.standings import standings
from physembed.experiments.zoo.sweep import Fit, read_record, zoo
from physembed.physics import ALL_EQUATIONS


@pytest.mark.parametrize("name", ALL_EQUATIONS)
def test_every_equation_makes_two_classes(name: str) -> None:
    x, y = made_by(ALL_EQUATIONS[name](), n_cases=4, n_timepoints=24)
    assert x.shape == (4, 1, 24)
    assert np.isfinite(x).all()
    assert list(y) == ["less", "more"] * 2


def test_a_seed_makes_the_same_series() -> None:
    first, again, other = (made_by(pe.Burgers(), n_cases=2, seed=k)[0] for k in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.slow
def test_a_sweep_goes_on_where_it_stopped(tmp_path) -> None:
    told: list[Fit] = []
    sweep = {"out": tmp_path, "equations": ["cubic-quintic"], "makers": ["cubic-quintic"]}
    fits = zoo([], told=told.append, **sweep)
    assert [fit.model for fit in fits] == [*CONTROLS, "cubic-quintic"]
    assert all(0 <= fit.accuracy <= 1 and fit.embedding <= 18 for fit in fits)
    assert [fit.embedding for fit in fits[:2]] == [0, 0]
    assert read_record(tmp_path) == fits == told
    with (tmp_path / "records.jsonl").open("a") as record:
        record.write('{"data": "half')
    assert zoo([], told=told.append, **sweep) == fits
    assert len(told) == len(fits)
    # what comes after half a line has a line of its own
    more = zoo([], told=told.append, **{**sweep, "equations": ["nonlinear-schrodinger"]})
    assert len(more) == len(fits) + 1
    assert read_record(tmp_path) == more


def test_standings_are_those_of_the_accuracies() -> None:
    """What is better on all of seven sets is told from no physics, what is the same is not."""
    fits = [
        Fit(f"set {k}", model, 0, 0.5 + 0.03 * k + gain * (1 + 0.1 * k), 0, 17, 0.1)
        for k in range(7)
        for model, gain in (("no physics", 0.0), ("better", 0.05), ("same", 0.0))
    ]
    rows = {row.model: row for row in standings(fits)}
    assert next(iter(rows)) == "better"
    assert rows["better"].first == 7
    assert rows["no physics"].p is None
    # the least that seven ranks can give is 2/2⁷, twice that after Holm
    assert rows["better"].p == pytest.approx(4 / 128)
    assert rows["same"].p == 1.0
    assert standings([]) == []


def test_what_is_asked_for_is_checked(tmp_path) -> None:
    with pytest.raises(pe.UnknownNameError, match="unknown equation 'kdw'"):
        zoo(["GunPoint"], out=tmp_path / "zoo", equations=["kdw"])
    with pytest.raises(pe.InvalidInputError, match="datasets or makers must name something"):
        zoo([], out=tmp_path / "zoo")
    assert not (tmp_path / "zoo").exists()
