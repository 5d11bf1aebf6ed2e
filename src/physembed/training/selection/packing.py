"""Chosen detectors and their readout in as few bytes as they take, and back.

What is packed is all that a fit has found: which detectors of the pool are built; of each record
that one of them reads its spread, and its mean where that is read; of each comparator its
threshold; the units of levels, and what is taken as zero where these lie far from it; and the
readout. The design is not among it: fibres, delays and phases follow from the preset and the size
of the series.

A record is told once, however many detectors read it. Where weights have 4 or 8 bits, spreads and
thresholds have a byte each and means half of one
(:mod:`~physembed.training.selection.number_codes`), and the whole pool is rounded to these before
anything is learnt, so that no detector and no weight loses by packing. What has records of the
series as it comes, in its own unit, is in single precision. Biases alone are rounded at
the end: to 16 bits where that moves no score by more than 1/100 of the scores' deviation, and to
single precision otherwise (:func:`~physembed.training.selection.quantisation.bias_bits_for`).
"""

import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.selection.calibrated_numbers import (
    Reading,
    Writing,
    calibrated_of,
    exchange_calibration,
    is_coded,
    is_in_own_unit,
    numbers_of,
    paths_of,
)
from physembed.training.selection.number_codes import (
    FLOATS,
    integer_bytes,
    read_integers,
    write_integers,
)
from physembed.training.selection.place_codes import place_bytes, read_places, write_places
from physembed.training.selection.quantisation import (
    BIAS_BITS,
    EXPONENT_BITS,
    WEIGHT_BITS,
    QuantisedRows,
)

