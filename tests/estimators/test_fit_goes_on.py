"""A fit to a source that is stopped goes on from what was summed, to the same model."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
import torch
from many_waves import SAMPLE, N, X, Y, classifier

import physembed as pe
from physembed import _checkpoint


class Source:
    """Pieces of sixty cases, of which the sum of one is interrupted the first time."""

    def __init__(self, interrupted_in: int) -> None:
        self.interrupted_in, self.read = interrupted_in, 0

    def __call__(self):
        for k in range(0, N, 60):
            self.read += 1
            # the second pass
            if self.read == 4 + self.interrupted_in:
                raise KeyboardInterrupt
            yield X[k : k + 60], Y[k : k + 60]


def test_a_fit_goes_on_from_what_was_summed(tmp_path: Path) -> None:
    options = {"sample_cases": SAMPLE, "unit_cases": 60}
    expected = classifier().fit(Source(100), **options)
    source = Source(3)
    with pytest.raises(KeyboardInterrupt):
        classifier(checkpoint_dir=tmp_path).fit(source, **options)
    (unfinished,) = tmp_path.iterdir()
    assert torch.load(unfinished, weights_only=True)["units"] == 2
    fitted = classifier(checkpoint_dir=tmp_path).fit(source, **options)
    for name, value in expected.network_.state_dict().items():
        assert torch.equal(value, fitted.network_.state_dict()[name]), name
    assert not list(tmp_path.iterdir())
    # what is damaged is told, and never summed
    with pytest.raises(KeyboardInterrupt):
        classifier(checkpoint_dir=tmp_path).fit(Source(3), **options)
    unfinished.write_bytes(b"damaged")
    with pytest.raises(pe.RunFolderError, match="no training that can be gone on with"):
        classifier(checkpoint_dir=tmp_path).fit(Source(100), **options)


def test_sums_of_one_pool_are_not_gone_on_with_as_those_of_another(tmp_path: Path) -> None:
    """Two samples give two pools, alike in shape, on which the same cases have other sums."""
    for n_stopped, sample_cases in ((1, 60), (2, 100)):
        model = classifier("compact", detectors=8, robustness=0.0, checkpoint_dir=tmp_path)
        with pytest.raises(KeyboardInterrupt):
            model.fit(Source(2), sample_cases=sample_cases, unit_cases=60, taught_by="all")
        assert len(list(tmp_path.iterdir())) == n_stopped


class Killing(Source):
    """The same, but that the process is killed where the other one is interrupted."""

    def __call__(self):
        try:
            yield from super().__call__()
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGKILL)


def fit_until_killed(folder: Path, number: int) -> None:
    _checkpoint.SECONDS_BETWEEN = 0.0
    classifier(checkpoint_dir=folder).fit(Killing(number), sample_cases=SAMPLE, unit_cases=60)


def test_a_process_that_is_killed_again_and_again_leaves_the_same_model(tmp_path: Path) -> None:
    expected = classifier().fit(Source(100), sample_cases=SAMPLE, unit_cases=60)
    for number in (1, 2, 3, 3, 4):
        killed = multiprocessing.get_context("fork").Process(
            target=fit_until_killed, args=(tmp_path, number)
        )
        killed.start()
        killed.join()
        assert killed.exitcode == -signal.SIGKILL
    (unfinished,) = tmp_path.glob("*.sums")
    assert torch.load(unfinished, weights_only=True)["units"] == 3
    fitted = classifier(checkpoint_dir=tmp_path).fit(
        Source(100), sample_cases=SAMPLE, unit_cases=60
    )
    for name, value in expected.network_.state_dict().items():
        assert torch.equal(value, fitted.network_.state_dict()[name]), name
