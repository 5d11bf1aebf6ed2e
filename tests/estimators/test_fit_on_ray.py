"""Fits in pieces on a real Ray cluster of two nodes here, of whose workers one is killed.

Each worker loads the library anew: what is killed is paid for in seconds. Twenty kills, and five
of the driver, are in the record of ``python -m studies.speed --parts scale``.
"""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet
from sklearn.exceptions import NotFittedError

import physembed as pe
from physembed._cluster import connected
from physembed.estimators import predict_dataset
from tests.estimators.killer import Killer
from tests.processes import run_script

pytestmark = pytest.mark.slow

ray = pytest.importorskip("ray", reason="Ray, of the extra `cluster`, is not installed")

N, T, PART = 600, 24, 100
KILLS = 1
OPTIONS = {"sample_cases": 80, "unit_cases": PART}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Two nodes, of one core each."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_DISABLE_IMPORT_WARNING", "1")
        # else workers wait for whatever else the machine does
        patch.setenv("RAY_worker_niceness", "0")
        cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 1,
                "include_dashboard": False,
                "object_store_memory": 10**8,
            },
        )
        cluster.add_node(num_cpus=1, object_store_memory=10**8)
        # joined once, so that workers have to load the library once
        ray.init(address=cluster.address, log_to_driver=False)
        try:
            yield cluster.address
        finally:
            ray.shutdown()
            cluster.shutdown()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=N)
    series = np.sin(np.arange(T) * (0.3 + 0.1 * labels[:, None])) + rng.normal(0, 0.9, (N, T))
    for first in range(0, N, PART):
        part = slice(first, first + PART)
        np.savez(folder / f"part-{first:04d}.npz", X=series[part], y=labels[part])
    return folder


@pytest.fixture(scope="module")
def dataset(parts: Path, address: str) -> "ray.data.Dataset":
    """The same cases as rows of a Ray Dataset, in blocks of other sizes, with a name for each."""
    import ray.data

    # of progress and plans it would tell a page
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    series = np.concatenate([np.load(file)["X"] for file in sorted(parts.iterdir())])
    labels = np.concatenate([np.load(file)["y"] for file in sorted(parts.iterdir())])
    names = np.array([f"case {k}" for k in range(N)], dtype=object)
    folder = parts.with_name("tables")
    folder.mkdir()
    for first in range(0, N, 70):
        part = slice(first, first + 70)
        columns = {"id": names[part], "x": list(series[part]), "label": labels[part]}
        parquet.write_table(pa.table(columns), folder / f"{first:04d}.parquet")
    return ray.data.read_parquet(str(folder))


def weights_of(fitted: pe.PhysicalEmbeddingClassifier) -> dict[str, torch.Tensor]:
    return dict(fitted.network_.state_dict())


def fit(source: object, **options: object) -> pe.PhysicalEmbeddingClassifier:
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    return classifier.fit(source, **OPTIONS, **options)


def test_whoever_sums_and_whoever_dies_the_model_has_the_same_bits(
    parts: Path, address: str
) -> None:
    expected = weights_of(fit(parts, backend="ray", address=address, workers=1))
    killer = Killer(KILLS)
    killer.start()
    try:
        killed = fit(parts, backend="ray", address=address, workers=2)
        # what can be read in order alone is sent to the workers
        pieces = [tuple(np.load(file)[name] for name in "Xy") for file in sorted(parts.iterdir())]
        sent = fit(pieces, backend="ray", address=address, workers=2)
    finally:
        killer.stop.set()
        killer.join()
    assert len(killer.killed) > 0
    here = weights_of(fit(parts))
    for name, value in expected.items():
        assert torch.equal(weights_of(killed)[name], value), name
        assert torch.equal(weights_of(sent)[name], value), name
        # other threads add in another order
        torch.testing.assert_close(here[name], value)


