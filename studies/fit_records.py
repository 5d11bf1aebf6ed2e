"""Records of fits, each written as soon as it is there, and the command line of a study."""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed._files import to_plain, write_json_atomically
from physembed.networks import SeriesNetwork


@dataclass
class Records:
    """A file of records; those that it holds already are not made again.

    Parameters
    ----------
    file : Path
    """

    file: Path
    entries: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.exists():
            self.entries = json.loads(self.file.read_text("utf-8"))

    def add(self, key: dict[str, Any], make: Callable[[], dict[str, Any]]) -> None:
        """Make a record, unless one of this key is there."""
        from physembed.training.environment import environment_record

        if any(all(entry.get(k) == v for k, v in key.items()) for entry in self.entries):
            return
        wall, cpu = time.perf_counter(), time.process_time()
        made = make()
        record = {
            **key,
            **made,
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - cpu,
            "environment": environment_record(),
        }
        self.entries.append(to_plain(record))
        write_json_atomically(self.file, self.entries)


def outcome(network: SeriesNetwork, x: Tensor, y: Tensor) -> dict[str, Any]:
    """Test accuracy, counts and coefficients of a trained network."""
    network.eval()
    with torch.inference_mode():
        right = [
            (network(part).argmax(dim=1) == labels).sum()
            for part, labels in zip(x.split(128), y.split(128), strict=True)
        ]
    return {
        "accuracy": float(sum(right)) / len(y),
        **network.parameter_counts(),
        "coefficients": network.coefficients(),
    }


def as_tensors(dataset: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Training series and labels, test series and labels; classes by their order."""
    import numpy as np

    classes = np.unique(dataset.y_train)
    x = [torch.from_numpy(np.asarray(part)).float() for part in (dataset.X_train, dataset.X_test)]
    y = [
        torch.from_numpy(np.searchsorted(classes, part))
        for part in (dataset.y_train, dataset.y_test)
    ]
    return x[0], y[0], x[1], y[1]


def run_from_command_line(description: str | None, *measures: Callable[[Path, Path], None]) -> None:
    """``python -m studies.NAME DATA_DIR [OUT]``: measure what the records in OUT do not hold."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data_dir", type=Path, help="folder of the data sets")
    parser.add_argument("out", type=Path, nargs="?", default=Path("results/projection"))
    arguments = parser.parse_args()
    for measure in measures:
        measure(arguments.data_dir, arguments.out)
