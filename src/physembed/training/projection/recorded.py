"""The gradients of a search on a GPU, which replays a CUDA graph in each step."""

from collections.abc import Callable

import torch
from torch import Tensor

from physembed.training.cuda_graph import record_graph, say_why_not
from physembed.training.projection.objective import (
    Evaluation,
    Objective,
    gradients,
    gradients_at_once,
    starts_at_once,
    waits_for_the_host,
)
from physembed.training.projection.starts import Values, n_starts

Shape = tuple[int, int, frozenset[str]]
"""Starts, cases, and the active values of a step."""


class RecordedGradients:
    """As :func:`~physembed.training.projection.objective.gradients`, replayed where that can be.

    Of the steps of a rung the first is launched operation by operation, which compiles what is not
    yet; the second is recorded, and replayed from then on. Starts that do not go together in one
    part, and an objective that waits for the host (of groups, or under errors), are launched every
    time.

    Parameters
    ----------
    objective : callable
    points : int
        Of a case.
    """

    def __init__(self, objective: Objective, points: int) -> None:
        self._objective = objective
        self._points = points
        self._seen: Shape | None = None
        self._replay: Callable[[], None] | None = None
        self._can_be_recorded = not waits_for_the_host(objective)

    def __call__(
        self, values: Values, cases: Tensor, active: set[str]
    ) -> tuple[Evaluation, Values]:
        """Loss, accuracy and slopes of every start on the cases of given indices."""
        shape = (n_starts(values), len(cases), frozenset(active))
        if shape != self._seen:
            # a new rung; what the last one's graph held is given back
            self._seen, self._replay = shape, None
        elif self._replay is None and self._can_be_replayed(values, cases):
            self._record(values, cases, active)
        if self._replay is None:
            return gradients(self._objective, values, cases, self._points, active)
        for name, value in values.items():
            self._values[name].copy_(value)
        self._cases.copy_(cases)
        self._replay()
        evaluation, slopes = self._result
        copied = Evaluation(evaluation.loss.clone(), evaluation.accuracy.clone())
        return copied, {name: slope.clone() for name, slope in slopes.items()}

    def _can_be_replayed(self, values: Values, cases: Tensor) -> bool:
        on_gpu = next(iter(values.values())).device.type == "cuda"
        at_once = starts_at_once(values, self._points * len(cases))
        return on_gpu and self._can_be_recorded and n_starts(values) <= at_once

    def _record(self, values: Values, cases: Tensor, active: set[str]) -> None:
        self._values = {name: value.clone() for name, value in values.items()}
        self._cases = cases.to(next(iter(values.values())).device)

        def run() -> None:
            self._result = gradients_at_once(self._objective, self._values, self._cases, active)

        try:
            self._replay = record_graph(run)
        except RuntimeError as error:
            self._can_be_recorded = False
            torch.cuda.synchronize()
            say_why_not(error)
