"""How well a condensate's coefficients are recovered, and whether the error bars are right.

``python -m studies.recovery_of_a_condensate FOLDER`` writes ``condensate.json``; some minutes
on one core.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.explain.recovery.least_squares_fit import recover
from physembed.training.environment import environment_record
from studies.simulated_channels import CHANNELS

N_PAIRS, DECIBELS, LEVEL, STEPS = 24, 30.0, 0.95, 20
N_TRIALS = {"gpe": 25}
"""Of a condensate; a fibre is :mod:`studies.recovery_of_a_fibre`'s."""


def trial(name: str, seed: int) -> dict[str, Any]:
    """One recovery from noisy pairs of a known channel, from a start that is a quarter off."""
    channel = CHANNELS[name]
    inputs, outputs = channel.pairs(N_PAIRS, decibels=DECIBELS, seed=seed)
    began = time.perf_counter()
    # by turns too large and too small; without a start the study of a fibre searches
    start = {k: v * (1.25 if n % 2 else 0.75) for n, (k, v) in enumerate(channel.truth.items())}
    recovered = recover(inputs, outputs, channel.equation, channel.grid, start, steps=STEPS)
    seconds = time.perf_counter() - began
    covered = {}
    for coefficient, truth in channel.truth.items():
        low, high = recovered.interval(coefficient, LEVEL)
        covered[coefficient] = bool(low <= truth <= high)
    return {
        "seed": seed,
        "values": recovered.values,
        "standard_errors": recovered.standard_errors,
        "covered": covered,
        "step_error": recovered.step_error,
        "seconds": seconds,
    }


def coverage(name: str, trials: list[dict[str, Any]]) -> dict[str, Any]:
    """What the trials of a channel amount to.

    Returns
    -------
    dict
        For every coefficient the truth, how many trials' intervals hold it, the largest and the
        root-mean-square relative error, and the mean standard error over the errors' own spread.
    """
    channel = CHANNELS[name]
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
        "n_trials": len(trials),
        "n_pairs": N_PAIRS,
        "decibels": DECIBELS,
        "level": LEVEL,
        "slowest_seconds": max(t["seconds"] for t in trials),
        "coefficients": summary,
        "trials": trials,
    }


def write_study(folder: Path) -> None:
    """Run the trials of every channel and write ``condensate.json``.

    Trials are kept one by one in ``condensate-trials.json``, so that the study may be stopped and
    started again.
    """
    file = folder / "condensate-trials.json"
    trials: dict[str, list[dict[str, Any]]] = {name: [] for name in N_TRIALS}
    if file.is_file():
        trials |= json.loads(file.read_text("utf-8"))
    for name, done in trials.items():
        for seed in range(len(done), N_TRIALS[name]):
            done.append(trial(name, seed))
            write_json_atomically(file, trials)
    write_json_atomically(
        folder / "condensate.json",
        {
            "physembed": __version__,
            "environment": environment_record(),
            "channels": {name: coverage(name, done) for name, done in trials.items()},
        },
    )
    file.unlink()


def table(record: dict[str, Any]) -> str:
    """The study as Markdown."""
    columns = (
        *("Equation", "Coefficient", "Truth", "95 % interval holds it in"),
        *("Root-mean-square error / %", "Largest error / %"),
    )
    rows = [
        (
            channel["equation"],
            name,
            f"{recovered['truth']:g}",
            f"{recovered['covered']} of {channel['n_trials']}",
            f"{100 * recovered['rms_relative_error']:.2f}",
            f"{100 * recovered['largest_relative_error']:.2f}",
        )
        for channel in record["channels"].values()
        for name, recovered in channel["coefficients"].items()
    ]
    return markdown_table(columns, rows, n_text_columns=2)


if __name__ == "__main__":
    write_study(Path(sys.argv[1]))
