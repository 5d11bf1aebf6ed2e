"""What many series cost: how cases are made, and the table of a record."""

import numpy as np

from studies.speed.scale import POINTS, make_cases
from studies.speed.scale_tables import COLUMNS, scale_table


def test_cases_are_made_of_their_parents_and_of_no_other_class() -> None:
    parents = np.stack([np.sin(np.arange(80) / 9), np.linspace(-1, 1, 80)])
    series, labels = make_cases(200, 3, parents, np.array(["wave", "ramp"]))
    assert series.shape == (200, POINTS)
    assert set(labels) == {"wave", "ramp"}
    likeness = np.array(
        [
            [
                np.corrcoef(np.interp(np.linspace(0, 79, POINTS), np.arange(80), p), one)[0, 1]
                for p in parents
            ]
            for one in series
        ]
    )
    assert (np.array(["wave", "ramp"])[likeness.argmax(axis=1)] == labels).all()
    again, _ = make_cases(200, 3, parents, np.array(["wave", "ramp"]))
    np.testing.assert_array_equal(series, again)


def test_a_record_is_a_table_of_all_its_sizes() -> None:
    effort = {"seconds": 3.0, "processor_seconds": 2.0, "peak_bytes": 5e6}
    size = {"cases": 1000, "fit": effort, "predict": effort, "accuracy": 0.875}
    record = {
        "sizes": [size, size | {"predict": None}],
        "planned": [2.5, 2.6],
        "made_of": "MedicalImages",
        "environment": {"processor": "a processor"},
        "threads": 1,
        "cores": 2,
        "load": 9.6,
        "ray": [{"workers": 1, "seconds": 6.0}, {"workers": 2, "seconds": 3.0}],
    }
    lines = scale_table(record).splitlines()
    assert lines[0].count("|") == len(COLUMNS) + 1
    assert [line.split("|")[5].strip() for line in lines[2:4]] == ["2,000", "2,000"]
    assert "a load of 10 on 2 cores" in lines[-3]
    assert lines[-1].endswith("2.00 times by 2 workers.")
