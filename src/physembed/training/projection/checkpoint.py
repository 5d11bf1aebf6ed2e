"""A search on disk: one JSON file, from which it goes on to the same end."""

import hashlib
import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed._files import write_json_atomically
from physembed.errors import RunFolderError
from physembed.training.projection.descent import Adam
from physembed.training.projection.search import SearchState
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.starts import Values
from physembed.training.projection.trace import Trace

FORMAT = "physembed-search"
DTYPES = {"float32": torch.float32, "float64": torch.float64}
SECONDS_BETWEEN = 2.0
"""At least so much time lies between two writings."""


class Checkpoint:
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
        self.file = file
        self._written = -math.inf
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
        if self.file is None or not self.file.exists():
            return None
        try:
            data = json.loads(self.file.read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                raise ValueError(data["format"])
            fingerprint = data["fingerprint"]
            state = _restored(data, device)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunFolderError(
                f"{self.file} is not a search that can be taken up; remove it or name another file."
            ) from error
        if fingerprint != self._fingerprint:
            raise RunFolderError(
                f"{self.file} holds a search with other settings or on other cases; remove it or "
                "name another file."
            )
        return state

    def write(self, state: SearchState) -> None:
        """Keep the search as it is, unless it was kept a moment ago."""
        if self.file is None or time.monotonic() - self._written < SECONDS_BETWEEN:
            return
        trace = state.trace
        data = {
            "format": FORMAT,
            "fingerprint": self._fingerprint,
            "position": state.position,
            "values": _plain(state.values),
            "first": _plain(state.adam.first),
            "second": _plain(state.adam.second),
            "adam_steps": state.adam.steps,
            "trace": {
                "values": [_plain(values) for values in trace.values],
                "losses": [losses.tolist() for losses in trace.losses],
                "accuracies": [accuracies.tolist() for accuracies in trace.accuracies],
                "seconds": trace.seconds,
            },
        }
        write_json_atomically(self.file, data)
        self._written = time.monotonic()

    def remove(self) -> None:
        """The search is at its end."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def _plain(values: Values) -> dict[str, Any]:
    return {name: [str(v.dtype).removeprefix("torch."), v.tolist()] for name, v in values.items()}


def _restored(data: dict[str, Any], device: str) -> SearchState:
    trace = data["trace"]
    first, second = (_values(data[name], device) for name in ("first", "second"))
    return SearchState(
        values=_values(data["values"], device),
        position=int(data["position"]),
        adam=Adam(first, second, int(data["adam_steps"])),
        trace=Trace(
            values=[_values(values, device) for values in trace["values"]],
            losses=[_float64(losses, device) for losses in trace["losses"]],
            accuracies=[_float64(accuracies, device) for accuracies in trace["accuracies"]],
            seconds=[float(seconds) for seconds in trace["seconds"]],
        ),
    )


def _values(data: dict[str, Any], device: str) -> Values:
    return {
        name: torch.tensor(value, dtype=DTYPES[dtype], device=device)
        for name, (dtype, value) in data.items()
    }


def _float64(numbers: list[float | None], device: str) -> Tensor:
    # what is not finite is null in JSON
    found = [math.nan if number is None else number for number in numbers]
    return torch.tensor(found, dtype=torch.float64, device=device)
