"""Whole trainings on Spoken Digits: seconds of the processor and accuracy, before and after.

``python -m studies.training_times DATA_DIR results/performance`` writes ``training_times.json``,
fit by fit, each in a process of its own with one thread. What it takes the library's code of before
from is the repository's history. A core beside other work computes more slowly: seconds stand
beside those of Fourier transforms at the time.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

from physembed._markdown import markdown_table
from studies.fit_records import Records, run_from_command_line
from studies.one_training import FOLDS

BEFORE = "737656e"
"""The commit that is compared with."""
NOW = "now"
SEEDS = (0, 1, 2)
FILE = "training_times.json"
AS_IT_IS = "as it is"
ROOT = Path(__file__).parent.parent
TWO_EPOCHS = {"max_epochs": 2, "min_steps": 0}
Settings = dict[str, Any]
OFTEN: tuple[Settings, ...] = ({}, {"max_epochs": 10})
"""Trainings of ``nlse`` that are compared from every seed on every division of the training
cases."""
ONCE: tuple[Settings, ...] = (
    {"max_epochs": 7},
    {"max_epochs": 10, "batch_size": 16},
    {"max_epochs": 10, "physics_rate": 0.02, "head_rate": 6e-3},
)
"""Those that are looked at from one seed on one division."""


def measure(data_dir: Path, out: Path) -> None:
    """``tiny`` by the code of now from every seed, ``nlse`` from one, both by that of before."""
    records = Records(out / FILE)
    with code_of(BEFORE) as before:
        for code, place in ((BEFORE, before / "src"), (NOW, ROOT / "src")):
            # its weights are the same, bit by bit, and of two epochs as of twenty
            key = {"preset": "nlse", "seed": 0, "code": code, "settings": TWO_EPOCHS}
            records.add(key, partial(_fit, key, data_dir, place))
            for seed in SEEDS if code == NOW else SEEDS[:1]:
                key = {"preset": "tiny", "seed": seed, "code": code}
                records.add(key, partial(_fit, key, data_dir, place))


def measure_shorter(data_dir: Path, out: Path) -> None:
    """What ``nlse`` loses by fewer epochs, on training cases that were left out."""
    records = Records(out / FILE)
    asked = [(0, 0, settings) for settings in (*OFTEN, *ONCE)]
    asked += [(seed, fold, s) for seed in SEEDS for fold in range(FOLDS) for s in OFTEN]
    for seed, fold, settings in asked:
        key = {"preset": "nlse", "seed": seed, "fold": fold, "settings": settings}
        records.add(key, partial(_fit, key, data_dir, ROOT / "src"))


def _fit(asked: Mapping[str, Any], data_dir: Path, source: Path) -> dict[str, Any]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    made = subprocess.run(
        [
            *(sys.executable, "-P", str(ROOT / "studies" / "one_training.py")),
            json.dumps({**asked, "data_dir": str(data_dir.resolve())}),
        ],
        env=os.environ | threads | {"PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return told | {"load": os.getloadavg()[0]}


@contextmanager
def code_of(revision: str) -> Iterator[Path]:
    """A folder with the library's source and the studies at a commit, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", revision, "src", "studies"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        yield Path(folder)


def times_table(entries: list[dict[str, Any]]) -> str:
    """Fits before and after, and what other trainings of ``nlse`` reach, as Markdown."""
    official = [entry for entry in entries if "code" in entry]
    rows = []
    for preset, words in (("tiny", "`tiny`"), ("nlse", "two epochs of `nlse`")):
        of_preset = [entry for entry in official if entry["preset"] == preset]
        before = [_transforms(entry) for entry in of_preset if entry["code"] == BEFORE]
        for code, when in ((BEFORE, f"at `{BEFORE}`"), (NOW, NOW)):
            some = [entry for entry in of_preset if entry["code"] == code]
            if not some:
                continue
            work = median(_transforms(entry) for entry in some)
            cells = [f"{median(entry['fit_s'] for entry in some):.0f}", f"{work / 1e6:.2f}"]
            cells.append(f"{work / median(before):.0%}" if before else "")
            cells.append(", ".join(f"{100 * entry['accuracy']:.1f}" for entry in some))
            rows.append([f"{words}, {when}", *cells])
    columns = ("seconds of the processor", "transforms, millions", "of before", "accuracy / %")
    processor = official[0]["environment"]["processor"]
    load = median(entry["load"] for entry in official)
    tables = [
        markdown_table(["Spoken Digits", *columns], rows),
        f"Medians, and the accuracy of every seed on the official test cases; one thread, "
        f"{processor}, at a load of {load:.0f} by other work, which makes it slower: seconds over "
        "those of a transform of 10,240 points at the time tell how much is done.",
    ]
    divided = [entry for entry in entries if "fold" in entry]
    if divided:
        beside = ["fits", "accuracy / %", "beside the same fits as it is"]
        tables += [
            markdown_table(["Other trainings of `nlse`", *beside], _rows_of_other(divided)),
            f"Means, and of several fits the mean difference with its standard error: seeds and "
            f"divisions of the training cases into {FOLDS}, each of which was left out. The "
            "official test cases were not looked at.",
        ]
    return "\n\n".join(tables)


def _rows_of_other(entries: list[dict[str, Any]]) -> list[list[str]]:
    """Every training of ``nlse``, and how it differs from that of the preset, fit by fit."""
    by_settings: dict[str, dict[tuple[int, int], float]] = {}
    for entry in entries:
        words = ", ".join(f"`{k}={v}`" for k, v in entry["settings"].items()) or AS_IT_IS
        of_fits = by_settings.setdefault(words, {})
        of_fits[entry["seed"], entry["fold"]] = 100 * entry["accuracy"]
    rows = []
    for words, of_fits in by_settings.items():
        usual = by_settings[AS_IT_IS]
        apart = [accuracy - usual[fit] for fit, accuracy in of_fits.items()]
        told = "" if words == AS_IT_IS else f"{mean(apart):+.1f}"
        if told and len(apart) > 1:
            told += f" ± {stdev(apart) / len(apart) ** 0.5:.1f}"
        rows.append([words, str(len(of_fits)), f"{mean(of_fits.values()):.1f}", told])
    return rows


def _transforms(entry: dict[str, Any]) -> float:
    """Of 10,240 points that could be computed in the time of a fit."""
    return 1e6 * float(entry["fit_s"]) / float(entry["transform_us"])


if __name__ == "__main__":
    run_from_command_line(__doc__, measure, measure_shorter)
