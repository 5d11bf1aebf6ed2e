"""What others published for sets of the archives, seed means of their runs.

``python -m studies.published DATA_DIR results/frontier`` writes ``published.json`` from
``published_accuracies.csv`` of the data folder, which is of the authors of LITE's public
repository (Ismail-Fawaz et al., LITE: Light Inception with boosTing tEchniques, 2023). Nothing is
run.
"""

import csv
from pathlib import Path

from physembed._files import write_json_atomically
from studies.fit_records import run_from_command_line

FILE = "published_accuracies.csv"


def write_published(data_dir: Path, out: Path) -> None:
    """All accuracies of the file, by set and model."""
    with (data_dir / FILE).open(encoding="utf-8", newline="") as stream:
        rows = [
            {"dataset": row["dataset"], "model": row["model"], "accuracy": float(row["accuracy"])}
            for row in csv.DictReader(stream)
        ]
    write_json_atomically(out / "published.json", rows)


if __name__ == "__main__":
    run_from_command_line(__doc__, write_published)
