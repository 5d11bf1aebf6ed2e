import numpy as np
import pytest

from physembed.data.cases import Cases
from physembed.data.preparation import Preparation
from physembed.errors import InvalidInputError

AT_8_KHZ = Preparation(1 / 8000, 5)


def test_recordings_are_cut_and_padded_at_their_end():
    recordings = Cases([np.arange(1.0, 4), np.arange(1.0, 9)])
    prepared = AT_8_KHZ.applied(recordings, "file")
    np.testing.assert_array_equal(prepared.series, [[1, 2, 3, 0, 0], [1, 2, 3, 4, 5]])
    of_channels = AT_8_KHZ.applied(Cases(np.ones((2, 3, 4))), "file").series
    np.testing.assert_array_equal(of_channels, np.pad(np.ones((2, 3, 4)), ((0, 0), (0, 0), (0, 1))))


def test_nothing_told_is_nothing_done():
    series = np.ones((2, 7))
    assert Preparation().applied(Cases(series, sampling_interval=1 / 8000), "f").series is series
    assert Preparation(1 / 8000).applied(Cases(series), "f").series is series
    assert Preparation().to_plain() is None


def test_another_interval_is_refused_or_resampled():
    at_16_khz = np.sin(2 * np.pi * 200 * np.arange(1600) / 16_000)
    at_8_khz = np.sin(2 * np.pi * 200 * np.arange(800) / 8000)
    recording = Cases(at_16_khz[np.newaxis], sampling_interval=1 / 16_000)
    with pytest.raises(InvalidInputError, match=r"a\.wav: .* \(16000 a second\), .* \(8000 a sec"):
        Preparation(1 / 8000).applied(recording, "a.wav")
    resampled = Preparation(1 / 8000).applied(recording, "a.wav", resample=True)
    assert resampled.sampling_interval == 1 / 8000
    # the polyphase filter's ends aside
    np.testing.assert_allclose(resampled.series[0, 50:-50], at_8_khz[50:-50], atol=2e-3)
    with pytest.raises(InvalidInputError, match="missing values are not resampled"):
        Preparation(1 / 8000).applied(
            Cases(np.full((1, 9), np.nan), sampling_interval=1 / 4000), "f", resample=True
        )
    with pytest.raises(InvalidInputError, match="no ratio of small whole numbers"):
        Preparation(1 / 8000).applied(
            Cases(np.ones((1, 9)), sampling_interval=7), "f", resample=True
        )


@pytest.mark.parametrize("preparation", [Preparation(), Preparation(0.5), AT_8_KHZ])
def test_it_is_kept_as_json(preparation):
    assert Preparation.from_plain(preparation.to_plain()) == preparation


@pytest.mark.parametrize("data", [{"sampling_interval": -1.0}, {"n_timepoints": 0.5}])
def test_what_was_never_written_is_not_believed(data):
    with pytest.raises(ValueError, match=next(iter(data))):
        Preparation.from_plain(data)
