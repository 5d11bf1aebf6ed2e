"""What MiniRocket beside the pool's own teacher is worth to the detectors that are chosen.

``python -m studies.taught_with_minirocket DATA_DIR results/frontier`` writes
``with_minirocket.json``: one record for each set, in its official division, as those of
``studies.resamples`` are, but that the teacher's scores are averaged with those of a ridge on
MiniRocket's features (``teacher="with-minirocket"``). Test cases are counted, never chosen by. A
study that was stopped goes on.
"""

from functools import partial
from pathlib import Path

from physembed.data import load_dataset
from studies.fit_records import Records, run_from_command_line
from studies.frontier import measure, smallest_first
from studies.resamples import DETECTORS

BITS = (32,)
NOISE = (0.03,)


def measure_all(data_dir: Path, out: Path) -> None:
    """Every set that the record lacks, small ones first."""
    records = Records(out / "with_minirocket.json")
    for name in smallest_first(data_dir):
        data = load_dataset(name, data_dir)
        make = partial(
            measure, data, detectors=DETECTORS, bits=BITS, noise=NOISE, with_minirocket=True
        )
        records.add({"dataset": name}, make)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure_all)
