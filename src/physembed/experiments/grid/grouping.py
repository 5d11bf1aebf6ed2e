"""Which runs of a grid are trained together: several seeds of one model, where that is faster."""

from collections.abc import Sequence
from math import ceil

from physembed.estimators.catalogue import MODELS
from physembed.experiments.grid.plan import Run


def grouped(runs: Sequence[Run], jobs: int) -> list[tuple[Run, ...]]:
    """Runs in groups to be trained together, most of them alone.

    Parameters
    ----------
    runs : sequence of Run
    jobs : int
        Processes at work at once; groups are not so large that one of them would have none.

    Returns
    -------
    list of tuple of Run
        In the order of the first run of each.
    """
    kinds: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        kinds.setdefault((run.dataset, run.split, run.fold, run.model), []).append(run)
    share = ceil(len(runs) / jobs)
    groups: list[tuple[Run, ...]] = []
    for kind in kinds.values():
        size = min(share, _worthwhile(kind[0])) if len(kind) > 1 else 1
        groups += [tuple(kind[k : k + size]) for k in range(0, len(kind), size)]
    place = {run.folder: k for k, run in enumerate(runs)}
    return sorted(groups, key=lambda group: place[group[0].folder])


def _worthwhile(run: Run) -> int:
    """How many runs of this kind to train together."""
    if (
        run.variant.model not in MODELS
        or run.settings.get("method") != "gradient"
        or run.sizes is None
    ):
        return 1
    from physembed.estimators.series_classifier import SeriesClassifier
    from physembed.estimators.together import members_worthwhile

    classifier = run.variant.classifier(max_epochs=run.max_epochs, device=run.device)
    if not isinstance(classifier, SeriesClassifier):
        return 1
    n_channels, n_timepoints, n_classes = run.sizes
    return members_worthwhile(
        classifier, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=n_classes
    )
