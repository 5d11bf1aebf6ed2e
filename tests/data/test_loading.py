import numpy as np
import pytest
from ts_text import write_ucr_set

from physembed.data import check_collection, load_dataset, n_folds
from physembed.errors import DatasetError, InvalidInputError, UnknownNameError


def test_a_set_of_several_channels_lies_in_a_folder_of_its_own_archive(tmp_path):
    write_ucr_set(tmp_path / "uea" / "Toy", "Toy")
    assert load_dataset("Toy", tmp_path).name == "Toy"


def test_a_ucr_set_in_the_folder_is_read(tmp_path):
    folder = write_ucr_set(tmp_path / "ucr" / "Toy", "Toy", test="0,0,0,0:b\n")
    dataset = load_dataset("Toy", tmp_path)
    np.testing.assert_array_equal(dataset.X_train[1], [[5, 6, 7, 8.5]])
    assert dataset.X_train.dtype == np.float64
    assert dataset.y_train.tolist() == ["a", "b", "a"]
    assert (dataset.X_test.shape, dataset.y_test.tolist()) == ((1, 1, 4), ["b"])
    assert (dataset.source, dataset.split, dataset.fold) == (str(folder), "official", 0)


def test_the_folder_comes_before_the_bundled_copy(tmp_path):
    write_ucr_set(tmp_path / "Toy", "Toy")
    assert load_dataset("GunPoint", tmp_path).source == "bundled with aeon"
    write_ucr_set(tmp_path / "GunPoint", "GunPoint")
    with pytest.raises(DatasetError, match=r"is not the data set 'GunPoint': 3 training cases"):
        load_dataset("GunPoint", tmp_path)


@pytest.mark.parametrize("name", ["StarLightCurves", "SpokenDigits", "FordA", "Adiac"])
def test_an_absent_set_is_named_with_the_command_that_fetches_it(name, tmp_path):
    with pytest.raises(DatasetError) as caught:
        load_dataset(name, tmp_path)
    assert f"`physembed datasets fetch {name}`" in str(caught.value)
    assert "--data-dir" in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_gets_the_nearest_suggestion(tmp_path):
    write_ucr_set(tmp_path / "ucr" / "HomeMade", "HomeMade")
    with pytest.raises(UnknownNameError, match="Did you mean 'StarLightCurves'"):
        load_dataset("starlightcurve", tmp_path)
    with pytest.raises(UnknownNameError, match="Did you mean 'HomeMade'"):
        load_dataset("Homemade", tmp_path)


@pytest.mark.parametrize("split", ["official", "resampled"])
@pytest.mark.parametrize("fold", [-1, 0.0, True, "0"])
def test_what_is_no_fold_is_refused(fold, split, tmp_path):
    with pytest.raises(InvalidInputError, match="fold must be an integer of at least 0, got"):
        load_dataset("GunPoint", tmp_path, split=split, fold=fold)


def test_a_fold_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"fold=1 .*folds 0 to 0"):
        load_dataset("GunPoint", tmp_path, fold=1)


@pytest.mark.parametrize("split", ["official", "resampled"])
def test_a_fold_of_numpy_is_one(split, tmp_path):
    dataset = load_dataset("GunPoint", tmp_path, split=split, fold=np.int64(0))
    assert type(dataset.fold) is int
    assert dataset.digest == load_dataset("GunPoint", tmp_path, split=split).digest


def test_splits_and_their_folds():
    assert n_folds("GunPoint", "official") == n_folds("AnyOther") == 1
    assert n_folds("SpokenDigits", "10-fold") == 10
    assert n_folds("SpokenDigits", "leave-one-speaker-out") == 6
    with pytest.raises(UnknownNameError, match="split of GunPoint '10-fold'"):
        n_folds("GunPoint", "10-fold")
    with pytest.raises(UnknownNameError, match="Did you mean '10-fold'"):
        load_dataset("SpokenDigits", "elsewhere", split="10fold")


def test_unequal_lengths_load_and_are_refused_by_the_check(tmp_path):
    dataset = load_dataset("JapaneseVowels", tmp_path)
    assert isinstance(dataset.X_train, list)
    assert dataset.X_train[0].shape == (12, 20)
    with pytest.raises(InvalidInputError, match="case 1 has 26 timepoints, case 0 has 20"):
        check_collection(dataset.X_train)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("MelbournePedestrian", r"missing value \(NaN\) at case 122"),
        ("DodgerLoopDay", r"missing value \(NaN\) at case 16"),
        ("PLAID", "case 3 has 200 timepoints, case 0 has 500"),
        ("AllGestureWiimoteX", "case 1 has 149 timepoints, case 0 has 200"),
    ],
)
def test_incomplete_sets_load_and_are_refused_by_the_check(name, refusal, data_dir):
    with pytest.raises(InvalidInputError, match=refusal):
        check_collection(load_dataset(name, data_dir).X_train)


@pytest.mark.shared_data
def test_the_folder_and_aeon_hold_the_same_gunpoint(data_dir, tmp_path):
    in_folder, bundled = load_dataset("GunPoint", data_dir), load_dataset("GunPoint", tmp_path)
    assert in_folder.source != bundled.source
    assert in_folder.digest == bundled.digest
