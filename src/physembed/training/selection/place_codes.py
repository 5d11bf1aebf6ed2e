"""Which of a pool are chosen, in about two bits more than the logarithm of how rare they are.

Elias (Efficient storage and retrieval by content and address of static files, J. ACM 21, 246,
1974) and Fano (1971): of every number, ascending, the low bits as they are; the high ones as the
steps between them, each a row of zeros that ends with a one. Where more than about a third is
chosen, a bit for each of the pool is less.
"""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


def write_places(places: Places, n_pool: int) -> bytes:
    """Ascending places below ``n_pool``, in :func:`place_bytes` bytes."""
    if _as_bitmap(len(places), n_pool):
        chosen = np.zeros(n_pool, bool)
        chosen[places] = True
        return np.packbits(chosen).tobytes()
    low = _low_bits(len(places), n_pool)
    steps = np.zeros(_high_length(len(places), n_pool, low), bool)
    steps[(places >> low) + np.arange(len(places))] = True
    of_low = (places[:, None] >> np.arange(low)) & 1
    return np.packbits(np.concatenate([of_low.ravel().astype(bool), steps])).tobytes()


def read_places(content: bytes, count: int, n_pool: int) -> Places:
    """What :func:`write_places` wrote."""
    bits = np.unpackbits(np.frombuffer(content, np.uint8)).astype(np.int64)
    if _as_bitmap(count, n_pool):
        return np.flatnonzero(bits[:n_pool])
    low = _low_bits(count, n_pool)
    of_low = bits[: count * low].reshape(count, low) @ (1 << np.arange(low))
    high = np.flatnonzero(bits[count * low :]) - np.arange(count)
    places: Places = (high << low) + of_low
    return places


def place_bytes(count: int, n_pool: int) -> int:
    """Bytes of so many places."""
    return -(-min(_split_length(count, n_pool), n_pool) // 8)


def _as_bitmap(count: int, n_pool: int) -> bool:
    return n_pool <= _split_length(count, n_pool)


def _low_bits(count: int, n_pool: int) -> int:
    return max(0, int(np.floor(np.log2(n_pool / count))))


def _high_length(count: int, n_pool: int, low: int) -> int:
    return count + ((n_pool - 1) >> low)


def _split_length(count: int, n_pool: int) -> int:
    low = _low_bits(count, n_pool)
    return count * low + _high_length(count, n_pool, low)
