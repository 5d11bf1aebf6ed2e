"""What the next day with a card measures of both devices runs, on one that is pretended."""

from pathlib import Path

import pytest
import torch

from studies.gpu.gpu_tables import HEAD_PLACES, markdown
from studies.gpu.training import Fit, place
from tests.pretended_gpu import pretended_gpu


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, which make gpu measures")
@pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice")
def test_fits_and_predictions_on_either_device(tmp_path: Path) -> None:
    with pretended_gpu():
        record = place(Fit("lattice", "ItalyPowerDemand", 0), tmp_path)
    assert record["rule"] == "cpu" and record["largest difference"] < 1e-3
    machine = {"device": "none", "python": "3", "versions": {"torch": "2"}}
    table = markdown({"environment": machine, "places": [record]})
    (row,) = (line for line in table.splitlines() if line.startswith("| lattice"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == len(HEAD_PLACES) and "not measured" not in cells
    assert cells[:2] == ["lattice", "ItalyPowerDemand"]
    # a record without it has no such table
    assert HEAD_PLACES[-1] not in markdown({"environment": machine})