COUNT_BYTES = 3
"""Of the number of detectors; a fourth byte tells the bits of a weight, the codes of records,
whether biases are in single precision beside weights that are not, whether channels lie far from
zero, and whether records in the series' own unit are in single precision beside codes."""
AS_FLOATS, WIDE_BIASES, ZEROS, OWN_UNITS = 0x80, 0x40, 0x10, 0x02
MOST_OF_BIAS = 2 ** (BIAS_BITS - 1) - 1
FULL = max(WEIGHT_BITS)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Packed:
    """All that a fit of chosen detectors has found, as bytes.

    Parameters
    ----------
    content : bytes
        Count, places, calibration of the records, biases and weights, as :meth:`of` writes them.
    n_pool : int
        Detectors of the pool, among which the places are.
    """

    content: bytes
    n_pool: int

    @classmethod
    def of(
        cls,
        network: PhysicalEmbeddingNetwork,
        places: NDArray[np.int64],
        n_pool: int,
        rows: QuantisedRows | None = None,
    ) -> Self:
        """Pack a network of chosen detectors, with its readout in its head.

        Parameters
        ----------
        network : PhysicalEmbeddingNetwork
        places : ndarray of shape (chosen,), int64
            The numbers of its features among the pool's, ascending.
        n_pool : int
        rows : QuantisedRows, optional
            Rows of the readout, the last of which are the head's, where they were rounded.
            Otherwise the head's are written, in single precision.
        """
        paths = paths_of(network)
        in_own_unit = [is_in_own_unit(path) for path in paths]
        coded = rows is not None and all(
            is_own or is_coded(path) for path, is_own in zip(paths, in_own_unit, strict=True)
        )
        bits = FULL if rows is None else rows.bits
        wide = rows is not None and rows.bias_bits > BIAS_BITS
        writing = Writing()
        writing.content += len(places).to_bytes(COUNT_BYTES, "little")
        has_zeros = network.zero is not None
        flags = (not coded) * AS_FLOATS | wide * WIDE_BIASES | has_zeros * ZEROS
        flags |= (coded and any(in_own_unit)) * OWN_UNITS
        writing.content.append(bits | flags)
        writing.content += write_places(places, n_pool)
        if network.zero is not None:
            writing(numbers_of(network.zero), FLOATS)
        for path, is_own in zip(paths, in_own_unit, strict=True):
            exchange_calibration(path, writing, coded=coded and not is_own)
        head = network.head.linear
        if rows is None:
            writing(numbers_of(head.bias), FLOATS)
            writing(numbers_of(head.weight), FLOATS)
        else:
            writing(np.array([rows.scale]), FLOATS)
            if wide:
                writing(numbers_of(head.bias), FLOATS)
            else:
                writing.content += _written_biases(numbers_of(head.bias), rows.scale)
            writing.content += write_integers(rows.exponents, EXPONENT_BITS)
            writing.content += write_integers(rows.integers[-len(head.weight) :], bits)
        return cls(bytes(writing.content), n_pool)

    @property
    def n_detectors(self) -> int:
        """How many detectors were chosen."""
        return int.from_bytes(self.content[:COUNT_BYTES], "little")

    @property
    def weight_bits(self) -> int:
        """Bits of a weight."""
        return self.content[COUNT_BYTES] & ~(AS_FLOATS | WIDE_BIASES | ZEROS | OWN_UNITS)

    @property
    def places(self) -> NDArray[np.int64]:
        """Which of the pool's detectors were chosen, ascending."""
        first, count = COUNT_BYTES + 1, self.n_detectors
        content = self.content[first : first + place_bytes(count, self.n_pool)]
        return read_places(content, count, self.n_pool)

    def counts(self) -> dict[str, int]:
        """What is told of it: its bytes, and the bits of a weight."""
        return {"bytes": len(self.content), "weight_bits": self.weight_bits}

    def check(self, n_features: int, n_rows: int) -> None:
        """Refuse what is not packed of a network of so many features and rows of weights.

        Raises
        ------
        InvalidInputError
        """
        count, bits, n_bytes = self.n_detectors, self.weight_bits, len(self.content)
        least = integer_bytes(n_features * n_rows, bits)
        if count != n_features or bits not in WEIGHT_BITS or n_bytes < least:
            raise InvalidInputError(
                f"{count:,} detectors and weights of {bits} bits are packed in {n_bytes:,} bytes, "
                f"where the network has {n_features:,} detectors and {n_rows:,} rows of weights"
            )

    def unpack_into(self, network: PhysicalEmbeddingNetwork) -> None:
        """Give a network of the same fibres, built of the same places, all that was packed.

        Raises
        ------
        InvalidInputError
            If these are not the bytes of such a network.
        """
        head = network.head.linear
        self.check(head.in_features, head.out_features)
        count, bits = self.n_detectors, self.weight_bits
        flags = self.content[COUNT_BYTES]
        coded = not flags & AS_FLOATS
        reading = Reading(self.content, COUNT_BYTES + 1 + place_bytes(count, self.n_pool))
        network.zero = None
        if flags & ZEROS:
            zero = reading(np.zeros(network.n_channels), FLOATS)
            network.zero = torch.from_numpy(zero).to(head.bias.dtype)
        for path in paths_of(network):
            is_float = bool(flags & OWN_UNITS) and is_in_own_unit(path)
            exchange_calibration(path, reading, coded=coded and not is_float)
        with torch.no_grad():
            if bits == FULL:
                biases = reading(numbers_of(head.bias), FLOATS)
                weights = reading(numbers_of(head.weight), FLOATS)
            else:
                (scale,) = reading(np.zeros(1), FLOATS)
                n_rows = head.out_features
                if flags & WIDE_BIASES:
                    biases = reading(np.zeros(n_rows), FLOATS)
                else:
                    biases = _read_biases(reading.take(1 + 2 * n_rows), n_rows, float(scale))
                of_exponents = reading.take(integer_bytes(count, EXPONENT_BITS))
                exponents = read_integers(of_exponents, count, EXPONENT_BITS) % 2**EXPONENT_BITS
                n_weights = head.weight.numel()
                of_weights = reading.take(integer_bytes(n_weights, bits))
                integers = read_integers(of_weights, n_weights, bits).reshape(-1, count)
                weights = QuantisedRows(integers, exponents, float(scale), bits).values
            head.bias.copy_(torch.from_numpy(biases))
            head.weight.copy_(torch.from_numpy(weights).reshape(head.weight.shape))
        if reading.place != len(self.content):
            raise InvalidInputError(
                f"{len(self.content):,} bytes are packed, where {reading.place:,} are read"
            )

    def is_of(self, network: SeriesNetwork) -> bool:
        """Whether a network still is what was packed of it."""
        assert isinstance(network, PhysicalEmbeddingNetwork)
        unpacked = copy.deepcopy(network)
        self.unpack_into(unpacked)
        there, told = network.state_dict(), unpacked.state_dict()
        return there.keys() == told.keys() and all(
            torch.equal(there[name], value) for name, value in told.items()
        )

    def names_in(self, network: SeriesNetwork) -> set[str]:
        """The names of the tensors of a network that are packed."""
        assert isinstance(network, PhysicalEmbeddingNetwork)
        tensors: list[Tensor] = [*network.head.parameters()]
        for path in paths_of(network):
            for part in calibrated_of(path):
                tensors += [*part.module.parameters(), *part.module.buffers()]
        if network.zero is not None:
            tensors.append(network.zero)
        packed = {id(tensor) for tensor in tensors}
        named = network.state_dict(keep_vars=True).items()
        return {name for name, tensor in named if id(tensor) in packed}


def _written_biases(biases: Numbers, scale: float) -> bytes:
    """Biases in 16 bits, on the finest octave of the scale that holds the largest of them."""
    largest = float(np.abs(biases).max()) / (scale * MOST_OF_BIAS)
    octave = int(np.clip(np.ceil(np.log2(largest)), -128, 127)) if largest > 0 else 0
    nearest = np.round(biases / (scale * 2.0**octave))
    integers = np.clip(nearest, -MOST_OF_BIAS, MOST_OF_BIAS).astype(np.int64)
    return write_integers(np.array([octave]), 8) + write_integers(integers, BIAS_BITS)


def _read_biases(content: bytes, count: int, scale: float) -> Numbers:
    (octave,) = read_integers(content[:1], 1, 8)
    integers = read_integers(content[1:], count, BIAS_BITS).astype(np.float64)
    return integers * float(scale * 2.0 ** int(octave))