def test_a_ray_dataset_is_a_source_whoever_reads_it_and_whoever_dies(
    dataset: "ray.data.Dataset", address: str
) -> None:
    def first_is_late(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        time.sleep(batch["id"][0] == "case 0")
        return batch

    def drawn_anew(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return batch | {"label": np.random.default_rng().permutation(batch["label"])}

    options = {"sample_cases": 80, "unit_cases": PART, "backend": "ray", "address": address}
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    expected = weights_of(classifier.fit(dataset, **options, workers=1))
    # one that Ray reads and transforms by, and one that sums
    killers = [Killer(KILLS, "ray::MapBatches"), Killer(KILLS)]
    for killer in killers:
        killer.start()
    try:
        # blocks are done in another order than they have
        killed = classifier.fit(dataset.map_batches(first_is_late, batch_size=50), **options)
    finally:
        for killer in killers:
            killer.stop.set()
            killer.join()
    assert [len(killer.killed) for killer in killers] == [KILLS, KILLS]
    for name, value in expected.items():
        assert torch.equal(weights_of(killed)[name], value), name
    # the user's own choice
    assert dataset.context.execution_options.preserve_order is False
    with pytest.raises(pe.InvalidInputError, match=r"rows 0 to 599 .* changed .*materialize"):
        classifier.fit(dataset.map_batches(drawn_anew), **options)
    with pytest.raises(pe.DatasetError, match="rows 0 to 599 of the dataset has no labels"):
        classifier.fit(dataset.drop_columns(["label"]), **options)


def test_a_ray_dataset_is_predicted_as_its_series_are(dataset: "ray.data.Dataset") -> None:
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(dataset)
    unlabelled = dataset.drop_columns(["label"])
    (told,) = predict_dataset(classifier, unlabelled, novelty=True).iter_batches(batch_size=N)
    X = np.stack(list(told["x"]))
    assert sorted(told["id"]) == sorted(f"case {k}" for k in range(N))
    assert told["prediction"].tolist() == classifier.predict(X).tolist()
    columns = [told[f"probability_{label}"] for label in classifier.classes_]
    # workers compute with one thread, in batches of other sizes
    np.testing.assert_allclose(np.stack(columns, 1), classifier.predict_proba(X), atol=1e-6)
    np.testing.assert_allclose(told["novelty"], classifier.novelty(X), rtol=1e-4)
    with pytest.raises(pe.InvalidInputError, match="dataset is a ndarray"):
        predict_dataset(classifier, X)
    # in whatever order blocks come
    (rows,) = dataset.iter_batches(batch_size=N)
    expected = classifier.score(np.stack(list(rows["x"])), rows["label"])
    assert classifier.score(dataset) == pytest.approx(expected)


def test_columns_of_a_dataset_are_found_by_their_names(address: str, tmp_path: Path) -> None:
    rng, labels = np.random.default_rng(1), np.arange(N) % 2
    columns = {
        name: list(np.sin(np.arange(T) * (0.7 + sign * (labels[:, None] - 0.5))))
        for name, sign in (("a", 0.6), ("b", -0.6))
    }
    columns = {k: list(np.array(v) + rng.normal(0, 0.1, (N, T))) for k, v in columns.items()}
    datasets = {}
    for names in ("ab", "ba"):
        table = {name: columns[name] for name in names} | {"label": labels, "id": labels}
        datasets[names] = ray.data.from_arrow(pa.table(table))
    fitted = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(datasets["ab"])
    loaded = pe.load(fitted.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    for model in (fitted, loaded):
        for each in datasets.values():
            (told,) = predict_dataset(model, each).iter_batches(batch_size=N)
            assert told["prediction"].tolist() == told["label"].tolist()
            assert model.score(each) == 1.0
        with pytest.raises(pe.DatasetError, match=r"of the dataset .*has no column b, which"):
            predict_dataset(model, datasets["ba"].rename_columns({"b": "c"}))


def test_what_a_dataset_cannot_be_told_is_said_at_once(dataset: "ray.data.Dataset") -> None:
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    with pytest.raises(pe.InvalidInputError, match="estimator is a int"):
        predict_dataset(42, dataset)
    with pytest.raises(NotFittedError):
        predict_dataset(classifier, dataset)
    classifier.fit(dataset)
    for ask in (classifier.predict, classifier.predict_proba):
        with pytest.raises(pe.InvalidInputError, match=r"Dataset; .*estimators\.predict_dataset\("):
            ask(dataset)
    with pytest.raises(pe.InvalidInputError, match=r"a column 'prediction', .* rename_columns"):
        predict_dataset(classifier, dataset.rename_columns({"id": "prediction"}))
    shorter = dataset.map_batches(lambda batch: batch | {"x": np.stack(list(batch["x"]))[:, 1:]})
    with pytest.raises(pe.DatasetError, match=r"row 0 .*\(id='case \d+'.* 24 timepoints seen in"):
        predict_dataset(classifier, shorter)


def test_a_row_that_is_wrong_is_named_and_no_rows_have_all_columns(
    dataset: "ray.data.Dataset",
) -> None:
    def spoiled(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        x = np.stack(list(batch["x"]))
        x[batch["id"] == "case 77"] = np.inf
        return batch | {"x": x}

    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(dataset)
    told = predict_dataset(classifier, dataset.map_batches(spoiled))
    with pytest.raises(
        ray.exceptions.RayTaskError,
        match=r"DatasetError: row \d+ of a batch of \d+ of the dataset \(id='case 77'.*inf",
    ):
        told.materialize()
    nothing = predict_dataset(classifier, dataset.filter(lambda row: False), novelty=True)
    probabilities = [f"probability_{label}" for label in classifier.classes_]
    assert nothing.schema().names == ["id", "x", "label", "prediction", *probabilities, "novelty"]
    assert nothing.count() == 0


def test_blocks_of_whole_numbers_are_fitted_with_those_of_others(
    address: str, tmp_path: Path
) -> None:
    """Of a CSV that has nothing but whole numbers Ray makes integers."""
    rng, n = np.random.default_rng(2), 2500
    for number, is_whole in enumerate((True, False)):
        series = rng.integers(-9, 9, size=(n, 8)).astype(float)
        labels = (series[:, 0] > series[:, 7]).astype(int)
        lines = [",".join(f"t{k}" for k in range(8)) + ",label"]
        for row, label in zip(series, labels, strict=True):
            first = f"{row[0]:.0f}" if is_whole else f"{row[0] + 0.25:.2f}"
            lines.append(",".join([first, *(f"{value:.0f}" for value in row[1:]), str(label)]))
        (tmp_path / f"{number}.csv").write_text("\n".join(lines))
    whole = ray.data.read_csv(str(tmp_path))
    weights = [weights_of(fit(each)) for each in (whole, whole.repartition(1).materialize())]
    for name, value in weights[0].items():
        assert torch.equal(weights[1][name], value), name


def test_what_is_wrong_with_a_part_is_told_as_it_is_here(parts: Path, address: str) -> None:
    def source() -> Iterator[object]:
        for number, file in enumerate(sorted(parts.iterdir())):
            series, labels = (np.load(file)[name] for name in "Xy")
            source.calls += 1
            is_second_pass = source.calls > N // PART
            yield series + (is_second_pass and number == 4), labels

    source.calls = 0
    with pytest.raises(pe.InvalidInputError, match="piece 4 has changed since it was first read"):
        fit(source, backend="ray", address=address, workers=2)


def test_another_cluster_than_the_one_that_is_joined_is_told(address: str) -> None:
    """As where a dataset was made before, for which Ray starts a cluster here."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        elsewhere = f"127.0.0.1:{other.getsockname()[1]}"
        told = f"{elsewhere}' is not that .* {address}"
        with pytest.warns(pe.PhysembedWarning, match=told), connected(elsewhere):
            pass
    with connected(address), connected("auto"), connected(None):
        pass


def test_a_cluster_that_does_not_answer_is_named(parts: Path, tmp_path: Path) -> None:
    """Asked from a process of its own, which is joined to no other cluster."""
    told = (
        "import sys, physembed as pe\n"
        "classifier = pe.PhysicalEmbeddingClassifier('lattice', random_state=0)\n"
        # also where the sample holds all cases, so that nothing is summed elsewhere
        "classifier.fit(sys.argv[1], backend='ray', address='127.0.0.1:9')"
    )
    script = tmp_path / "fit.py"
    script.write_text(told)
    done = run_script(script, parts, folder=tmp_path).end()
    assert done.returncode == 1
    assert "InvalidInputError: no Ray cluster answers at address='127" in done.stderr
