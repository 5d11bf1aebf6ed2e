"""What the next day with a card measures of both devices runs, on one that is pretended."""

from pathlib import Path

import numpy as np
import pytest
import torch

from studies.gpu.gpu_tables import HEAD_PLACES, markdown
from studies.gpu.training import Fit, place
from tests.pretended_gpu import pretended_gpu

HEADER = """@problemName Toy
@timeStamps false
@univariate true
@equalLength true
@seriesLength 24
@classLabel true 1 2
@data
"""


def few_cases(folder: Path) -> None:
    """Two classes of noisy waves; a GPU that is pretended is slow."""
    (folder / "Toy").mkdir()
    generator = np.random.default_rng(0)
    for part, n_cases in (("TRAIN", 12), ("TEST", 4)):
        kinds = np.arange(n_cases) % 2 + 1
        waves = np.sin(np.outer(kinds, np.arange(24)) / 3)
        noisy = waves + generator.normal(0, 0.1, waves.shape)
        lines = [",".join(map(str, row)) + f":{k}\n" for row, k in zip(noisy, kinds, strict=True)]
        (folder / "Toy" / f"Toy_{part}.ts").write_text(HEADER + "".join(lines), "utf-8")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, which make gpu measures")
@pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice")
def test_fits_and_predictions_on_either_device(tmp_path: Path) -> None:
    few_cases(tmp_path)
    with pretended_gpu():
        record = place(Fit("lattice", "Toy", 0), tmp_path)
    assert record["rule"] == "cpu" and record["largest difference"] < 1e-3
    machine = {"device": "none", "python": "3", "versions": {"torch": "2"}}
    table = markdown({"environment": machine, "places": [record]})
    (row,) = (line for line in table.splitlines() if line.startswith("| lattice"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == len(HEAD_PLACES) and "not measured" not in cells
    assert cells[:2] == ["lattice", "Toy"]
    # a record without it has no such table
    assert HEAD_PLACES[-1] not in markdown({"environment": machine})
