"""MiniRocket with few of its kernels on the frontier's sets, as they are and with noise.

``python -m studies.few_kernels DATA_DIR results/frontier`` writes ``few_kernels.json``: the same
test cases, with the same noise, as in ``rivals.json``, which has all 9,996, and as those of the
chosen detectors that they stand beside in a picture; ``disturbances.json`` has other noise on a
hundred cases of a set. Test cases are counted, never chosen by. A study that was stopped goes on.
"""

from functools import partial
from pathlib import Path
from typing import Any

from physembed.data import Dataset, load_dataset
from studies.disturbances import KERNELS, Read, rocket
from studies.fit_records import Records, as_tensors, run_from_command_line
from studies.frontier import smallest_first, with_and_without_noise

FEW = KERNELS[:-1]


def measure_all(data_dir: Path, out: Path) -> None:
    """Every set and number of kernels that the record lacks, small sets first."""
    records = Records(out / "few_kernels.json")
    for name in smallest_first(data_dir):
        data = load_dataset(name, data_dir)
        for n_kernels in FEW:
            key = {"dataset": name, "kernels": n_kernels}
            records.add(key, partial(measure, data, n_kernels))


def measure(data: Dataset, n_kernels: int) -> dict[str, Any]:
    """MiniRocket of so many kernels and a ridge classifier on one set."""
    x_train, y_train, x_test, y_test = as_tensors(data)
    rival = Read(partial(rocket, n_kernels)).fit(x_train.double().numpy(), y_train.numpy())
    tests = with_and_without_noise(x_test.double().numpy(), y_test.numpy())
    return {
        "weights": int(rival.ridge.weights.size + len(rival.ridge.weights)),
        "accuracy": {
            f"{level:g}": float((rival.predict(x) == labels).mean())
            for level, (x, labels) in tests.items()
        },
    }


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_all)
