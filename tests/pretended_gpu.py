"""A GPU that is not there: tensors that say that they are on one, and refuse what a GPU refuses.

They lie in the CPU's memory and have their values, so that what is computed "there" can be
compared. Refused are operations on tensors of both devices, and loops of the CPU that are given a
GPU's memory; what waits for the host is counted. Kernels of Triton run in its interpreter, and a
CUDA graph is what it was recorded of. (Torch's own fake tensors will not do: on a build without
CUDA, already to index one, or to ask for its gradient, looks for the driver and ends the process.)
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from physembed.training.gradient import recorded as gradient
from physembed.training.projection import recorded as projection

GPU = torch.device("cuda", 0)
FREE_BYTES = 2**33

ASKED_OF_IT = {"device": GPU, "is_cuda": True, "is_cpu": False}
"""What a tensor there answers."""
ACROSS = {
    "copy_",
    "__getitem__",
    "__setitem__",
    "__set__",
    "to",
    "type_as",
    "_has_compatible_shallow_copy_type",
}
"""Operations that may be given tensors of both devices."""
WAITS = {"item", "tolist", "nonzero", "__bool__", "__float__", "__int__", "__index__", "is_nonzero"}
WAITS |= {"equal", "allclose", "masked_select", "unique"}
"""What the host has to wait for a GPU for."""


class MixedDevicesError(AssertionError):
    """An operation that no GPU takes."""


def is_there(tensor: object) -> bool:
    """Whether a tensor says that it is on the GPU."""
    if not isinstance(tensor, Tensor):
        return False
    there: bool | None = getattr(_innermost(tensor), "_is_there", None)
    # on the way back, what torch itself has made is taken for being where it is needed
    return torch._C._current_graph_task_id() != -1 if there is None else there


def _place(tensor: object, there: bool) -> None:
    if isinstance(tensor, Tensor):
        _innermost(tensor)._is_there = there  # type: ignore[attr-defined]


def _innermost(tensor: Tensor) -> Tensor:
    """What torch.func has wrapped, level by level."""
    while torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor


def _is_gpu(device: object) -> bool:
    return device is not None and torch.device(device).type == "cuda"  # type: ignore[arg-type]


def _is_device(value: object) -> bool:
    return isinstance(value, (str, torch.device))


class PretendedGpu(TorchFunctionMode):
    """While it is entered, ``device="cuda"`` is to be had.

    Attributes
    ----------
    moved : int
        Tensors that were sent there.
    waits : list of str
        Where the host waited for it: what for, and in which function.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moved = 0
        self.waits: list[str] = []

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs, name = dict(kwargs or {}), func.__name__
        attribute = getattr(getattr(func, "__self__", None), "__name__", "")
        if name == "__get__" and attribute in ASKED_OF_IT and is_there(args[0]):
            return ASKED_OF_IT[attribute]
        given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        there = [tensor for tensor in given if is_there(tensor)]
        if name in ("cuda", "cpu", "to", "type_as") and isinstance(args[0], Tensor):
            return self._moved(func, name, args, kwargs)
        if there:
            self._check(name, given, there, args, kwargs)
        device = kwargs.pop("device", None)
        # of those that take one by its place, new_empty and their like take it by its name alone
        result = func(*args, **kwargs)
        if name == "__set__":
            if attribute == "data":
                _place(args[0], is_there(args[1]))
            return result
        if name in ("copy_", "__setitem__") or (name == "numpy"):
            return result
        is_result_there = bool(there) if device is None else _is_gpu(device)
        for leaf in tree_leaves(result):
            if is_result_there or not any(leaf is tensor for tensor in given):
                _place(leaf, is_result_there)
        return result

    def _check(
        self,
        name: str,
        given: list[Tensor],
        there: list[Tensor],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        if name == "data_ptr":
            raise MixedDevicesError("a loop of the CPU was given a GPU's memory")
        if name == "numpy" and not (kwargs.get("force") or args[1:2] == (True,)):
            raise TypeError("can't convert cuda:0 device type tensor to numpy.")
        is_masked = name == "__getitem__" and any(
            leaf.dtype == torch.bool for leaf in tree_leaves(args[1]) if isinstance(leaf, Tensor)
        )
        # indices of the CPU are sent there
        is_sent = name == "__getitem__" and any(not is_there(tensor) for tensor in given[1:])
        if name in WAITS or is_masked or is_sent or name == "numpy":
            frame = sys._getframe(2)
            while frame.f_code.co_name.startswith("<") and frame.f_back is not None:
                frame = frame.f_back
            self.waits.append(f"{name} in {frame.f_code.co_name}")
        if name in ACROSS:
            if name == "__getitem__" and not is_there(args[0]):
                raise MixedDevicesError("a tensor of the CPU is indexed by one of the GPU")
            return
        # a number of the CPU goes with any tensor of a GPU, not the other way round
        others = [t for t in given if not is_there(t)]
        if any(t.ndim for t in others) or (others and name in ("cat", "stack", "concatenate")):
            raise MixedDevicesError(f"{name} of tensors on the GPU and on the CPU")

    def _moved(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor:
        tensor: Tensor = args[0]
        target = is_there(tensor)
        if name in ("cuda", "cpu"):
            target, result = name == "cuda", tensor
        else:
            devices = [a for a in (*args[1:], kwargs.pop("device", None)) if _is_device(a)]
            others = [a for a in (*args[1:], *kwargs.values()) if isinstance(a, Tensor)]
            if devices:
                target = _is_gpu(devices[0])
            elif others:
                target = is_there(others[0])
            # nothing is left to be waited for, so that non_blocking says nothing
            rest = [a for a in args[1:] if isinstance(a, (torch.dtype, Tensor))]
            kwargs.pop("non_blocking", None)
            result = func(tensor, *rest, **kwargs) if rest or kwargs else tensor
        if target != is_there(tensor):
            self.moved += target
            result = result.clone() if result is tensor else result
        if result is not tensor:
            _place(result, target)
        return result


@contextmanager
def pretended_gpu(*, free_bytes: int = FREE_BYTES) -> Iterator[PretendedGpu]:
    """A GPU with so much free memory; ended, what was sent there is still there."""
    properties = SimpleNamespace(
        name="pretended", total_memory=2 * free_bytes, multi_processor_count=1, major=9, minor=0
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(torch.cuda, "is_available", lambda: True)
        patched.setattr(torch.cuda, "_is_in_bad_fork", lambda: False)
        patched.setattr(torch.cuda, "device_count", lambda: 1)
        patched.setattr(torch.cuda, "current_device", lambda: 0)
        patched.setattr(torch.cuda, "get_device_name", lambda *_: properties.name)
        patched.setattr(torch.cuda, "get_device_properties", lambda *_: properties)
        patched.setattr(torch.cuda, "mem_get_info", lambda *_: (free_bytes, 2 * free_bytes))
        patched.setattr(torch.cuda, "memory_reserved", lambda *_: 0)
        patched.setattr(torch.cuda, "memory_allocated", lambda *_: 0)
        patched.setattr(torch.cuda, "synchronize", lambda *_: None)
        patched.setattr(torch.cuda, "device_of", lambda *_: _nothing())
        stream = SimpleNamespace(wait_stream=lambda other: None)
        patched.setattr(torch.cuda, "Stream", lambda *_: stream)
        patched.setattr(torch.cuda, "current_stream", lambda *_: stream)
        patched.setattr(torch.cuda, "stream", lambda *_: _nothing())
        # a CUDA build of torch has it, and would hand it the CPU's memory
        patched.setattr(torch.backends.cudnn, "is_acceptable", lambda tensor: False)
        for recorded in (projection, gradient):
            # a graph that is replayed is what was recorded, done again
            patched.setattr(recorded, "record_graph", lambda run: run)
        _let_kernels_see_memory(patched)
        with PretendedGpu() as gpu:
            yield gpu


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _let_kernels_see_memory(patched: pytest.MonkeyPatch) -> None:
    """Triton's interpreter works on what the GPU is pretended to hold."""
    try:
        from triton.runtime.interpreter import GridExecutor
    except ImportError:
        return
    launch = GridExecutor.__call__

    def launched(self: Any, *args: Any, **options: Any) -> None:
        tensors = [leaf for leaf in tree_leaves((args, options)) if isinstance(leaf, Tensor)]
        if any(is_there(t) for t in tensors) and not all(is_there(t) for t in tensors):
            raise MixedDevicesError(f"the kernel {self.fn.__name__} was given memory of the CPU")
        with torch._C.DisableTorchFunction():
            launch(self, *args, **options)

    patched.setattr(GridExecutor, "__call__", launched)
