"""Training in silico and training with a laboratory in the loop, on a laboratory that is off.

``python -m studies.lab_in_the_loop FOLDER`` writes ``lab.json``; some minutes of one core.
FordASubset through a programmable time lens of 12 settings, 27 bins of time and a linear head: 40
numbers. ``... FOLDER ways`` writes ``ways.json``: other ways to train in the loop, judged by a
quarter of the training cases that is left out.
"""

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.data import load_dataset
from physembed.hardware import (
    Disturbances,
    Hardware,
    SimulatedLab,
    SpectralLine,
    train_in_the_loop,
)
from physembed.training.environment import environment_record

N_CONTROLS, N_BINS, SEEDS, N_EPOCHS = 12, 27, (0, 1, 2, 3, 4), 30
LAB: dict[str, Any] = {
    "miscalibration": 0.03,
    "phase_noise": 0.02,
    "bits": 8,
    "drift": 0.0002,
    "failures": 0.02,
}
TOLERANCES = Disturbances(controls=0.1, gain=0.03, readout=0.01, bits=8)

N_PASSES = {"validation": 3, "test": 1}
"""Of the judges of other ways through the laboratory, whose noise is another one in each."""

ARMS = {
    "ideal": "a laboratory as on its data sheet",
    "in silico": "trained on the data sheet, used in the laboratory",
    "in silico, noise-aware": "the same, trained under disturbances",
    "in silico, head fitted again": "the same, with a head fitted to what the laboratory gives",
    "in the loop": "trained on in the laboratory",
}


def _cases(part: str) -> tuple[Tensor, Tensor]:
    data = load_dataset("FordASubset")
    X, y = (data.X_train, data.y_train) if part == "train" else (data.X_test, data.y_test)
    series = torch.from_numpy(np.asarray(X)[:, 0]).float()
    series = series - series.mean(dim=1, keepdim=True)
    series = series / series.std(dim=1, keepdim=True)
    return series, torch.from_numpy((np.asarray(y) == "1").astype(np.float32))


