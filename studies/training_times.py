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
from statistics import median
from typing import Any

from physembed._markdown import markdown_table
from studies.fit_records import Records, run_from_command_line

BEFORE = "737656e"
"""The commit that is compared with."""
NOW = "now"
SEEDS = (0, 1, 2)
FILE = "training_times.json"
ROOT = Path(__file__).parent.parent
TWO_EPOCHS = {"max_epochs": 2, "min_steps": 0}
SHORTER: tuple[dict[str, Any], ...] = (
    {},
    {"max_epochs": 10},
    {"max_epochs": 7},
    {"max_epochs": 10, "batch_size": 16},
)
"""Other trainings of ``nlse``, compared on divisions of the training cases."""


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
    for settings in SHORTER:
        key = {"preset": "nlse", "seed": 0, "fold": 0, "settings": settings}
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
        shorter = [
            [
                ", ".join(f"`{k}={v}`" for k, v in entry["settings"].items()) or "as it is",
                f"{100 * entry['accuracy']:.1f}",
            ]
            for entry in divided
        ]
        tables += [
            markdown_table(["Other trainings of `nlse`", "accuracy / %"], shorter),
            "On a third of the training cases, which were left out; the official test cases were "
            "not looked at.",
        ]
    return "\n\n".join(tables)


def _transforms(entry: dict[str, Any]) -> float:
    """Of 10,240 points that could be computed in the time of a fit."""
    return 1e6 * float(entry["fit_s"]) / float(entry["transform_us"])


if __name__ == "__main__":
    run_from_command_line(__doc__, measure, measure_shorter)
