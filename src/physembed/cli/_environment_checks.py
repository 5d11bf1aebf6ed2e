"""Is this machine ready: versions, threads, device, GPU, folders."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from physembed._files import check_writable
from physembed.data.location import resolve_data_dir
from physembed.errors import PhysembedError

TIGHT = 2**30
"""Bytes of free disk below which it is said."""


@dataclass(frozen=True)
class EnvironmentCheck:
    """What was looked at, and what it means.

    Parameters
    ----------
    name : str
    status : {"fine", "note", "FAILED"}
        A note is for the user to know; what failed keeps physembed from working.
    found : str
    """

    name: str
    status: str
    found: str


def environment_checks(device: str = "cpu") -> Iterator[EnvironmentCheck]:
    """Look at everything that an installation depends on besides its physics.

    Parameters
    ----------
    device : str
        The device of torch that is to be used.
    """
    from physembed.propagation.kernels.compilation import version

    yield _versions()
    yield _threads()
    yield _device(device)
    yield _gpu()
    yield _folder("data folder", resolve_data_dir())
    yield _folder("working folder", Path.cwd())
    yield _compiled_code(version.__wrapped__)


def _versions() -> EnvironmentCheck:
    """Every dependency against what physembed's own metadata asks for."""
    from packaging.requirements import Requirement

    try:
        asked = [Requirement(text) for text in metadata.requires("physembed") or []]
    except metadata.PackageNotFoundError:
        return EnvironmentCheck("versions", "note", "physembed runs from sources, not installed")
    wrong = []
    needed = [r for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} is not {requirement.specifier}")
    if wrong:
        return EnvironmentCheck("versions", "FAILED", f"{'; '.join(wrong)}: pip install --upgrade")
    return EnvironmentCheck("versions", "fine", f"all {len(needed)} dependencies are as asked for")


def _threads() -> EnvironmentCheck:
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = torch.get_num_threads()
    told = f"torch uses {threads} of {cores} cores"
    if cores is not None and threads > cores:
        hint = "; more threads than cores slow each other down: set OMP_NUM_THREADS"
        return EnvironmentCheck("threads", "note", told + hint)
    return EnvironmentCheck("threads", "fine", told)


def _device(device: str) -> EnvironmentCheck:
    import torch

    try:
        total = float(torch.ones(8, device=device, dtype=torch.float64).sum())
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0]
        return EnvironmentCheck("device", "FAILED", f"{device} cannot be used: {reason}")
    fine = total == 8.0
    return EnvironmentCheck(
        "device", "fine" if fine else "FAILED", f"{device} computes in double precision"
    )


def _gpu() -> EnvironmentCheck:
    """Whether there is one to train on, and why not: a note, since all works without."""
    import torch

    from physembed.propagation.kernels import has_triton
    from physembed.propagation.self_check import why_no_gpu

    why = why_no_gpu()
    if why:
        return EnvironmentCheck("GPU", "note", why)
    found = f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}"
    if not has_triton():
        hint = "; without Triton cascades leave its chip: pip install 'physembed[gpu]'"
        return EnvironmentCheck("GPU", "note", found + hint)
    return EnvironmentCheck("GPU", "fine", f"{found}, with Triton")


def _folder(name: str, folder: Path) -> EnvironmentCheck:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    absent = "" if folder.exists() else ", not made yet"
    try:
        check_writable(folder / "a file")
    except PhysembedError:
        return EnvironmentCheck(name, "note", f"{folder}{absent}, cannot be written")
    free = shutil.disk_usage(existing).free
    told = f"{folder}{absent}, {free / 2**30:.1f} GiB free"
    return EnvironmentCheck(name, "note" if free < TIGHT else "fine", told)


def _compiled_code(function: Callable[..., Any]) -> EnvironmentCheck:
    """Where numba keeps the code compiled of a function's file; it looks for a place itself."""
    from numba.core.caching import FunctionCache

    name = "compiled code"
    try:
        folder = FunctionCache(function).cache_path
    except RuntimeError:
        told = (
            "nowhere to keep it, so that every process compiles anew, for many seconds: set "
            "NUMBA_CACHE_DIR to a folder that can be written"
        )
        return EnvironmentCheck(name, "note", told)
    return EnvironmentCheck(name, "fine", f"kept in {folder}")
