"""A graph of ONNX while it is being built."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

INT64_MAX = 2**63 - 1


class Graph:
    """Nodes and constants; equal constants are stored once."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._names: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Append a node; the name of its one output."""
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def floats(self, values: ArrayLike) -> str:
        """A constant in single precision."""
        return self._constant(np.asarray(values, dtype=np.float32))

    def integers(self, values: ArrayLike) -> str:
        """A constant of whole numbers."""
        return self._constant(np.asarray(values, dtype=np.int64))

    def _constant(self, values: NDArray[Any]) -> str:
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self._names:
            self._names[key] = f"c{len(self._names)}"
            self.constants.append(numpy_helper.from_array(values, self._names[key]))
        return self._names[key]

    def part(self, x: str, first: int, last: int, *, axis: int = -1, step: int = 1) -> str:
        """Elements first ... last - 1 along an axis."""
        bounds = (self.integers([v]) for v in (first, last, axis, step))
        return self.op("Slice", x, *bounds)

    def shaped(self, x: str, *shape: int) -> str:
        """In another shape: 0 keeps an axis, -1 takes what is left."""
        return self.op("Reshape", x, self.integers(shape))

    def over(self, kind: str, x: str, *axes: int, keep: bool = True) -> str:
        """Reduce over axes."""
        return self.op(kind, x, self.integers(axes), keepdims=int(keep))

    def scaled(self, x: str, factor: float) -> str:
        """Times a number."""
        return self.op("Mul", x, self.floats(factor))

    def plus(self, x: str, number: float) -> str:
        """And a number."""
        return self.op("Add", x, self.floats(number))

    def joined(self, parts: list[str], axis: int = -1) -> str:
        """One behind the other; a single one is itself."""
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=axis)

    def product(self, a: "Pair", b: "Pair") -> "Pair":
        """Of complex numbers, each as a pair of reals; None is zero."""
        re = self.op("Mul", a[0], b[0])
        if a[1] is None and b[1] is None:
            return re, None
        if a[1] is None or b[1] is None:
            other = (a[0], b[1]) if a[1] is None else (a[1], b[0])
            return re, self.op("Mul", other[0], other[1])  # type: ignore[arg-type]
        re = self.op("Sub", re, self.op("Mul", a[1], b[1]))
        return re, self.op("Add", self.op("Mul", a[0], b[1]), self.op("Mul", a[1], b[0]))

    def pair(self, values: NDArray[np.complex128]) -> "Pair":
        """Complex constants; real ones have no imaginary part."""
        imaginary = self.floats(values.imag) if values.imag.any() else None
        return self.floats(values.real), imaginary


Pair = tuple[str, str | None]
"""Names of the real and the imaginary part."""

FLOAT = TensorProto.FLOAT
