import subprocess
import sys

import pytest
from ts_text import write_ucr_set

from physembed.data import CATALOGUE, dataset_names, load_dataset
from physembed.data.catalogue import check_dataset_name
from physembed.errors import InvalidInputError

BUNDLED = [entry.name for entry in CATALOGUE.values() if entry.bundled]


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_sets_have_the_sizes_the_catalogue_states(name, tmp_path):
    entry, dataset = CATALOGUE[name], load_dataset(name, tmp_path)
    assert (len(dataset.X_train), len(dataset.X_test)) == (entry.n_train, entry.n_test)
    assert dataset.X_train[0].shape[0] == entry.n_channels
    assert {X.shape[1] for X in dataset.X_train} == {entry.n_timepoints} or not entry.n_timepoints
    assert len(dataset.classes) == entry.n_classes
    assert dataset.source == "bundled with aeon"


def test_names_tell_where_each_set_comes_from(tmp_path):
    write_ucr_set(tmp_path / "ucr" / "Toy", "Toy")
    write_ucr_set(tmp_path / "GunPoint", "GunPoint")
    names = dataset_names(tmp_path)
    assert names["Toy"] == "folder"
    assert names["GunPoint"] == "folder"
    assert names["OSULeaf"] == "bundled"
    assert names["SimulatedLightCurves"] == "simulated"
    assert names["SpokenDigits"] == names["StarLightCurves"] == "download"
    assert list(names)[-1] == "Toy"


@pytest.mark.parametrize("name", ["", "../GunPoint", "a/b", ".hidden", "a b", 3, None, "Toy\n"])
def test_names_that_are_unsafe_in_a_path_are_refused(name):
    with pytest.raises(InvalidInputError, match="name="):
        check_dataset_name(name)


def test_listing_names_loads_nothing_heavy():
    code = (
        "import sys, physembed.data as d; d.dataset_names('.'); "
        "print(*{'numpy', 'torch', 'aeon', 'pandas', 'sklearn'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""