class _Head(nn.Module):
    """A linear readout of features in units of what first came out."""

    def __init__(self, first: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", first.mean(dim=0))
        self.register_buffer("spread", first.std(dim=0))
        self.linear = nn.Linear(first.shape[1], 1)

    def forward(self, features: Tensor) -> Tensor:
        scaled = (features - self.get_buffer("mean")) / self.get_buffer("spread")
        score: Tensor = self.linear(scaled)[:, 0]
        return score


def _trained(hardware: Hardware, head: nn.Module, seed: int, rate: float = 0.03) -> None:
    series, labels = _cases("train")
    train_in_the_loop(
        hardware, head, series, labels, loss=nn.functional.binary_cross_entropy_with_logits,
        n_epochs=N_EPOCHS, learning_rate=rate, seed=seed,
    )  # fmt: skip


def _accuracy(hardware: Hardware, head: nn.Module) -> float:
    series, labels = _cases("test")
    with torch.no_grad():
        return float(((head(hardware(series)) > 0) == (labels > 0.5)).float().mean())


def run(seed: int) -> dict[str, Any]:
    """The accuracy of every arm in one laboratory."""
    torch.manual_seed(seed)
    series, labels = _cases("train")
    n = series.shape[1]
    start = {"phase": 0.1 * torch.randn(N_CONTROLS)}
    accuracy = {}

    def line() -> SpectralLine:
        return SpectralLine(n, N_CONTROLS, N_BINS)

    def lab() -> SimulatedLab:
        return SimulatedLab(line(), seed=seed, **LAB)

    def head(hardware: Hardware) -> _Head:
        with torch.no_grad():
            return _Head(hardware(series[:256]))

    sheet = Hardware(None, line(), start)
    by_sheet = head(sheet)
    _trained(sheet, by_sheet, seed)
    accuracy["ideal"] = _accuracy(sheet, by_sheet)
    settings = {"phase": sheet.controls["phase"].detach()}
    there = Hardware(lab(), line(), settings, retries=5)
    accuracy["in silico"] = _accuracy(there, by_sheet)
    aware = Hardware(None, line(), start, disturbances=TOLERANCES, seed=seed)
    by_aware = head(aware)
    _trained(aware, by_aware, seed)
    robust = Hardware(lab(), line(), {"phase": aware.controls["phase"].detach()}, retries=5)
    accuracy["in silico, noise-aware"] = _accuracy(robust, by_aware)
    with torch.no_grad():
        features = there(series)
    fitted = _Head(features)
    _fit_head(fitted, features, labels)
    accuracy["in silico, head fitted again"] = _accuracy(there, fitted)
    loop = Hardware(lab(), line(), settings, retries=5)
    _trained(loop, by_sheet, seed, rate=0.02)
    accuracy["in the loop"] = _accuracy(loop, by_sheet)
    assert loop.box is not None
    return {
        "seed": seed,
        "accuracy": accuracy,
        "calls": loop.box.n_calls,
        "failures": loop.box.n_failures,
        "model_error": loop.model_error(),
    }


def _fit_head(head: _Head, features: Tensor, labels: Tensor) -> None:
    descent = torch.optim.LBFGS(head.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        descent.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(head(features), labels)
        loss.backward()
        return loss

    descent.step(closure)


def ways(seed: int) -> list[dict[str, Any]]:
    """Accuracies of ways to train in one laboratory, on training cases left out and on the test.

    As the study has it; three times as long; with the mean of what was trained over the last third;
    and each of them with a head that is fitted again to four passes through the laboratory, whose
    noise is another one in each.
    """
    series, labels = _cases("train")
    order = torch.randperm(len(series), generator=torch.Generator().manual_seed(100 + seed))
    left_out, trained_on = order[: len(order) // 4], order[len(order) // 4 :]
    judges = {"validation": (series[left_out], labels[left_out]), "test": _cases("test")}
    X, y = series[trained_on], labels[trained_on]
    torch.manual_seed(seed)
    start = {"phase": 0.1 * torch.randn(N_CONTROLS)}

    def line() -> SpectralLine:
        return SpectralLine(series.shape[1], N_CONTROLS, N_BINS)

    def hits(hardware: Hardware, head: nn.Module, cases: Tensor, truth: Tensor) -> float:
        with torch.no_grad():
            return float(((head(hardware(cases)) > 0) == (truth > 0.5)).float().mean())

    def judged(name: str, hardware: Hardware, head: nn.Module) -> dict[str, Any]:
        right = {
            judge: float(np.mean([hits(hardware, head, *cases) for _ in range(N_PASSES[judge])]))
            for judge, cases in judges.items()
        }
        return {"way": name, **right}

    def trained(
        hardware: Hardware, head: nn.Module, n_epochs: int, rate: float, mean: bool
    ) -> None:
        numbers = [*hardware.controls.parameters(), *head.parameters()]
        totals, first = [torch.zeros_like(p) for p in numbers], n_epochs * -(-len(X) // 64) * 2 // 3
        calls = 0

        def loss(scores: Tensor, truth: Tensor) -> Tensor:
            nonlocal calls
            calls += 1
            if calls > first:
                for total, number in zip(totals, numbers, strict=True):
                    total.add_(number.detach())
            return nn.functional.binary_cross_entropy_with_logits(scores, truth)

        train_in_the_loop(
            hardware, head, X, y, loss=loss, n_epochs=n_epochs, learning_rate=rate, seed=seed
        )
        if mean:
            with torch.no_grad():
                for total, number in zip(totals, numbers, strict=True):
                    number.copy_(total / (calls - first))

    sheet = Hardware(None, line(), start)
    with torch.no_grad():
        by_sheet = _Head(sheet(X[:256]))
    trained(sheet, by_sheet, N_EPOCHS, 0.03, False)
    settings = {"phase": sheet.controls["phase"].detach()}
    on_its_sheet = SimulatedLab(line(), seed=seed, **{**LAB, "miscalibration": 0.0})
    rows = [
        judged("ideal", sheet, by_sheet),
        judged(
            "ideal, with the noise of the laboratory",
            Hardware(on_its_sheet, line(), settings, retries=5),
            by_sheet,
        ),
    ]
    for name, n_epochs, mean in (
        ("in the loop", N_EPOCHS, False),
        ("mean of the last third", N_EPOCHS, True),
        ("three times as long", 3 * N_EPOCHS, False),
    ):
        lab = SimulatedLab(line(), seed=seed, **LAB)
        hardware, head = Hardware(lab, line(), settings, retries=5), copy.deepcopy(by_sheet)
        trained(hardware, head, n_epochs, 0.02, mean)
        rows.append(judged(name, hardware, head))
        with torch.no_grad():
            features = torch.cat([hardware(X) for _ in range(4)])
        _fit_head(head, features, y.repeat(4))
        rows.append(judged(f"{name}, head fitted again", hardware, head))
    return rows


def table_of_ways(record: dict[str, Any]) -> str:
    """The ways as Markdown."""
    names = list(dict.fromkeys(row["way"] for run in record["runs"] for row in run))
    rows = []
    for name in names:
        of_way = [row for run in record["runs"] for row in run if row["way"] == name]
        means = [100 * np.mean([row[judge] for row in of_way]) for judge in ("validation", "test")]
        rows.append((name, str(len(of_way)), *(f"{mean:.1f}" for mean in means)))
    columns = ("Way", "Laboratories", "Left-out training cases / %", "Test / %")
    return markdown_table(columns, rows, n_text_columns=1)


def table(record: dict[str, Any]) -> str:
    """The study as Markdown."""
    runs = record["runs"]
    rows = []
    for arm, words in ARMS.items():
        values = 100 * np.array([run["accuracy"][arm] for run in runs])
        rows.append((arm, words, f"{values.mean():.1f}", f"{values.min():.1f}"))
    return markdown_table(
        ("Arm", "What it is", f"Accuracy / %, mean of {len(runs)} laboratories", "Worst"),
        rows,
        n_text_columns=2,
    )


def _write(folder: Path, name: str, runs: Callable[[int], Any]) -> None:
    head = {"physembed": __version__, "environment": environment_record(), "lab": LAB}
    write_json_atomically(folder / name, {**head, "runs": [runs(seed) for seed in SEEDS]})


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[2:] == ["ways"]:
        _write(Path(sys.argv[1]), "ways.json", ways)
    else:
        _write(Path(sys.argv[1]), "lab.json", run)
