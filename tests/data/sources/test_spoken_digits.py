import io
import tarfile
from collections import Counter

import numpy as np
import pytest

from physembed.data import load_dataset
from physembed.data.location import SPOKEN_DIGITS_ARCHIVE
from physembed.data.sources import spoken_digits
from physembed.errors import DatasetError


def write_archive(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"free-spoken-digit-dataset-x/recordings/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def complete_set_of(content):
    return {
        f"{digit}_{speaker}_{index}.wav": content
        for digit in range(10)
        for speaker in spoken_digits.SPEAKERS
        for index in range(50)
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a readable .tar.gz"),
        (b"<html>not found</html>", "not a readable .tar.gz"),
        (b"\x1f\x8b\x08\x00 damaged", "not a readable .tar.gz"),
    ],
)
def test_what_is_no_archive(tmp_path, content, message):
    (tmp_path / SPOKEN_DIGITS_ARCHIVE).write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        load_dataset("SpokenDigits", tmp_path)


def test_an_archive_cut_short(tmp_path):
    archive = tmp_path / SPOKEN_DIGITS_ARCHIVE
    write_archive(archive, {"0_george_0.wav": np.random.default_rng(0).bytes(10_000)})
    archive.write_bytes(archive.read_bytes()[:5000])
    with pytest.raises(DatasetError, match="not a readable"):
        load_dataset("SpokenDigits", tmp_path)


def test_an_archive_with_other_content(tmp_path):
    archive = tmp_path / SPOKEN_DIGITS_ARCHIVE
    write_archive(archive, {"0_george_0.wav": b"sound", "notes.txt": b"text"})
    with pytest.raises(DatasetError, match="1 recordings of 1 digit-speaker pairs, where 3000 of"):
        load_dataset("SpokenDigits", tmp_path)
    write_archive(archive, complete_set_of(b"sound"))
    with pytest.raises(DatasetError, match=f"SHA-256 .* {spoken_digits.CONTENT_SHA256} is"):
        load_dataset("SpokenDigits", tmp_path)


@pytest.fixture(scope="module")
def recordings(data_dir):
    return spoken_digits.read_archive(data_dir / SPOKEN_DIGITS_ARCHIVE)


@pytest.mark.slow
@pytest.mark.shared_data
def test_recordings_are_complete_sorted_and_scaled(recordings):
    keys = [(r.digit, r.speaker, r.index) for r in recordings]
    assert keys == sorted(keys)
    assert Counter((digit, speaker) for digit, speaker, _ in keys) == {
        (digit, speaker): 50 for digit in range(10) for speaker in spoken_digits.SPEAKERS
    }
    assert 0.5 < max(np.abs(r.samples).max() for r in recordings) <= 1


@pytest.mark.slow
@pytest.mark.shared_data
def test_the_official_split(data_dir, recordings):
    dataset = load_dataset("SpokenDigits", data_dir)
    assert dataset.X_train.shape == (2700, 1, 5120)
    assert dataset.X_test.shape == (300, 1, 5120)
    assert dataset.sampling_interval == 1 / 8000
    assert dataset.classes == [str(digit) for digit in range(10)]
    assert set(Counter(dataset.y_test.tolist()).values()) == {30}
    first = next(r for r in recordings if r.index == 0)
    n = first.samples.size
    assert n < 5120
    np.testing.assert_array_equal(dataset.X_test[0, 0, :n], first.samples)
    assert not dataset.X_test[0, 0, n:].any()
    tested = [r for r in recordings if r.index < 5]
    case, longest = max(enumerate(tested), key=lambda item: item[1].samples.size)
    assert longest.samples.size > 5120
    np.testing.assert_array_equal(dataset.X_test[case, 0], longest.samples[:5120])


@pytest.mark.shared_data
def test_every_fold_tests_what_it_should_and_each_recording_once(recordings):
    indices = np.array([r.index for r in recordings])
    speakers = np.array([r.speaker for r in recordings])
    folds = [spoken_digits._is_tested(recordings, "10-fold", fold) for fold in range(10)]
    np.testing.assert_array_equal(np.sum(folds, axis=0), 1)
    assert [set(indices[tested]) for tested in folds] == [
        set(range(5 * fold, 5 * fold + 5)) for fold in range(10)
    ]
    folds = [spoken_digits._is_tested(recordings, "leave-one-speaker-out", f) for f in range(6)]
    np.testing.assert_array_equal(np.sum(folds, axis=0), 1)
    left_out = [set(speakers[tested]) for tested in folds]
    assert left_out == [{speaker} for speaker in sorted(spoken_digits.SPEAKERS)]


@pytest.mark.slow
@pytest.mark.shared_data
def test_the_first_of_ten_folds_is_the_official_split(data_dir):
    official = load_dataset("SpokenDigits", data_dir)
    fold = load_dataset("SpokenDigits", data_dir, split="10-fold", fold=0)
    assert fold.digest == official.digest
    assert (fold.split, fold.fold) == ("10-fold", 0)
