"""How the loops are compiled."""

import llvmlite.binding
import numba
import numpy as np

from physembed.propagation.kernels.compilation import FAST, wide


@numba.njit(fastmath=FAST)
def _doubled_widely(x: np.ndarray) -> None:
    wide()
    for k in range(x.size):
        x[k] *= np.float32(2)


def test_wide_vectors_are_asked_for_and_used_where_there_are_any() -> None:
    x = np.arange(100, dtype=np.float32)
    _doubled_widely(x)
    assert (x == 2 * np.arange(100)).all()
    (signature,) = _doubled_widely.signatures
    assert '"prefer-vector-width"="512"' in _doubled_widely.inspect_llvm(signature)
    has_any = llvmlite.binding.get_host_cpu_features().get("avx512f", False)
    assert ("<16 x float>" in _doubled_widely.inspect_llvm(signature)) == has_any
