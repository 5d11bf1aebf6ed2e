"""Sources of parts: each kind gives the same cases, and says by name what is wrong with a part."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from torch.utils.data import DataLoader

from physembed.data.pieces.sources import Reader, Source, source_of
from physembed.data.pieces.survey import survey
from physembed.data.pieces.units import blocks_of
from physembed.errors import DatasetError, InvalidInputError, PhysembedWarning

N = 50
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, 2, 8))
Y = np.array(["left", "right"])[RNG.integers(2, size=N)]
BOUNDS = ((0, 20), (20, 27), (27, 50))


def pieces() -> list[tuple[np.ndarray, np.ndarray]]:
    return [(X[a:b], Y[a:b]) for a, b in BOUNDS]


def archives_in(folder: Path) -> Path:
    folder.mkdir()
    for number, (series, labels) in enumerate(pieces()):
        np.savez(folder / f"part-{number}.npz", X=series, y=labels)
    return folder


def every_kind(folder: Path) -> dict[str, object]:
    tables = folder / "tables"
    tables.mkdir()
    for number, (series, labels) in enumerate(pieces()):
        columns = {f"channel {k}": list(series[:, k]) for k in range(2)}
        table = pa.table(columns | {"label": labels.tolist()})
        parquet.write_table(table, tables / f"part-{number}.parquet")
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", Y)
    pairs = [(X[k], Y[k]) for k in range(N)]
    return {
        "list": pieces(),
        "function": pieces,
        "pair": (X, Y),
        "mapped pair": (np.load(folder / "X.npy", mmap_mode="r"), Y),
        "paths": (folder / "X.npy", str(folder / "y.npy")),
        "archives": archives_in(folder / "archives"),
        "tables": str(tables),
        "loader": DataLoader(pairs, batch_size=9, collate_fn=_stacked),
    }


def _stacked(pairs):
    return np.stack([x for x, _ in pairs]), np.array([y for _, y in pairs])


def test_every_kind_of_source_gives_the_same_cases_twice(tmp_path: Path) -> None:
    """First the survey with its sample, then block by block, whatever the size of a block."""
    for name, data in every_kind(tmp_path).items():
        source = source_of(data)
        assert source is not None, name
        surveyed = survey(source, of_classes=True, seed=0, sample_cases=100)
        assert surveyed.n_cases == N, name
        np.testing.assert_array_equal(surveyed.sample.X, X, err_msg=name)
        np.testing.assert_array_equal(surveyed.sample.y, Y, err_msg=name)
        assert surveyed.values.tolist() == ["left", "right"], name
        assert surveyed.counts.sum() == N, name
        reader = Reader(source)
        read = [
            (block.X, numbers)
            for unit in surveyed.units
            for block, numbers in blocks_of(unit, reader, 6, of_classes=True, kind=surveyed.kind)
        ]
        np.testing.assert_array_equal(np.concatenate([x for x, _ in read]), X, err_msg=name)
        np.testing.assert_array_equal(np.concatenate([n for _, n in read]), np.arange(N))


def test_arrays_and_what_is_no_source_are_left_to_whoever_takes_arrays() -> None:
    for data in (X, X.tolist(), list(X), None, 3):
        assert source_of(data) is None


def second_is(series: np.ndarray, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    first, _, third = pieces()
    return [first, (series, labels), third]


SERIES, LABELS = pieces()[1]
WITH_NAN = np.where(np.arange(7)[:, None, None] == 3, np.nan, SERIES)
BAD = {
    r"piece 1 has 1 channel\(s\), where the parts before have 2": second_is(SERIES[:, :1], LABELS),
    "piece 1 has series of 5 timepoints, where .* 8": second_is(SERIES[:, :, :5], LABELS),
    "piece 1 has series of dtype float32": second_is(SERIES.astype(np.float32), LABELS),
    "X of piece 1 has 'x'": second_is(np.full((7, 2, 8), "x"), LABELS),
    "X of piece 1 has a missing value .* case 3": second_is(WITH_NAN, LABELS),
    "piece 1 has labels that are numbers": second_is(SERIES, np.arange(7)),
    "y of piece 1 has 5 values for 7 cases": second_is(SERIES, LABELS[:5]),
    "piece 1 is empty": second_is(SERIES[:0], LABELS[:0]),
    "piece 1 is a ndarray; a pair": lambda: iter([(SERIES, LABELS), SERIES]),
    "only 1 class, 'left'": [(X, np.full(N, "left"))],
    "has no cases": lambda: iter(()),
    "piece 1 has no groups, where the parts before have some": [(X, Y, Y), (X, Y)],
    "piece 1 has no labels: y is None": second_is(SERIES, None),
    "piece 0 is a ndarray; a pair": [SERIES, (SERIES, LABELS)],
    "groups of source must hold at least two": [(X, Y, np.zeros(N))],
}


@pytest.mark.parametrize("told", BAD)
def test_what_is_wrong_is_told_with_the_name_of_the_part(told: str) -> None:
    source = source_of(BAD[told])
    assert source is not None
    with pytest.raises(InvalidInputError, match=told):
        survey(source, of_classes=True, seed=0)


def test_a_label_that_is_not_among_the_classes_is_refused_at_once() -> None:
    source = source_of(pieces())
    assert source is not None
    with pytest.raises(InvalidInputError, match=r"piece 0 has the label 'right'.*classes="):
        survey(source, of_classes=True, seed=0, classes=["left"])


def test_one_class_in_a_piece_is_nothing_wrong() -> None:
    order = np.argsort(Y)
    cut = int((Y == "left").sum())
    sorted_pieces = [(X[part], Y[part]) for part in (order[:cut], order[cut:])]
    source = source_of(sorted_pieces)
    assert source is not None
    assert survey(source, of_classes=True, seed=0).counts.tolist() == [cut, N - cut]


def test_what_can_be_read_once_only_or_in_another_order_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="generator, which can be read once only"):
        source_of(piece for piece in pieces())
    with pytest.raises(InvalidInputError, match="shuffle=False"):
        source_of(DataLoader([(X[0], 0)], shuffle=True))


def test_a_part_that_changes_is_told_by_name(tmp_path: Path) -> None:
    folder = archives_in(tmp_path / "parts")
    source = source_of(folder)
    assert source is not None
    surveyed = survey(source, of_classes=True, seed=0)

    def read_again() -> None:
        again = source_of(folder)
        assert again is not None
        list(blocks_of(surveyed.units[0], Reader(again), 6, of_classes=True, kind=surveyed.kind))

    read_again()
    np.savez(folder / "part-1.npz", X=SERIES + 1e-9, y=LABELS)
    with pytest.raises(InvalidInputError, match=r"part-1\.npz has changed since"):
        read_again()
    np.savez(folder / "part-1.npz", X=SERIES[:3], y=LABELS[:3])
    with pytest.raises(InvalidInputError, match=r"part-1\.npz has changed .* it has 3 cases"):
        read_again()
    np.savez(folder / "part-1.npz", X=SERIES, y=LABELS)
    (folder / "part-2.npz").unlink()
    with pytest.raises(InvalidInputError, match=r"parts has changed .* ends after 2 parts"):
        read_again()


def test_pieces_that_become_more_or_others_are_told_with_what_may_be_the_reason() -> None:
    def source_that_gives(*later: tuple[np.ndarray, np.ndarray]) -> Source:
        passes = iter([pieces(), later])
        source = source_of(lambda: next(passes))
        assert source is not None
        return source

    for later, told in (
        ([*pieces(), pieces()[0]], "changed .* goes on after 3 parts"),
        (pieces()[:2], "changed .* ends after 2 parts"),
        ([pieces()[0], (SERIES + 1, LABELS), pieces()[2]], "piece 1 has changed"),
    ):
        source = source_that_gives(*later)
        surveyed = survey(source, of_classes=True, seed=0)
        reader = Reader(source)
        with pytest.raises(InvalidInputError, match=f"{told}.* a function must give the same"):
            for unit in surveyed.units:
                list(blocks_of(unit, reader, 6, of_classes=True, kind=surveyed.kind))
            reader.end()


def test_folders_and_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a folder"):
        source_of(tmp_path / "absent")
    with pytest.raises(DatasetError, match="holds no parts"):
        source_of(tmp_path)
    with pytest.raises(DatasetError, match="is not a file"):
        source_of((tmp_path / "X.npy", tmp_path / "y.npy"))
    for name, array in (("X.npy", X), ("y.npy", Y[:5])):
        np.save(tmp_path / name, array)
    source = source_of((tmp_path / "X.npy", tmp_path / "y.npy"))
    assert source is not None
    with pytest.raises(InvalidInputError, match=r"y of X\.npy has 5 values"):
        survey(source, of_classes=True, seed=0)
    file = tmp_path / "archives" / "a.npz"
    file.parent.mkdir()
    file.write_bytes(b"no archive")
    source = source_of(file.parent)
    assert source is not None
    with pytest.raises(DatasetError, match=r"a\.npz is not a readable .* no archive"):
        survey(source, of_classes=True, seed=0)
    np.savez(file, Z=X)
    with pytest.raises(DatasetError, match="has no array X; it has Z"):
        survey(source, of_classes=True, seed=0)
    np.savez(file, X=X)
    with pytest.raises(DatasetError, match="has no labels"):
        survey(source, of_classes=True, seed=0)
    np.savez(file, X=X, y=Y.astype(object))
    with pytest.raises(DatasetError, match=r"y as Python objects, .* y=y\.astype\(str\)"):
        survey(source, of_classes=True, seed=0)
    with pytest.raises(DatasetError, match=r"a\.npz is an archive; a \.npy file"):
        survey(source_of((file, Y)), of_classes=True, seed=0)


def test_tables_whose_columns_come_in_another_order_are_refused(tmp_path: Path) -> None:
    """Read by their places, the channels of one part would be others than those of the next."""
    for number, order in enumerate(("ab", "ab", "ba")):
        columns = {name: list(X[:20, "ab".index(name)]) for name in order}
        table = pa.table(columns | {"label": Y[:20].tolist()})
        parquet.write_table(table, tmp_path / f"part-{number}.parquet")
    source = source_of(tmp_path)
    assert source is not None
    told = r"part-2\.parquet has the column b, where the parts before have a in its place"
    with pytest.raises(InvalidInputError, match=told):
        survey(source, of_classes=True, seed=0)


def test_what_else_lies_in_a_folder_is_told_and_a_folder_within_is_refused(tmp_path: Path) -> None:
    folder = archives_in(tmp_path / "parts")
    # as other programs leave them
    (folder / "._part-0.npz").write_bytes(b"of a Mac")
    (folder / "_SUCCESS").touch()
    source = source_of(folder)
    assert source is not None
    assert survey(source, of_classes=True, seed=0).n_cases == N
    (folder / "more.csv").write_text("1,2")
    with pytest.warns(PhysembedWarning, match=r"holds more\.csv, not to be read: parts are files"):
        source_of(folder)
    (folder / "2024").mkdir()
    (folder / "part-1.npz").rename(folder / "2024" / "part-1.npz")
    with pytest.raises(DatasetError, match="holds a folder of parts, 2024,"):
        source_of(folder)


def test_a_sample_is_drawn_alike_whatever_the_parts_and_is_fair() -> None:
    """Each case as often as another: 200 samples of 10 of 50 are binomial with deviation 5.7."""
    whole, cut = source_of((X, Y)), source_of(pieces())
    assert whole is not None
    assert cut is not None
    counts = np.zeros(N)
    for seed in range(200):
        surveyed = survey(whole, of_classes=True, seed=seed, sample_cases=10)
        counts[surveyed.sampled] += 1
        if seed < 3:
            again = survey(cut, of_classes=True, seed=seed, sample_cases=10)
            np.testing.assert_array_equal(again.sampled, surveyed.sampled)
            np.testing.assert_array_equal(again.sample.X, X[surveyed.sampled])
            np.testing.assert_array_equal(again.sample.y, Y[surveyed.sampled])
    assert counts.sum() == 2000
    assert np.abs(counts - 40).max() < 5 * 5.7


def test_numbers_are_standardised_as_in_memory() -> None:
    targets = 1e6 + np.random.default_rng(1).normal(size=N)
    source = source_of([(X[a:b], targets[a:b]) for a, b in BOUNDS])
    assert source is not None
    surveyed = survey(source, of_classes=False, seed=0)
    assert surveyed.mean == pytest.approx(targets.mean(), rel=1e-15)
    assert surveyed.deviation == pytest.approx(targets.std(), rel=1e-9)
