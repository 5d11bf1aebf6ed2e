"""Training by selection: of a network with a large pool of detectors, one with a few of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed._threads import one_thread_of_linear_algebra
from physembed.errors import InvalidInputError
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.readout.ridge import calibrated_scale, detected_features
from physembed.training.selection.byte_budget import choose_for_bytes
from physembed.training.selection.calibrated_numbers import round_calibration
from physembed.training.selection.other_teacher import OtherTeacher, fit_other_teacher
from physembed.training.selection.packing import Packed
from physembed.training.selection.quantisation import WEIGHT_BITS, QuantisedRows
from physembed.training.selection.settings import SelectionSettings
from physembed.training.selection.student import Lesson, Student, choose, learn, prepare_lesson

Numbers = NDArray[np.float64]

CASES_AT_ONCE = 4096
"""All of most sets: a few that are left over would take the slow way."""


@dataclass(frozen=True)
class Taught:
    """A network of the detectors that were chosen, and what its student was taught.

    Parameters
    ----------
    network : PhysicalEmbeddingNetwork
        On the CPU; its head is not solved.
    student : Student
        Its readout, of the whole pool's features.
    left_out : ndarray of shape (training cases, targets) or None
        What the teacher says of each training case when it was not taught it.
    n_pool : int
        Features of the pool.
    """

    network: PhysicalEmbeddingNetwork
    student: Student
    left_out: Numbers | None
    n_pool: int

    def with_readout(self, y: Tensor) -> tuple[PhysicalEmbeddingNetwork, Packed]:
        """The network with the student's readout in its head, on the CPU, and as bytes.

        Parameters
        ----------
        y : Tensor of shape (training cases,)
            Classes, int64: the softmax is calibrated on left-out scores of the teacher; or real
            targets, float64.
        """
        scale = 1.0
        if not y.is_floating_point() and self.left_out is not None:
            left_out = one_column_per_class(self.left_out)
            scale = calibrated_scale(left_out, y.numpy(force=True))
        student, network = self.student, self.network
        read_out(network, student.weights, student.bias, scale)
        return packed_with(network, student.places, self.n_pool, student.rows, scale)


def teach(
    pool: PhysicalEmbeddingNetwork,
    gains: Numbers,
    x: Tensor,
    y: Tensor,
    settings: SelectionSettings,
    *,
    n_outputs: int,
    seed: int,
    case_weights: Tensor | None = None,
    groups: Tensor | None = None,
    teacher: OtherTeacher | None = None,
    batch_size: int = CASES_AT_ONCE,
    chosen_by: Callable[[Lesson, int], NDArray[np.int64]] | None = None,
) -> Taught:
    """Choose detectors of a calibrated pool and teach them; the head is left as it is.

    Parameters
    ----------
    pool : PhysicalEmbeddingNetwork
        All detectors, calibrated on the training cases; computes where it is.
    gains : ndarray of shape (features,)
        How much each of its features counts before a case is seen.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float64
        Classes, or what is regressed, of mean zero and deviation one.
    settings : SelectionSettings
    n_outputs : int
        Classes, or 1 for a regression.
    seed : int
    case_weights : Tensor of shape (cases,), optional
        How much each case counts, for teacher, choice and readout.
    groups : Tensor of shape (cases,), integer, optional
        Cases that are left out together.
    teacher : OtherTeacher, optional
        In place of a ridge on the pool, or beside it.
    batch_size : int, default=4096
        Cases whose features are computed at a time; of enough of them in one compiled pass.
    chosen_by : callable, optional
        Places in the pool of at most so many detectors, ascending, as more cases than these choose
        them of those that a lesson can use.

    Raises
    ------
    InvalidInputError
        If the budget is below one detector, or no detector is usable.
    """
    n_detectors = settings.n_detectors(n_outputs)
    if settings.weight_bits < max(WEIGHT_BITS):
        # before anything is learnt of what it reads
        round_calibration(pool)
    labels = None if y.is_floating_point() else y.numpy(force=True)

    def features_of(series: Numbers) -> Numbers:
        return detected_features(pool, torch.from_numpy(series).to(x.dtype), batch_size=batch_size)

    lesson = prepare_lesson(
        features_of,
        gains,
        x.double().numpy(force=True),
        targets_of(y, n_outputs),
        labels=labels,
        seed=seed,
        robustness=settings.robustness,
        case_weights=None if case_weights is None else case_weights.double().numpy(force=True),
        groups=None if groups is None else groups.numpy(force=True),
        score_by=None if teacher is None else teacher.scores,
        beside=teacher is not None and teacher.is_beside,
    )
    # a thousand cases at most, whose many small steps are slower shared
    with one_thread_of_linear_algebra():
        chosen = chosen_by or choose
        if settings.max_bytes is None:
            places = chosen(lesson, n_detectors)
        else:
            places = choose_for_bytes(chosen, lesson, pool, settings, n_outputs)
        student = learn(lesson, places, weight_bits=settings.weight_bits)
    network = pool.chosen(student.places.tolist(), n_outputs)
    return Taught(network, student, _left_out(lesson, teacher), pool.head.linear.in_features)


def _left_out(lesson: Lesson, teacher: OtherTeacher | None) -> Numbers | None:
    """What the ridge on the pool, another teacher or both say of cases that they do not know."""
    if teacher is None:
        return lesson.left_out
    if not teacher.is_beside or teacher.left_out is None:
        return teacher.left_out
    return (lesson.left_out + teacher.left_out) / 2


def fit_teacher(
    teacher: Any,
    x: Tensor,
    y: Tensor,
    n_outputs: int,
    *,
    seed: int,
    case_weights: Tensor | None = None,
    groups: Tensor | None = None,
) -> OtherTeacher:
    """Fit a classifier of the user's, or MiniRocket beside the pool.

    Parameters
    ----------
    teacher : classifier or {"with-minirocket"}
    x, y, n_outputs, seed, case_weights, groups
        As of :func:`teach`; a classifier does not hear of weights.

    Raises
    ------
    InvalidInputError
        If a classifier is to teach a regression.
    """
    of_numpy = [
        None if of_cases is None else of_cases.numpy(force=True)
        for of_cases in (case_weights, groups)
    ]
    series = x.double().numpy(force=True)
    if isinstance(teacher, str):
        from physembed.training.selection.minirocket_teacher import fit_minirocket

        targets = targets_of(y, n_outputs)
        return fit_minirocket(
            series, targets, seed=seed, case_weights=of_numpy[0], groups=of_numpy[1]
        )
    if y.is_floating_point():
        raise InvalidInputError(
            "a teacher has classes; for a regression it must be None or 'with-minirocket'."
        )
    labels = y.numpy(force=True)
    return fit_other_teacher(teacher, series, labels, seed=seed, groups=of_numpy[1])


def targets_of(y: Tensor, n_outputs: int) -> Numbers:
    """+-1 for each class, one column for two; or the real targets."""
    if y.is_floating_point():
        return y.double().numpy(force=True).reshape(len(y), -1)
    signs = 2.0 * np.eye(n_outputs)[y.numpy(force=True)] - 1
    return signs if n_outputs > 2 else signs[:, 1:]


def one_column_per_class(scores: Numbers) -> Numbers:
    """Of two classes, the score of the second has the opposite beside it, which is the first's."""
    return np.hstack([-scores, scores]) if scores.shape[1] == 1 else scores


