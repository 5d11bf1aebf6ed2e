"""Why torch finds no GPU of NVIDIA's, and what to do about it."""

import ctypes.util
import shutil
import sys
import warnings
from pathlib import Path

import torch

from physembed._devices import is_gpu_lost_by_forking

INSTALL = "https://pytorch.org/get-started/locally"
DRIVERS = "https://www.nvidia.com/drivers"
DRIVER_VERSION = Path("/proc/driver/nvidia/version")


def why_no_gpu() -> str:
    """Why ``cuda`` cannot be used, and what to do, in a sentence; empty where it can be.

    torch itself is asked: what it would say when CUDA is first used, it says now.
    """
    if is_gpu_lost_by_forking():
        return (
            "this process was forked after its parent had used a GPU, which is then lost to it: "
            "start it by the method 'spawn'"
        )
    if sys.platform == "darwin":
        return "CUDA is not for macOS: networks are trained on the CPU"
    torch_built = f"torch {torch.__version__}"
    if torch.version.hip is not None:
        return (
            "" if torch.cuda.is_available() else f"{torch_built} is for AMD's GPUs and finds none"
        )
    if torch.version.cuda is None:
        return _without_cuda(torch_built)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        if torch.cuda.is_available():
            return ""
        said = " ".join(str(warning.message) for warning in told)
        if "too old" not in said:
            # torch warns once in a process; asked to begin, it says every time why it cannot
            try:
                torch.cuda.init()
            except (RuntimeError, AssertionError) as error:
                said = f"{said} {error}".strip()
    return _in_other_words(said, f"{torch_built} of CUDA {torch.version.cuda}")


def nvidia_driver() -> str:
    """NVIDIA's driver and its version where that is known; empty where there is none."""
    try:
        words = DRIVER_VERSION.read_text("utf-8").splitlines()[0].split()
    except (OSError, IndexError):
        words = []
    versions = [word for word in words if word[0].isdigit() and "." in word]
    if versions:
        return f"NVIDIA's driver {versions[0]}"
    if shutil.which("nvidia-smi") or any(map(ctypes.util.find_library, ("cuda", "nvcuda"))):
        return "NVIDIA's driver"
    return ""


def _without_cuda(torch_built: str) -> str:
    driver = nvidia_driver()
    if driver:
        return (
            f"{driver} is here, but {torch_built} is built without CUDA: install a build with it "
            f"({INSTALL}), or train on the CPU"
        )
    return (
        f"{torch_built} is built without CUDA, and there is no NVIDIA driver: with a GPU, install "
        f"its driver ({DRIVERS}) and a build of torch with CUDA ({INSTALL}); without one all is "
        "well on the CPU"
    )


def _in_other_words(said: str, torch_built: str) -> str:
    """What torch said, and what to do."""
    if "too old" in said or "insufficient for CUDA" in said:
        driver = nvidia_driver() or "NVIDIA's driver"
        return (
            f"{driver} is too old for {torch_built}: install a newer driver ({DRIVERS}), or a "
            f"build of torch for an older CUDA ({INSTALL})"
        )
    if nvidia_driver():
        reason = f": {said.splitlines()[0].rstrip('.')}" if said else ""
        return (
            f"{nvidia_driver()} is here, but {torch_built} finds no GPU{reason}; look whether "
            "nvidia-smi lists one, and whether CUDA_VISIBLE_DEVICES hides it"
        )
    return (
        f"there is no NVIDIA driver ({torch_built} would use a GPU): with a GPU, install its "
        f"driver ({DRIVERS}); without one all is well on the CPU"
    )
