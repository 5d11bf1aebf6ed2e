"""The bar of a recovery."""

from physembed.explain.recovery.progress import EVALUATIONS, RecoveryProgress


def test_a_bar_only_goes_forwards_and_ends_at_its_end(capsys) -> None:
    """Whatever a stage takes, and where one comes a second time."""
    stages = list(EVALUATIONS)
    seen = [0.0]
    with RecoveryProgress(2, 8, 10, n_starts=129, shown=True) as bar:
        task = bar._progress.tasks[0]
        for stage, work in [(stages[0], 1e4), (stages[1], 10.0), (stages[2], 1e9), (stages[1], 5.0),
                            (stages[2], 1.0), (stages[3], 0.0)]:  # fmt: skip
            bar.begin(stage)
            seen.append(task.completed)
            bar.spent(work)
            seen.append(task.completed)
            assert task.fields["metrics"] == stage
        assert seen == sorted(seen) and seen[2] > 0 and seen[-1] < task.total
    assert task.completed == task.total
    assert "recovering" in capsys.readouterr().err
    with RecoveryProgress(2, 8, 10, n_starts=0, shown=False) as bar:
        bar.begin(stages[1])
    assert capsys.readouterr().err == ""
