"""`physembed evaluate`: a kept model on a data set."""

from typing import TYPE_CHECKING

from physembed.cli._options import DataDir, DatasetName, RunFolder
from physembed.cli._own_data import takes_own_data

if TYPE_CHECKING:
    from physembed.data.own.description import Description


@takes_own_data
def evaluate(
    run: RunFolder,
    dataset: DatasetName,
    *,
    data_dir: DataDir = None,
    description: "Description",
) -> None:
    """Test a trained model on the test cases of a data set, or on all of a file of your own."""
    from physembed.cli._console import say_facts, say_table
    from physembed.cli._errors import report
    from physembed.data.own.description import BY_RULE
    from physembed.experiments import evaluate as evaluate_saved

    # what is not said is as it was in training
    said = None if description == BY_RULE else description
    evaluation = evaluate_saved(run, dataset, data_dir=data_dir, description=said)
    called = "training accuracy" if evaluation.trained_on_them else "test accuracy"
    say_facts({called: f"{evaluation.accuracy:.1%} of {evaluation.n_test:,} cases"})
    if evaluation.trained_on_them:
        report(
            f"the model was trained on these very cases; its estimate stands in {run}/card.md.",
            label="Warning: ",
            style="yellow",
        )
    say_table(
        "By class",
        ("Class", "Right", "Cases", "Recall / %"),
        [
            (label, f"{right:,}", f"{cases:,}", f"{100 * right / cases:.1f}")
            for label, (right, cases) in evaluation.recall.items()
        ],
    )
