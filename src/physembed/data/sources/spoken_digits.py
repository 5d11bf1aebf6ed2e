"""Spoken Digits: the Free Spoken Digit Dataset, read straight from its GitHub archive.

Jackson et al. (2018), "Jakobovski/free-spoken-digit-dataset", CC BY-SA 4.0. Ten digits, six
speakers, fifty recordings of each, 8 kHz. The data set's own rule: recordings 0-4 are the test
set, 5-49 the training set.
"""

import hashlib
import io
import re
import tarfile
import wave
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import Dataset
from physembed.data.location import SPOKEN_DIGITS_COMMIT
from physembed.errors import DatasetError

#: SHA-256 over the recordings, not over the archive: GitHub may compress an archive anew.
CONTENT_SHA256 = "04d42ab861e5581bde96f8a494fcdc2d1fa7a3775b75716e2aced3f075ca8689"

SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
N_DIGITS = 10
N_RECORDINGS = 50
N_SAMPLES = 5120
SAMPLING_RATE = 8000

_FULL_SCALE = 32768  # 16-bit samples
_LARGEST_RECORDING = 1_000_000  # bytes; the longest of this commit has 37 kB
_RECORDING_NAME = re.compile(r"recordings/((\d)_([a-z]+)_(\d+)\.wav)$")


@dataclass(frozen=True, eq=False)
class Recording:
    """One spoken digit; ``samples`` are in [-1, 1]."""

    digit: int
    speaker: str
    index: int
    samples: NDArray[np.float64]


def load(archive: Path, *, split: str = "official", fold: int = 0) -> Dataset:
    """Read Spoken Digits from its archive, without unpacking it on disk.

    Parameters
    ----------
    archive : pathlib.Path
        The ``.tar.gz`` of the pinned commit.
    split : {"official", "10-fold", "leave-one-speaker-out"}
        "official" tests recordings 0-4 of each digit and speaker. Fold f of "10-fold" tests
        recordings 5f to 5f + 4, so that its fold 0 is the official split. Fold f of
        "leave-one-speaker-out" tests the f-th speaker in alphabetical order.
    fold : int
        Which fold is the test set, from 0.

    Returns
    -------
    Dataset
        Series of 5,120 samples: longer recordings are cut, shorter ones padded with zeros at
        their end. Amplitudes are in [-1, 1], labels "0" to "9", in the order of digit, speaker
        and recording.

    Raises
    ------
    DatasetError
        If the archive is damaged or holds other recordings.
    """
    recordings = read_archive(archive)
    X = np.zeros((len(recordings), 1, N_SAMPLES))
    for series, recording in zip(X, recordings, strict=True):
        samples = recording.samples[:N_SAMPLES]
        series[0, : samples.size] = samples
    y = np.array([str(recording.digit) for recording in recordings])
    test = _is_tested(recordings, split, fold)
    return Dataset.from_arrays(
        name="SpokenDigits",
        X_train=X[~test],
        y_train=y[~test],
        X_test=X[test],
        y_test=y[test],
        source=str(archive),
        sampling_interval=1 / SAMPLING_RATE,
        cut_or_padded_to=N_SAMPLES,
        split=split,
        fold=fold,
    )


def read_archive(archive: Path) -> list[Recording]:
    """Read and verify every recording, sorted by digit, speaker and index.

    Parameters
    ----------
    archive : pathlib.Path
        The ``.tar.gz`` of the pinned commit.

    Returns
    -------
    list of Recording

    Raises
    ------
    DatasetError
        If the archive cannot be read, or its recordings are not those of the pinned commit.
    """
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                match = _RECORDING_NAME.search(member.name)
                if match is None or not member.isfile() or member.size > _LARGEST_RECORDING:
                    continue
                content = tar.extractfile(member)
                assert content is not None
                files[match[1]] = content.read()
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DatasetError(f"{archive} is not a readable .tar.gz archive: {error}.") from None
    _check_content(archive, files)
    recordings = [_decode(name, content) for name, content in files.items()]
    return sorted(recordings, key=lambda r: (r.digit, r.speaker, r.index))


def content_sha256(files: dict[str, bytes]) -> str:
    """SHA-256 over the sorted names and contents of the recordings."""
    sha = hashlib.sha256()
    for name in sorted(files):
        sha.update(f"{name}:{len(files[name])}:".encode())
        sha.update(files[name])
    return sha.hexdigest()


def _check_content(archive: Path, files: dict[str, bytes]) -> None:
    refusal = f"{archive} is not the Free Spoken Digit Dataset of commit {SPOKEN_DIGITS_COMMIT[:7]}"
    counts = Counter(name.rsplit("_", 1)[0] for name in files)
    complete = Counter(
        {f"{digit}_{speaker}": N_RECORDINGS for digit in range(N_DIGITS) for speaker in SPEAKERS}
    )
    if counts != complete:
        raise DatasetError(
            f"{refusal}: it has {len(files)} recordings of {len(counts)} digit-speaker pairs, "
            f"where {complete.total()} of {len(complete)} are expected."
        )
    digest = content_sha256(files)
    if digest != CONTENT_SHA256:
        raise DatasetError(
            f"{refusal}: its recordings have SHA-256 {digest}, where {CONTENT_SHA256} is expected."
        )


def _decode(name: str, content: bytes) -> Recording:
    digit, speaker, index = name.removesuffix(".wav").split("_")
    with wave.open(io.BytesIO(content)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    return Recording(int(digit), speaker, int(index), samples / _FULL_SCALE)


def _is_tested(recordings: list[Recording], split: str, fold: int) -> NDArray[np.bool_]:
    if split == "leave-one-speaker-out":
        return np.array([recording.speaker == SPEAKERS[fold] for recording in recordings])
    first = 5 * fold  # the official split is fold 0
    return np.array([first <= recording.index < first + 5 for recording in recordings])
