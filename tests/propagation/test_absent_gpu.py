"""Why there is no GPU, and what to do: torch's answers on machines that are not at hand."""

import ctypes.util
import shutil
import sys
import warnings
from pathlib import Path

import pytest
import torch

from physembed.cli._environment_checks import environment_checks
from physembed.errors import InvalidInputError
from physembed.estimators.options import device_of
from physembed.propagation.self_check import absent_gpu, resolve_device, why_no_gpu

TOO_OLD = (
    "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU "
    "driver by downloading and installing a new version"
)
NONE = "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU"
HIDDEN = "No CUDA GPUs are available"
VERSION_FILE = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13\nGCC version: 9\n"
)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A machine by what its torch was built with, its driver, and what torch says of it."""

    def set_up(*, cuda: str | None, driver: bool, warned: str = "", raised: str = "") -> None:
        file = tmp_path / "version"
        if driver:
            file.write_text(VERSION_FILE)
        monkeypatch.setattr(absent_gpu, "DRIVER_VERSION", file)
        monkeypatch.setattr(shutil, "which", lambda name: None)
        monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(torch, "__version__", "2.11.0+cpu" if cuda is None else "2.11.0+cu130")
        monkeypatch.setattr(torch.version, "cuda", cuda)
        monkeypatch.setattr(torch.version, "hip", None)

        def is_available() -> bool:
            if warned:
                warnings.warn(f"CUDA initialization: {warned}", UserWarning, stacklevel=1)
            return False

        def init() -> None:
            raise RuntimeError(raised)

        monkeypatch.setattr(torch.cuda, "is_available", is_available)
        monkeypatch.setattr(torch.cuda, "init", init)

    return set_up


def assert_told_everywhere(why: str) -> None:
    """By the doctor, and by what refuses a device of fields and one to train on."""
    (check,) = (c for c in environment_checks() if c.name == "GPU")
    assert (check.status, check.found) == ("note", why)
    for refused in (resolve_device, device_of):
        with pytest.raises(InvalidInputError) as raised:
            refused("cuda")
        assert why in str(raised.value)


def test_no_gpu_and_a_torch_for_the_cpu(machine) -> None:
    machine(cuda=None, driver=False)
    why = why_no_gpu()
    assert why.startswith("torch 2.11.0+cpu is built without CUDA, and there is no NVIDIA driver:")
    assert absent_gpu.DRIVERS in why and absent_gpu.INSTALL in why
    assert_told_everywhere(why)


def test_a_driver_beside_a_torch_for_the_cpu(machine) -> None:
    machine(cuda=None, driver=True)
    assert_told_everywhere(
        "NVIDIA's driver 470.57.02 is here, but torch 2.11.0+cpu is built without CUDA: install a "
        "build with it (https://pytorch.org/get-started/locally), or train on the CPU"
    )


# torch warns once in a process, when it is first asked; asked to begin, it raises every time
@pytest.mark.parametrize("said", [{"warned": TOO_OLD}, {"raised": TOO_OLD}], ids=list)
def test_a_driver_that_is_too_old(machine, said: dict[str, str]) -> None:
    machine(cuda="13.0", driver=True, **said)
    with warnings.catch_warnings():
        # what torch warns of stands in the sentence
        warnings.simplefilter("error")
        why = why_no_gpu()
    assert why == (
        "NVIDIA's driver 470.57.02 is too old for torch 2.11.0+cu130 of CUDA 13.0: install a newer "
        "driver (https://www.nvidia.com/drivers), or a build of torch for an older CUDA "
        "(https://pytorch.org/get-started/locally)"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_told_everywhere(why)


def test_no_gpu_and_a_torch_of_cuda(machine) -> None:
    machine(cuda="13.0", driver=False, raised=NONE)
    assert_told_everywhere(
        "there is no NVIDIA driver (torch 2.11.0+cu130 of CUDA 13.0 would use a GPU): with a GPU, "
        "install its driver (https://www.nvidia.com/drivers); without one all is well on the CPU"
    )


def test_a_gpu_that_is_hidden(machine) -> None:
    machine(cuda="13.0", driver=True, raised=HIDDEN)
    why = why_no_gpu()
    assert "finds no GPU: No CUDA GPUs are available; look whether nvidia-smi lists one" in why
    assert_told_everywhere(why)


@pytest.mark.parametrize("triton", [True, False])
def test_a_gpu_that_can_be_used(machine, monkeypatch, triton: bool) -> None:
    machine(cuda="13.0", driver=True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H200")
    monkeypatch.setattr("physembed.propagation.kernels.has_triton", lambda: triton)
    assert why_no_gpu() == ""
    (check,) = (c for c in environment_checks() if c.name == "GPU")
    if triton:
        assert (check.status, check.found) == ("fine", "NVIDIA H200, CUDA 13.0, with Triton")
    else:
        assert check.status == "note"
        assert "pip install 'physembed[gpu]'" in check.found


def test_a_gpu_that_was_lost_by_forking(machine, monkeypatch) -> None:
    machine(cuda="13.0", driver=True)
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)
    monkeypatch.setattr(torch.cuda, "_initialized", True)
    assert "start it by the method 'spawn'" in why_no_gpu()
