"""On which data sets a benchmark's first model loses and wins."""

from studies.documents.result_tables import losses_markdown


def test_losses_come_first_and_small_differences_not_at_all() -> None:
    accuracies = {"A": (0.9, 0.8), "B": (0.5, 0.7), "C": (0.6, 0.61)}
    records = [
        {"dataset": name, "model": model, "seed": 0, "fold": 0, "accuracy": accuracy}
        | {"embedding_parameters": 0, "readout_parameters": 10}
        | {"fit_seconds": 1.0, "predict_seconds": 0.1}
        for name, of_set in accuracies.items()
        for model, accuracy in zip(("linear", "spectral"), of_set, strict=True)
    ]
    lines = losses_markdown(records, "linear", "spectral").splitlines()[2:]
    assert lines == ["| B | 50.0 | 70.0 | -20.0 |", "| A | 90.0 | 80.0 | +10.0 |"]
