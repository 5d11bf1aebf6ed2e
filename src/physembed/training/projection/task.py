"""What a search is asked: cases, settings, and where it runs."""

from dataclasses import dataclass

from torch import Tensor

from physembed.training.projection.settings import ProjectionSettings


@dataclass(frozen=True, eq=False)
class ProjectionTask:
    """Cases and settings of a search, the same for every network whose physics is looked for.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints), real
    y : Tensor of shape (cases,), int64, or (cases,) or (cases, targets), float
    settings : ProjectionSettings
    seed : int
    groups : Tensor of shape (cases,), integer, or None, default=None
        Whose cases are left out together.
    device : {"cpu", "cuda"}, default="cpu"
    progress : bool, default=False
        Whether to show a bar.
    """

    x: Tensor
    y: Tensor
    settings: ProjectionSettings
    seed: int
    groups: Tensor | None = None
    device: str = "cpu"
    progress: bool = False

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return len(self.x)

    @property
    def points(self) -> int:
        """Channels times timepoints of a case."""
        return self.x.shape[1] * self.x.shape[2]
