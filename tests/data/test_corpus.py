"""Small files as people have them, and the right answer for each: ``corpus/<reader>``.

``answers.json`` tells for every file its series (null is a missing value) and what else it says,
or with what words it is refused, and what the user says of it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from physembed.data import read_in_pieces
from physembed.data.formats.series_files import READERS
from physembed.data.formats.text_table import TableOptions
from physembed.errors import PhysembedError

CORPUS = Path(__file__).parent / "corpus"
ANSWERS = {
    f"{folder.name}/{name}": answer
    for folder in sorted(CORPUS.iterdir())
    for name, answer in json.loads((folder / "answers.json").read_text("utf-8")).items()
}


def as_told(values: Any) -> Any:
    """Nested lists with None as arrays with NaN; a list where lengths differ."""
    try:
        return np.array(values, dtype=np.float64)
    except ValueError:
        return [np.array(case, dtype=np.float64) for case in values]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_right(name: str) -> None:
    answer = ANSWERS[name]
    options = TableOptions(**answer.get("options", {}))
    if "refused" in answer:
        with pytest.raises(PhysembedError) as caught:
            list(read_in_pieces(CORPUS / name, options))
        assert answer["refused"] in str(caught.value)
        assert len(str(caught.value)) - len(str(CORPUS / name)) < 250
        return
    (cases,) = read_in_pieces(CORPUS / name, options)
    expected = as_told(answer["series"])
    assert isinstance(cases.series, list) == isinstance(expected, list)
    assert len(cases) == len(expected)
    for case, told in zip(cases.series, expected, strict=True):
        np.testing.assert_allclose(case, told, rtol=1e-7)
    labels = None if cases.labels is None else cases.labels.tolist()
    assert labels == answer.get("labels")
    names = None if cases.names is None else cases.names.tolist()
    assert names == answer.get("names")
    assert cases.sampling_interval == pytest.approx(answer.get("sampling_interval"))
    told = answer.get("remarks", [])
    assert len(cases.remarks) == len(told)
    assert all(words in remark for words, remark in zip(told, cases.remarks, strict=True))


def test_every_reader_has_its_folder_and_every_file_its_answer() -> None:
    assert {f".{folder.name}" for folder in CORPUS.iterdir()} == set(READERS)
    files = {f"{file.parent.name}/{file.name}" for file in CORPUS.glob("*/*")}
    assert {name for name in files if not name.endswith("answers.json")} == set(ANSWERS)
