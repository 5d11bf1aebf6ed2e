"""What else a student might be shown, and how else be read out, judged by training cases alone.

``python -m studies.other_students DATA_DIR results/frontier`` writes ``other_students.json``. At
most 150 training cases of a set are halved, and students of 56 detectors that bear noise are judged
by the half that they were not taught, as it is and with 3 % of noise; once for each half. No test
case is looked at.

- ``600 pseudo-cases``, where there are 300;
- ``disturbed`` ones: with sensor noise of up to 3 %, behind a converter of 6 to 12 bits, late or
  early by up to 2 %, and with up to 5 % of the samples dropped; ``half disturbed``, where every
  other one stays as it is; and one of these at a time: ``noise``, ``converter``, ``late``,
  ``gaps``;
- ``logistic``: read out by logistic regression on training cases' classes, and on those that the
  teacher sees in pseudo-cases.

``other_teachers.json`` has students of 56 and 288 detectors in the same way, taught by the ridge on
the pool, or by the mean of its scores and those of a ridge on MiniRocket's features.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from physembed.networks.baselines import MiniRocketNetwork
from physembed.presets.compact import pool, pool_gains
from physembed.training.selection.pseudo_cases import pseudo_cases
from physembed.training.selection.reliability import are_reliable, with_noise
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.student import PSEUDO_CASES, Lesson, choose, learn
from physembed.training.selection.teacher import Ridges
from physembed.training.selection.train import targets_of
from studies.few_cases import drawn
from studies.fit_records import Records, run_from_command_line
from studies.frontier import ROBUSTNESS
from studies.other_pools import FAMILIES, Labels, Numbers, asked, detected, prepared

DETECTORS, BEARING = 56, max(ROBUSTNESS)
SIZES = (56, 288)
WITH_RIVAL = ", with MiniRocket"
MORE = 600
NOISE, BITS, LATE, DROPPED = 0.03, (6, 13), 0.02, 0.05
FINEST = (24, 25)
"""Bits of a converter that nobody notices."""


def measure(data_dir: Path, out: Path) -> None:
    """Every set of one channel, family by family."""
    records = Records(out / "other_students.json")
    for family, names in FAMILIES.items():
        for name in names:
            key = {"dataset": name, "family": family}
            records.add(key, partial(asked, of_students, name, data_dir))


def measure_teachers(data_dir: Path, out: Path) -> None:
    """The same sets."""
    records = Records(out / "other_teachers.json")
    for family, names in FAMILIES.items():
        for name in names:
            key = {"dataset": name, "family": family}
            records.add(key, partial(asked, partial(of_halves, _taught), name, data_dir))


def of_students(x: Numbers, labels: Labels) -> dict[str, dict[str, float]]:
    """Students of one teacher."""
    return of_halves(_students, x, labels)


def of_halves(
    judged: Callable[[Numbers, Labels, Labels, Labels], dict[str, Numbers]],
    x: Numbers,
    labels: Labels,
) -> dict[str, dict[str, float]]:
    """Accuracy, as they are and with noise, of teachers and students on the other half."""
    right: dict[str, list[Numbers]] = {}
    generator = np.random.default_rng(0)
    first = drawn(labels, len(labels) // 2, generator)
    second = np.setdiff1d(np.arange(len(labels)), first)
    for taught, unseen in ((first, second), (second, first)):
        for name, answers in judged(x, labels, taught, unseen).items():
            right.setdefault(name, []).append(answers)
    return {
        name: {
            "accuracy": float(np.hstack(halves)[0].mean()),
            "in_noise": float(np.hstack(halves)[1].mean()),
        }
        for name, halves in right.items()
    }


def _students(x: Numbers, labels: Labels, taught: Labels, unseen: Labels) -> dict[str, Numbers]:
    """Who is right about which unseen case, as it is and with noise, (2, cases)."""
    cases, said = x[taught], labels[taught]
    fibres = pool(x.shape[2])
    network = prepared(fibres, cases, int(labels.max()) + 1)
    for_noise, for_pseudo, for_test, for_one = np.random.default_rng(0).spawn(4)
    seen = detected(network, cases)
    reliable = are_reliable(seen, detected(network, with_noise(cases, BEARING, for_noise)))
    scaling = Scaling.of(seen, pool_gains(fibres, x.shape[2], x.shape[1])[0], reliable)
    targets = targets_of(torch.from_numpy(said), int(labels.max()) + 1)
    teacher = Ridges(scaling(seen), targets).best()
    tests = [
        detected(network, x[unseen]),
        detected(network, with_noise(x[unseen], BEARING, for_test)),
    ]
    made, _ = pseudo_cases(cases, said, MORE, for_pseudo)
    of_made = detected(network, made)
    few, usual = of_made[:PSEUDO_CASES], made[:PSEUDO_CASES]
    shown = {
        "student": few,
        "600 pseudo-cases": of_made,
        "disturbed": detected(network, disturbed(usual, for_pseudo)),
    }
    shown["half disturbed"] = np.concatenate([few[::2], shown["disturbed"][1::2]])
    none: dict[str, Any] = {"noise": 0.0, "bits": FINEST, "late": 0.0, "dropped": 0.0}
    one_at_a_time = {
        "noise": none | {"noise": NOISE},
        "converter": none | {"bits": BITS},
        "late": none | {"late": LATE},
        "gaps": none | {"dropped": DROPPED},
    }
    for name, worse in one_at_a_time.items():
        shown[name] = detected(network, disturbed(usual, for_one, **worse))

    def right(scores: Callable[[Numbers], Numbers]) -> Numbers:
        return np.stack([_right(scores(test), labels[unseen]) for test in tests])

    answers = {"teacher": right(lambda test: teacher.scores(scaling(test)))}
    for name, pseudo in shown.items():
        features = np.vstack([scaling(seen), scaling(pseudo)])
        scores = teacher.scores(features)
        lesson = Lesson(scaling, features, scores, None, teacher.left_out, teacher.ratio)
        places = choose(lesson, DETECTORS)
        answers[name] = right(learn(lesson, places).scores)
        if name == "student":
            classes = np.append(said, _classes(scores[len(said) :]))
            model = LogisticRegression(max_iter=300).fit(features[:, places], classes)
            answers["logistic"] = np.stack(
                [model.predict(scaling(test)[:, places]) == labels[unseen] for test in tests]
            ).astype(float)
    return answers


def _taught(x: Numbers, labels: Labels, taught: Labels, unseen: Labels) -> dict[str, Numbers]:
    """The same of students of two teachers."""
    cases, said = x[taught], labels[taught]
    fibres = pool(x.shape[2])
    network = prepared(fibres, cases, int(labels.max()) + 1)
    for_noise, for_pseudo, for_test = np.random.default_rng(0).spawn(3)
    made, _ = pseudo_cases(cases, said, PSEUDO_CASES, for_pseudo)
    shown = np.concatenate([cases, made])
    features = detected(network, shown)
    reliable = are_reliable(
        features[: len(cases)], detected(network, with_noise(cases, BEARING, for_noise))
    )
    gains = pool_gains(fibres, x.shape[2], x.shape[1])[0]
    scaling = Scaling.of(features[: len(cases)], gains, reliable)
    targets = targets_of(torch.from_numpy(said), int(labels.max()) + 1)
    scaled = scaling(features)
    ridge = Ridges(scaled[: len(cases)], targets).best()
    rival = MiniRocketNetwork(n_channels=x.shape[1], n_timepoints=x.shape[2], n_classes=1)
    rival.prepare(torch.from_numpy(cases).float(), seed=0)
    of_rival = detected(rival, shown)
    unscaled = Scaling.of(of_rival[: len(cases)], np.ones(of_rival.shape[1]))
    other = Ridges(unscaled(of_rival[: len(cases)]), targets).best()
    alone = ridge.scores(scaled)
    both = (alone + other.scores(unscaled(of_rival))) / 2
    tests = [x[unseen], with_noise(x[unseen], BEARING, for_test)]
    seen = [detected(network, test) for test in tests]
    by_ridge = [ridge.scores(scaling(one)) for one in seen]
    by_other = [other.scores(unscaled(detected(rival, test))) for test in tests]

    def right(scores: Sequence[Numbers]) -> Numbers:
        return np.stack([_right(one, labels[unseen]) for one in scores])

    answers = {
        "teacher": right(by_ridge),
        f"teacher{WITH_RIVAL}": right(
            [(one + other) / 2 for one, other in zip(by_ridge, by_other, strict=True)]
        ),
    }
    for name, scores in (("", alone), (WITH_RIVAL, both)):
        lesson = Lesson(scaling, scaled, scores, None, ridge.left_out, ridge.ratio)
        for n_detectors in SIZES:
            student = learn(lesson, choose(lesson, n_detectors))
            answers[f"{n_detectors} detectors{name}"] = right([student.scores(f) for f in seen])
    return answers


def disturbed(
    x: Numbers,
    generator: np.random.Generator,
    *,
    noise: float = NOISE,
    bits: tuple[int, int] = BITS,
    late: float = LATE,
    dropped: float = DROPPED,
) -> Numbers:
    """Series as a worse sensor gives them: late, noisy, with gaps, in few bits."""
    n_timepoints = x.shape[2]
    t = np.arange(n_timepoints)
    worse = np.empty_like(x)
    for number, case in enumerate(x):
        shift = np.round(generator.uniform(-late, late) * n_timepoints)
        arrived = np.flatnonzero(generator.random(n_timepoints) >= generator.uniform(0, dropped))
        arrived = arrived if len(arrived) > 1 else t
        level = generator.uniform(0, noise)
        noisy = with_noise(case[None], level, generator)[0]
        moved = np.stack([np.interp(t + shift, arrived, one[arrived]) for one in noisy])
        low, high = moved.min(axis=1, keepdims=True), moved.max(axis=1, keepdims=True)
        step = np.where(high > low, high - low, 1.0) / (2.0 ** generator.integers(*bits) - 1)
        worse[number] = low + np.round((moved - low) / step) * step
    return worse


def _classes(scores: Numbers) -> Labels:
    said = scores.argmax(axis=1) if scores.shape[1] > 1 else scores[:, 0] > 0
    return said.astype(np.int64)


def _right(scores: Numbers, labels: Labels) -> Numbers:
    return (_classes(scores) == labels).astype(np.float64)


if __name__ == "__main__":
    run_from_command_line(__doc__, measure, measure_teachers)
