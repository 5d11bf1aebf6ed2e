"""How well coefficients are recovered, and whether the error bars are right.

``python -m physembed.explain.recovery.study FOLDER`` writes ``coverage.json``; about half an hour
on one core.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from physembed._files import write_json_atomically
from physembed._version import __version__
from physembed.explain.recovery.least_squares_fit import recover
from physembed.explain.recovery.simulated_channels import CHANNELS
from physembed.training.environment import environment_record

N_TRIALS, N_PAIRS, DECIBELS, LEVEL = 100, 64, 30.0, 0.95


def trial(name: str, seed: int) -> dict[str, Any]:
    """One recovery from noisy pairs of a known channel, without a hint where to start."""
    channel = CHANNELS[name]
    inputs, outputs = channel.pairs(N_PAIRS, decibels=DECIBELS, seed=seed)
    began = time.perf_counter()
    found = recover(inputs, outputs, channel.equation, channel.grid, list(channel.truth))
    seconds = time.perf_counter() - began
    covered = {}
    for coefficient, truth in channel.truth.items():
        low, high = found.interval(coefficient, LEVEL)
        covered[coefficient] = bool(low <= truth <= high)
    return {
        "seed": seed,
        "values": found.values,
        "standard_errors": found.standard_errors,
        "covered": covered,
        "step_error": found.step_error,
        "seconds": seconds,
    }


def coverage(name: str, n_trials: int = N_TRIALS) -> dict[str, Any]:
    """Trials of a channel and what they amount to.

    Returns
    -------
    dict
        For every coefficient the truth, how many trials' intervals hold it, the largest and the
        root-mean-square relative error, and the mean standard error over the errors' own spread.
    """
    channel = CHANNELS[name]
    trials = [trial(name, seed) for seed in range(n_trials)]
    summary = {}
    for coefficient, truth in channel.truth.items():
        values = np.array([t["values"][coefficient] for t in trials])
        claimed = np.array([t["standard_errors"][coefficient] for t in trials])
        relative = (values - truth) / truth
        summary[coefficient] = {
            "truth": truth,
            "covered": sum(t["covered"][coefficient] for t in trials),
            "largest_relative_error": float(np.abs(relative).max()),
            "rms_relative_error": float(np.sqrt((relative**2).mean())),
            "bias_over_standard_error": float((values - truth).mean() / claimed.mean()),
            "claimed_over_found_spread": float(claimed.mean() / values.std(ddof=1)),
        }
    return {
        "equation": type(channel.equation).__name__,
        "n_trials": n_trials,
        "n_pairs": N_PAIRS,
        "decibels": DECIBELS,
        "level": LEVEL,
        "slowest_seconds": max(t["seconds"] for t in trials),
        "coefficients": summary,
        "trials": trials,
    }


if __name__ == "__main__":
    records = {name: coverage(name) for name in CHANNELS}
    write_json_atomically(
        Path(sys.argv[1]) / "coverage.json",
        {"physembed": __version__, "environment": environment_record(), "channels": records},
    )
