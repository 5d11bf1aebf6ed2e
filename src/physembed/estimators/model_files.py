"""The format of a fitted model on disk: a folder of JSON, CSV and safetensors.

What is written is a value of configuration, tensors and history, and where detectors were chosen,
of these and their readout as so many bytes. The format knows no class of estimators, and nothing in
a folder is ever executed.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from physembed._files import put_back, replace_folder_atomically, to_plain, write_json_atomically
from physembed._version import __version__
from physembed.errors import InvalidInputError, PhysembedError, RunFolderError
from physembed.estimators.migrations import SCHEMA, migrated
from physembed.training.environment import environment_record
from physembed.training.history import Record, read_history, write_history

if TYPE_CHECKING:
    from physembed.training.selection.packing import Packed

FORMAT = "physembed-model"
CONFIGURATION = "config.json"
WEIGHTS = "weights.safetensors"
PACKED = "packed.bin"
"""Chosen detectors, in the bytes that ``parameter_counts_`` tells."""
HISTORY = "history.csv"
ENVIRONMENT = "environment.json"

LARGEST_CONFIGURATION = 16 * 2**20
"""Bytes of a configuration that is read at all."""

DAMAGE = (
    *(KeyError, TypeError, ValueError, RuntimeError, AttributeError, IndexError, OverflowError),
    *(MemoryError, RecursionError, SafetensorError, PhysembedError),
)
"""What a configuration that fits its digest, but describes no model, may raise while it is read."""


@dataclass(frozen=True)
class ModelFiles:
    """A fitted model as it is written.

    Parameters
    ----------
    configuration : dict
        What it is, as JSON-ready data, in the present schema.
    tensors : dict of str to Tensor
        Its weights by name, but for those that are packed.
    history : list of dict
        One record per epoch or step of its training.
    packed : bytes or None, default=None
        What is packed of chosen detectors.
    """

    configuration: dict[str, Any]
    tensors: dict[str, Tensor]
    history: list[Record]
    packed: bytes | None = None

    def packed_detectors(self) -> "Packed | None":
        """What is packed, and the size of the pool that tells what it means."""
        if self.packed is None:
            return None
        from physembed.training.selection.packing import Packed

        return Packed(self.packed, int(self.configuration["pool_size"]))

    def write(self, folder: Path) -> None:
        """Write the folder, or replace one of the format, in one step.

        Raises
        ------
        RunFolderError
            If the folder holds anything else.
        """
        _check_place(folder)
        with replace_folder_atomically(folder) as temporary:
            self.write_into(temporary)

    def write_into(self, folder: Path) -> None:
        """Write the files into a folder that is there, the configuration last."""
        write_json_atomically(folder / ENVIRONMENT, environment_record())
        weights = save_tensors({k: v.contiguous() for k, v in self.tensors.items()})
        (folder / WEIGHTS).write_bytes(weights)
        write_history(folder / HISTORY, self.history)
        names = [WEIGHTS, HISTORY]
        if self.packed is not None:
            (folder / PACKED).write_bytes(self.packed)
            names.append(PACKED)
        data = to_plain(
            {"format": FORMAT, "schema": SCHEMA, "physembed_version": __version__}
            | self.configuration
            | {"files": {name: _description(folder / name) for name in names}}
        )
        data["configuration_sha256"] = digest(data)
        write_json_atomically(folder / CONFIGURATION, data)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What a folder holds, in the present schema, whatever version has written it.

        Raises
        ------
        RunFolderError
            If the folder is absent, foreign, damaged, or written by a newer version.
        """
        configuration = _read_configuration(folder)
        with damage_is_told(folder):
            files = configuration["files"]
            tensors = load_tensors(_checked_content(folder, WEIGHTS, files))
            history = read_history(_checked_content(folder, HISTORY, files))
            packed = _checked_content(folder, PACKED, files) if PACKED in files else None
        return cls(configuration, tensors, history, packed)


@contextmanager
def damage_is_told(folder: Path) -> Iterator[None]:
    """Whatever a damaged folder makes fail within becomes an error that names the folder."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{folder} is damaged: {error.filename} cannot be read: {error.strerror}."
        ) from error
    except DAMAGE as error:
        raise RunFolderError(f"{folder} is damaged: {error or type(error).__name__}.") from error


def is_model_folder(folder: Path) -> bool:
    """Whether a folder is of this format, in whatever version."""
    try:
        data = _json(folder / CONFIGURATION)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def digest(configuration: dict[str, Any]) -> str:
    """SHA-256 of a configuration without its own digest."""
    content = {k: v for k, v in configuration.items() if k != "configuration_sha256"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _check_place(folder: Path) -> None:
    """Refuse to replace anything but an empty folder or a saved model and nothing else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; choose another place.")
    names = {path.name for path in folder.iterdir()}
    if names and not is_model_folder(folder):
        raise RunFolderError(
            f"{folder} exists and is not a saved model; choose another place or remove it."
        )
    others = sorted(names - {CONFIGURATION, WEIGHTS, HISTORY, PACKED, ENVIRONMENT})
    if others:
        raise RunFolderError(
            f"{folder} holds a saved model, but also {', '.join(others)}, which saving would "
            "remove; choose another place."
        )


def _description(file: Path) -> dict[str, Any]:
    """What a file must agree with to be the one that was saved."""
    content = file.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _json(file: Path) -> Any:
    size = file.stat().st_size
    if size > LARGEST_CONFIGURATION:
        raise ValueError(f"it has {size:,} bytes, where {LARGEST_CONFIGURATION:,} are the most")
    return json.loads(file.read_text(encoding="utf-8"))


def _read_configuration(folder: Path) -> dict[str, Any]:
    """The configuration of a folder, in the present schema; refuses what is not ours."""
    put_back(folder)
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is not a folder.")
    file = folder / CONFIGURATION
    if not file.is_file():
        raise RunFolderError(f"{folder} is not a physembed model: it has no {CONFIGURATION}.")
    try:
        data = _json(file)
    except (OSError, ValueError, RecursionError) as error:
        raise RunFolderError(f"{file} is damaged: {error}.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise RunFolderError(f"{folder} is not a physembed model: {file} is of another format.")
    schema = data.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise RunFolderError(f"{file} is damaged: its schema is {schema!r}.")
    if schema > SCHEMA:
        raise RunFolderError(
            f"{folder} was written by a newer physembed ({data.get('physembed_version')}, "
            f"schema {schema}; this one reads up to {SCHEMA}). Update physembed to read it."
        )
    if data.get("configuration_sha256") != digest(data):
        raise RunFolderError(f"{file} is damaged: it does not match its digest.")
    try:
        return migrated(data)
    except DAMAGE as error:
        raise RunFolderError(f"{file} is damaged: {error} is missing.") from error


def _checked_content(folder: Path, name: str, described: dict[str, Any]) -> bytes:
    """A file's content, if it is of the size and digest that the configuration tells."""
    file, told = folder / name, described.get(name)
    size = file.stat().st_size
    if told is None:
        # of schema 1, which described the weights alone
        return file.read_bytes()
    if size != told.get("bytes", size):
        raise InvalidInputError(
            f"{name} has {size:,} bytes, where {CONFIGURATION} tells of {told['bytes']:,}"
        )
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != told["sha256"]:
        raise InvalidInputError(f"{name} does not match the digest in {CONFIGURATION}")
    return content