def read_out(network: SeriesNetwork, weights: Numbers, bias: Numbers, scale: float) -> None:
    """Put a readout into the head.

    Parameters
    ----------
    network : SeriesNetwork
    weights : ndarray of shape (targets, features)
    bias : ndarray of shape (targets,)
    scale : float
        Of the logits.
    """
    # in single precision, as it is packed beside the integers of weights
    scale = float(np.float32(scale))
    weights, bias = weights * scale, bias * scale
    if len(weights) == 1 and network.head.n_outputs == 2:
        # one score, that of the second class; the first has the opposite
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    network.head.assign(torch.from_numpy(weights), torch.from_numpy(bias))


def packed_with(
    network: PhysicalEmbeddingNetwork,
    places: NDArray[np.int64],
    n_pool: int,
    rows: QuantisedRows | None,
    scale: float,
) -> tuple[PhysicalEmbeddingNetwork, Packed]:
    """A network that was read out, on the CPU, as its bytes say it, and these.

    Parameters
    ----------
    network : PhysicalEmbeddingNetwork
        With a readout in its head.
    places : ndarray of int64
        Of its features among the pool's.
    n_pool : int
    rows : QuantisedRows or None
        The readout's, where it was rounded, before it was scaled.
    scale : float
        Of the logits.
    """
    network = network.cpu().eval()
    if rows is not None:
        rows = replace(rows, scale=rows.scale * scale)
    packed = Packed.of(network, places, n_pool, rows)
    packed.unpack_into(network)
    return network, packed
