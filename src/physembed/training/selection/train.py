"""Training by selection: of a network with a large pool of detectors, one with a few of them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.networks import PhysicalEmbeddingNetwork
from physembed.training.readout.ridge import calibrated_scale, detected_features
from physembed.training.selection.other_teacher import OtherTeacher
from physembed.training.selection.quantisation import WEIGHT_BITS
from physembed.training.selection.settings import SelectionSettings
from physembed.training.selection.student import Student, choose, learn, prepare_lesson

Numbers = NDArray[np.float64]


def train_by_selection(
    pool: PhysicalEmbeddingNetwork,
    gains: Numbers,
    x: Tensor,
    y: Tensor,
    settings: SelectionSettings,
    *,
    n_outputs: int,
    seed: int,
    class_weights: Tensor | None = None,
    groups: Tensor | None = None,
    teacher: OtherTeacher | None = None,
) -> PhysicalEmbeddingNetwork:
    """Choose detectors of a calibrated pool, build these alone, and solve their readout.

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
    class_weights : Tensor of shape (classes,), optional
        How much each class's cases count, for teacher, choice and readout.
    groups : Tensor of shape (cases,), integer, optional
        Cases that are left out together.
    teacher : OtherTeacher, optional
        In place of a ridge on the pool.

    Returns
    -------
    PhysicalEmbeddingNetwork
        On the CPU. Its softmax is calibrated on left-out scores of the teacher.

    Raises
    ------
    InvalidInputError
        If the budget is below one detector, or no detector is usable.
    """
    n_detectors = settings.n_detectors(n_outputs)
    labels = None if y.is_floating_point() else y.numpy(force=True)
    targets = _targets(y, n_outputs)

    def features_of(series: Numbers) -> Numbers:
        return detected_features(pool, torch.from_numpy(series).to(x.dtype))

    lesson = prepare_lesson(
        features_of,
        gains,
        x.double().numpy(force=True),
        targets,
        labels=labels,
        seed=seed,
        robustness=settings.robustness,
        case_weights=None
        if class_weights is None
        else class_weights.double().numpy(force=True)[labels],
        groups=None if groups is None else groups.numpy(force=True),
        score_by=None if teacher is None else teacher.scores,
    )
    student = learn(lesson, choose(lesson, n_detectors), weight_bits=settings.weight_bits)
    network = pool.chosen(student.places.tolist(), n_outputs)
    if settings.weight_bits < max(WEIGHT_BITS):
        _round_to_half(network)
    left_out = lesson.left_out if teacher is None else teacher.left_out
    scale = 1.0
    if labels is not None and left_out is not None:
        scale = calibrated_scale(_one_column_per_class(left_out), labels)
    _read_out(network, student, scale)
    return network.cpu().eval()


def _targets(y: Tensor, n_outputs: int) -> Numbers:
    """+-1 for each class, one column for two; or the real targets."""
    if y.is_floating_point():
        return y.double().numpy(force=True).reshape(len(y), -1)
    signs = 2.0 * np.eye(n_outputs)[y.numpy(force=True)] - 1
    return signs if n_outputs > 2 else signs[:, 1:]


def _one_column_per_class(scores: Numbers) -> Numbers:
    return np.hstack([-scores, scores]) if scores.shape[1] == 1 else scores


def _read_out(network: PhysicalEmbeddingNetwork, student: Student, scale: float) -> None:
    """Put the student's readout into the head."""
    weights, bias = student.weights * scale, student.bias * scale
    if len(weights) == 1 and network.head.n_outputs == 2:
        # one score, that of the second class; the first has the opposite
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    network.head.assign(torch.from_numpy(weights), torch.from_numpy(bias))


def _round_to_half(network: PhysicalEmbeddingNetwork) -> None:
    """Thresholds and spreads as half precision holds them, where it does."""
    for name, buffer in network.paths.named_buffers():
        rounded = buffer.half().to(buffer.dtype)
        near = (rounded - buffer).abs() <= 2**-10 * buffer.abs()
        if name.rsplit(".", 1)[-1] in ("levels", "spread", "mean", "unit"):
            buffer.copy_(torch.where(near, rounded, buffer))
