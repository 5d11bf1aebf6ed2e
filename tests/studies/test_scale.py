"""What many series cost: how cases are made, and the table of a record."""

from pathlib import Path

import numpy as np
import pytest

import physembed as pe
from studies.speed.scale_cases import POINTS, make_cases
from studies.speed.scale_record import scale_records
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
    predict = {"seconds": 3.0, "processor_seconds": 2.0, "peak_bytes": 5e6}
    fit = predict | {"processor_seconds": 12.0, "reading": 0.5, "summing": 1.5}
    size = {"cases": 1000, "fit": fit, "predict": predict, "accuracy": 0.875}
    record = {
        "fit 2000": size | {"cases": 2000, "predict": None},
        "fit 1000": size,
        "sizes": [1000],
        "curve": {
            "run": [{"cases": 1000, "fit": 4.0, "predict": 0.5}],
            "planned": [
                {"cases": n, "workers": workers, "fit": n / 100 / workers, "predict": 60.0}
                for workers in (1, 8)
                for n in (1000, 60_000)
            ],
        },
        "rival": {
            "cases": 1000,
            "fit": predict | {"processor_seconds": 24.0, "peak_bytes": 15e6},
            "accuracy": 0.5,
        },
        "made_of": "MedicalImages",
        "environment": {"processor": "a processor"},
        "threads": 1,
        "cores": 2,
        "loads": {"fit 1000": 9.6, "fit 2000": 3.2, "ways": 4.0},
        "elsewhere": {"reading": "another", "choices": "another"},
        "ray": [{"workers": 1, "seconds": 6.0}, {"workers": 2, "seconds": 3.0}],
        "kills": {"units": 6, "kills_of_workers": 3, "kills_of_drivers": 1, "identical": False},
    }
    way = {"cases": 1000, "taught_by": "sample", "sample_cases": 64, "built": 288, "fit": fit}
    record["ways"] = [way | {"accuracy": 0.75}, way | {"taught_by": "all", "accuracy": 0.9}]
    choice = {"way": "as it is", "cases": 1000}
    record["choices"] = [choice | {"seconds": [4.0, 2.0, 3.0], "accuracies": [0.5, 0.75, 0.7]}]
    source = {
        part: {"seconds": 1.5, "processor_seconds": 0.25, "processor_seconds_of_cluster": 2.0}
        for part in ("read", "fit")
    }
    record["reading"] = {"cases": 1000, "cores": 2, "folder": source, "dataset": source}
    lines = scale_table(record).splitlines()
    assert lines[0].count("|") == len(COLUMNS) + 1
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:5]]
    assert cells[0] == ["1,000", "12", "10", "2000", "5", "2", "2000", "5", "87.5"]
    assert cells[1][:4] == ["2,000", "12", "10", "1000"]
    assert cells[2][:2] == ["1,000, MiniRocket and ridge", "24"]
    assert "at loads of 3 to 10 on 2 cores" in lines[6]
    assert lines[6].endswith("Measured later, on another: choices, reading.")
    assert lines[8] == "On the clock a fit of 1,000 took 3 s, and their prediction 3 s."
    assert "take 2 times the seconds of the processor and 3 times the memory" in lines[10]
    rows = [line for line in lines if line.startswith(("| 1,000 | 10.0", "| 60,000"))]
    assert rows == ["| 1,000 | 10.0 | 4.0 | 60.0 | 0.5 |", "| 60,000 | 10 | 1.25 | 1 | 1 |"]
    del lines[12 : lines.index("Fits to 1,000 series, at a load of 4:")]
    assert lines[12] == "Fits to 1,000 series, at a load of 4:"
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[16:18]]
    assert cells[0] == ["288", "a sample of 64", "12", "3", "5", "75.0"]
    assert cells[1][1] == "all"
    assert lines[19] == (
        "Ways to choose sooner: fits to 1,000 series by one thread, of 3 samples each:"
    )
    assert [cell.strip() for cell in lines[23].split("|")[1:-1]] == [
        "as it is",
        "3.0",
        "2.0",
        "65.0",
        "25.0",
    ]
    assert lines[25].endswith("2.00 times by 2 workers.")
    assert "from a folder 1.5 s and 1.5 s on the clock, 0.2 s and 0.2 s of this" in lines[27]
    assert lines[29].endswith("the driver 1 times: a model of OTHER bytes than without.")


def test_quick_measures_what_takes_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for name in ("_in_process", "_beside", "write_cases"):
        monkeypatch.setattr(
            f"studies.speed.scale_record.{name}", lambda *given: asked.append(given[0])
        )
    record = scale_records(sizes=(10,), rival_cases=None)
    assert set(record["loads"]) == {"fit 10", "curve", "ray"}
    assert {"fit", "scale_on_ray"} < set(map(str, asked))


def test_a_step_that_is_named_is_measured_anew_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the work: what a step is measured by is a process of its own."""
    asked: list[object] = []
    monkeypatch.setattr(
        "studies.speed.scale_record._in_process", lambda *given: asked.append(given)
    )
    record = {"fit 10": {"cases": 10}, "long": {"points": 5}, "loads": {"long": 9.0}}
    scale_records(sizes=(10,), rival_cases=None, again=["long"], record=record)
    ((what, folder, _),) = asked
    assert (what, type(folder)) == ("long", type(Path()))
    assert record["fit 10"] == {"cases": 10}
    assert record["long"] is None
    assert record["elsewhere"] == {}
    here = record["environment"]["processor"]
    record["environment"] = {"processor": "another"}
    scale_records(sizes=(10,), rival_cases=None, again=["long"], record=record)
    assert record["elsewhere"] == {"long": here}
    with pytest.raises(pe.UnknownNameError, match="again"):
        scale_records(sizes=(10,), rival_cases=None, again=["short"], record=record)
