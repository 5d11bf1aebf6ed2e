"""Twenty to a hundred training cases: what would help where a teacher has little to learn from.

``python -m studies.few_cases DATA_DIR results/frontier`` writes ``few_cases.json``. Small training
sets are drawn from a set's *training* cases, and the accuracy is that on the training cases that
are left: no test case is looked at. One record for each set and draw, of MiniRocket, of the
teacher as it is, and of teachers that were changed:

- without the demand that detectors bear noise;
- with deviations of pseudo-cases as well as of cases;
- *held still*, a ridge that is penalised for what it says of the difference between a
  pseudo-case and the case that it was made of (tangent propagation: Simard, Victorri, LeCun and
  Denker, NeurIPS 4, 1992), and its student with 56 detectors beside the student of today.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.data import load_dataset
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.baselines import MiniRocketNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.training.readout.ridge import detected_features, fit_ridge
from physembed.training.selection.pseudo_cases import pseudo_cases
from physembed.training.selection.reliability import are_reliable, repeats_for, with_noise
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.student import Lesson, choose, learn
from physembed.training.selection.teacher import Ridges
from physembed.training.selection.train import targets_of
from studies.fit_records import Records, as_tensors, run_from_command_line
from studies.frontier import accuracy, smallest_first

Numbers = NDArray[np.float64]

DRAWS = (20, 36, 20, 36, 100)
"""About how many training cases."""
FEWEST, FEWEST_FOR_MANY = 60, 180
"""Training cases that a set must have, and for draws of a hundred."""
MOST_UNSEEN = 150
NOISE, PSEUDO_CASES, DETECTORS = 0.03, 300, 56


def measure(data_dir: Path, out: Path) -> None:
    """Every draw of every set that has enough, small sets first."""
    records = Records(out / "few_cases.json")
    for name in smallest_first(data_dir):
        x, y, _, _ = as_tensors(load_dataset(name, data_dir))
        for draw, n_cases in enumerate(DRAWS):
            if len(y) >= (FEWEST_FOR_MANY if n_cases == max(DRAWS) else FEWEST):
                key = {"dataset": name, "draw": draw}
                records.add(key, partial(measured, x.double().numpy(), y.numpy(), draw))


def measured(x: Numbers, y: NDArray[np.int64], draw: int) -> dict[str, Any]:
    """Accuracies of all teachers on the cases that were not drawn."""
    generator = np.random.default_rng([draw, len(y)])
    taken = drawn(y, DRAWS[draw], generator)
    others = np.setdiff1d(np.arange(len(y)), taken)
    generator.shuffle(others)
    unseen = np.sort(others[:MOST_UNSEEN])
    cases, labels, n_classes = x[taken], y[taken], int(y.max()) + 1
    sizes = {"n_channels": x.shape[1], "n_timepoints": x.shape[2], "n_classes": n_classes}
    network = PhysicalEmbeddingNetwork(pool(x.shape[2]), **sizes)
    network.prepare(torch.from_numpy(cases).float(), seed=0)
    rival = MiniRocketNetwork(**sizes)
    rival.prepare(torch.from_numpy(cases).float(), seed=0)
    ridge = fit_ridge(_of(rival, cases), labels)
    for_noise, _, for_pseudo = np.random.default_rng(0).spawn(3)
    repeated = np.tile(cases, (repeats_for(len(cases)), 1, 1))
    seen = _of(network, cases)
    reliable = are_reliable(seen, _of(network, with_noise(repeated, NOISE, for_noise)))
    made, parents = pseudo_cases(cases, labels, PSEUDO_CASES, for_pseudo)
    of_rival = float((ridge.classes(_of(rival, x[unseen])) == y[unseen]).mean())
    accuracies = of_teachers(
        (seen, _of(network, made), _of(network, x[unseen])),
        pool_gains(network.fibres, x.shape[2], x.shape[1])[0],
        reliable,
        parents=parents,
        labels=labels,
        unseen_labels=y[unseen],
    )
    return {
        "cases": len(taken),
        "unseen": len(unseen),
        "accuracy": {"MiniRocket": of_rival, **accuracies},
    }


def drawn(y: NDArray[np.int64], n_cases: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """About so many cases, every class in its proportion and at least twice where it can be."""
    counts = np.bincount(y)
    wanted = np.maximum(2, np.round(counts / len(y) * n_cases).astype(int))
    taken: list[int] = []
    for label, count in enumerate(counts):
        of_class = np.flatnonzero(y == label)
        generator.shuffle(of_class)
        taken += of_class[: min(wanted[label], max(1, count - 1))].tolist()
    return np.sort(taken)


def of_teachers(
    features: tuple[Numbers, Numbers, Numbers],
    gains: Numbers,
    reliable: NDArray[np.bool_],
    *,
    parents: NDArray[np.int64],
    labels: NDArray[np.int64],
    unseen_labels: NDArray[np.int64],
) -> dict[str, float]:
    """Accuracies of teachers and students; features are of cases, pseudo-cases and unseen ones."""
    seen, made, unseen = features
    targets = targets_of(torch.from_numpy(labels), int(labels.max()) + 1)

    def of(scores: Numbers) -> float:
        return accuracy(scores, unseen_labels)

    scaling = Scaling.of(seen, gains, reliable)
    best = Ridges(scaling(seen), targets).best()
    accuracies = {"teacher": of(best.scores(scaling(unseen)))}
    for name, other in {
        "need not bear noise": Scaling.of(seen, gains),
        "deviations of pseudo-cases": Scaling.of(np.vstack([seen, made]), gains, reliable),
    }.items():
        accuracies[name] = of(Ridges(other(seen), targets).best().scores(other(unseen)))
    moved = scaling(made) - scaling(seen)[parents]
    weights, bias = held_still(scaling(seen), targets, moved, best.ratio)
    accuracies["held still"] = of(scaling(unseen) @ weights + bias)
    shown = np.vstack([scaling(seen), scaling(made)])
    for name, scores in {
        "student": best.scores(shown),
        "student of held still": shown @ weights + bias,
    }.items():
        lesson = Lesson(scaling, shown, scores, None, best.left_out, best.ratio)
        accuracies[name] = of(learn(lesson, choose(lesson, DETECTORS)).scores(unseen))
    return accuracies


def held_still(
    x: Numbers, targets: Numbers, moved: Numbers, ratio: float
) -> tuple[Numbers, Numbers]:
    """Weights and bias of a ridge to which all that is moved counts as much as all cases."""
    mean, offset = x.mean(axis=0), targets.mean(axis=0)
    rows = np.vstack([x - mean, np.sqrt(len(x) / len(moved)) * moved])
    wanted = np.vstack([targets - offset, np.zeros((len(moved), targets.shape[1]))])
    penalty = ratio * np.square(x - mean).sum() / len(x)
    weights = rows.T @ np.linalg.solve(rows @ rows.T + penalty * np.eye(len(rows)), wanted)
    return weights, offset - mean @ weights


def _of(network: SeriesNetwork, x: Numbers) -> Numbers:
    return detected_features(network, torch.from_numpy(x).float())


if __name__ == "__main__":
    run_from_command_line(__doc__, measure)
