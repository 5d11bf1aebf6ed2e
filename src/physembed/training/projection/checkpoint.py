"""A search in a checkpoint: where it is, its starts, what Adam knows of them, and their way."""

import hashlib
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed._checkpoint import Checkpoint, read_archive
from physembed.errors import RunFolderError
from physembed.training.projection.descent import Adam
from physembed.training.projection.search import SearchState
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.trace import Trace


class SearchCheckpoint:
    """Where a search is kept; without a file, nowhere.

    Parameters
    ----------
    file : Path or None
    settings : ProjectionSettings
    seed : int
    x, y : Tensor
        A search on other cases, or with other settings, is not taken up.
    """

    def __init__(
        self, file: Path | None, settings: ProjectionSettings, seed: int, x: Tensor, y: Tensor
    ) -> None:
        self.checkpoint = None if file is None else Checkpoint(file)
        self._fingerprint = ""
        if file is not None:
            sha = hashlib.sha256(json.dumps([asdict(settings), seed]).encode())
            for tensor in (x, y):
                sha.update(str(tuple(tensor.shape)).encode())
                sha.update(tensor.contiguous().numpy(force=True).data)
            self._fingerprint = sha.hexdigest()

    def read(self, device: str) -> SearchState | None:
        """The search that is kept, on a device, or None where there is none.

        Raises
        ------
        RunFolderError
            If the file is no search, or one of other cases or settings.
        """
        if self.checkpoint is None:
            return None
        data = self.checkpoint.read(self._check, partial(read_archive, device=device))
        if data is None:
            return None
        return SearchState(
            values=data["values"],
            position=data["position"],
            adam=Adam(**data["adam"]),
            trace=Trace(**data["trace"]),
        )

    def _check(self, data: Any) -> None:
        if data["fingerprint"] != self._fingerprint:
            assert self.checkpoint is not None
            raise RunFolderError(
                f"{self.checkpoint.file} holds a search with other settings or on other "
                "cases; remove it or name another file."
            )
        _ = data["values"], data["position"], data["adam"]["steps"], data["trace"]["seconds"]

    def write(self, state: SearchState) -> None:
        """Keep the search as it is, unless it was kept a moment ago."""
        if self.checkpoint is None or not self.checkpoint.is_due():
            return
        data = {
            "fingerprint": self._fingerprint,
            "values": state.values,
            "position": state.position,
            "adam": dict(vars(state.adam)),
            "trace": dict(vars(state.trace)),
        }
        self.checkpoint.write(lambda path: torch.save(data, path))

    def remove(self) -> None:
        """The search is at its end."""
        if self.checkpoint is not None:
            self.checkpoint.remove()
