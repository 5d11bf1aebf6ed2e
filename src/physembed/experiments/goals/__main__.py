"""``python -m physembed.experiments.goals NAME DATA_DIR OUT``."""

import sys
from collections.abc import Callable
from pathlib import Path

from physembed.experiments.goals import bank, comparators, digits, ford, landscape, parity, ucr

GOALS: dict[str, Callable[[Path, Path], None]] = {
    "bank": bank.measure,
    "comparators": comparators.measure,
    "digits": digits.measure,
    "ford": ford.measure,
    "landscape": landscape.measure,
    "parity": parity.measure,
    "speakers": digits.measure_speakers,
    "ucr": ucr.measure,
}
"""What is measured, by name; records that are there already are kept."""

if __name__ == "__main__":
    GOALS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
