"""`physembed evaluate`: a kept model on a data set."""

from physembed.cli._options import DataDir, DatasetName, RunFolder


def evaluate(
    run: RunFolder,
    dataset: DatasetName,
    *,
    data_dir: DataDir = None,
) -> None:
    """Test a trained model on the test cases of a data set."""
    from physembed.cli._console import say_facts, say_table
    from physembed.experiments import evaluate as evaluate_saved

    evaluation = evaluate_saved(run, dataset, data_dir=data_dir)
    say_facts({"test accuracy": f"{evaluation.accuracy:.1%} of {evaluation.n_test:,} cases"})
    say_table(
        "By class",
        ("Class", "Right", "Cases", "Recall / %"),
        [
            (label, f"{right:,}", f"{cases:,}", f"{100 * right / cases:.1f}")
            for label, (right, cases) in evaluation.recall.items()
        ],
    )
