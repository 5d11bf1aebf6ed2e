"""What pandas reads of a flawless table is what the strict reader reads; else it reads none."""

from pathlib import Path

import numpy as np
import pytest

from physembed.data.formats.text_table import TableOptions
from physembed.data.own import text_columns
from physembed.data.own.text_columns import read_text_table
from tests.data.own.as_people_write_them import RECORDING, WIDE

FLAWLESS = {
    "commas": RECORDING.to_csv(index=False),
    "semicolons and commas": RECORDING.to_csv(index=False, sep=";", decimal=","),
    "tabs": WIDE.to_csv(index=False, sep="\t"),
    "carriage returns": RECORDING.to_csv(index=False, lineterminator="\r\n"),
    "no last line end": RECORDING.to_csv(index=False).rstrip(),
    "blanks around labels": RECORDING.to_csv(index=False).replace(",ok", ", ok "),
    "digits": "a,b,c\n" + "0.1234567890123456789,1e-300,x\n" * 5,
}
FLAWED = {
    "an empty line": "a,b,c\n1,2,x\n\n3,4,y\n",
    "a short line": "a,b,c\n1,x,2\n3,y\n1,x,2\n",
    "a long line": "a,b,c\n1,2,x\n3,4,y,5\n1,2,x\n",
    "a missing value": "a,b,c\n1,2,x\n,4,y\n",
    "text for a number": "a,b,c\n1,2,x\n1,2,x\nz,4,y\n",
    "an infinite value": "a,b,c\n1,2,x\n1,inf,y\n",
    "a quotation mark": 'a,b,c\n1,2,"x,y"\n3,4,z\n',
    "Excel's mark": "sep=,\na,b,c\n1,2,x\n",
}


def read(file: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> tuple[dict, list[int]] | str:
    monkeypatch.setattr(text_columns, "LARGE", large)
    try:
        table = read_text_table(file, TableOptions())
    except Exception as error:
        return str(error)
    return {name: column.tolist() for name, column in table.columns.items()}, table.lines.tolist()


@pytest.mark.parametrize("name", FLAWLESS)
def test_a_flawless_table_is_read_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(FLAWLESS[name].encode())
    expected = read(file, monkeypatch, 10**9)
    assert not isinstance(expected, str)
    # by pandas alone
    monkeypatch.setattr(text_columns, "_columns", None)
    assert read(file, monkeypatch, 0) == expected


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_left_to_the_strict_reader(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(FLAWED[name].encode())
    expected = read(file, monkeypatch, 10**9)
    columns = read(file, monkeypatch, 0)
    np.testing.assert_equal(columns, expected)
