"""What a result depends on besides its settings: versions, machine, threads, device."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("physembed", "torch", "numpy", "scipy", "scikit-learn", "aeon", "lightning", "numba")
"""Distributions whose versions are recorded."""


def environment_record() -> dict[str, Any]:
    """Versions and machine as JSON-ready data, to be kept beside every result.

    Returns
    -------
    dict
        ``python``, ``platform``, ``processor``, ``cpu_count``, ``threads`` (of torch), ``device``
        (the accelerator's name, or "cpu" where there is none) and ``versions``, a dict from
        distribution to version, None where it is not installed.
    """
    import torch

    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "processor": _processor(),
        "cpu_count": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(distribution: str) -> str | None:
    if distribution == "physembed":
        from physembed._version import __version__

        # the sources in use, which an editable install's metadata may lag behind
        return __version__
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
