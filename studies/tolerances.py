"""`tiny` on GunPoint, whose coefficients are made with errors: before and after it was asked to.

``python -m studies.tolerances results/tolerances`` writes ``gunpoint.json``; two minutes of one
core. The preset is trained as it is, and with ``tolerance=`` of 0.3 %: of relative errors of all
coefficients as they are made, of which the phases of its local oscillators matter most.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import physembed as pe
from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed._version import __version__
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.subject import Subject
from physembed.presets import PRESETS
from physembed.training.environment import environment_record

ASKED_FOR = (0.0, 0.003)
ERRORS = (0.003, 0.01)
N_SEEDS = 3
"""Of the errors; each draws as many media as a report does."""


def measure(asked_for: float) -> dict[str, Any]:
    """Accuracies of media as they are ordered, and as they are made."""
    data = pe.load_dataset("GunPoint")
    settings = PRESETS["tiny"].training
    assert isinstance(settings, pe.ProjectionSettings)
    classifier = pe.PhysicalEmbeddingClassifier(
        "tiny", training=replace(settings, tolerance=asked_for), random_state=0
    ).fit(data.X_train, data.y_train)
    series = np.asarray(data.X_train), np.asarray(data.X_test)
    subject = Subject.of(classifier, series[0], data.y_train, series[1], data.y_test)
    drawn = [tolerance(subject, seed=seed) for seed in range(N_SEEDS)]
    places = [int(np.flatnonzero(drawn[0].errors == error)[0]) for error in ERRORS]
    everything = drawn[0].names.index("all")
    return {
        "asked_for": asked_for,
        "undisturbed": drawn[0].undisturbed,
        "most_precisely": drawn[0].sentence(),
        "made": {
            str(error): np.concatenate([d.accuracy[everything, place] for d in drawn]).tolist()
            for error, place in zip(ERRORS, places, strict=True)
        },
    }


def table(record: dict[str, Any]) -> str:
    """The study as Markdown."""
    columns = ["Trained with `tolerance=`", "As ordered"]
    for error in ERRORS:
        columns += [f"Made to {error:.1%}: mean", "worst"]
    rows = []
    for run in record["runs"]:
        made = [np.array(run["made"][str(error)]) for error in ERRORS]
        numbers = [run["undisturbed"], *(f(a) for a in made for f in (np.mean, np.min))]
        rows.append((f"{run['asked_for']:.3g}", *(f"{100 * number:.1f}" for number in numbers)))
    return markdown_table(columns, rows, n_text_columns=1)


if __name__ == "__main__":
    place = Path(sys.argv[1]) / "gunpoint.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    runs = [measure(asked_for) for asked_for in ASKED_FOR]
    record = {"physembed": __version__, "environment": environment_record(), "runs": runs}
    write_json_atomically(place, record)
    print(table(json.loads(place.read_text("utf-8"))))
