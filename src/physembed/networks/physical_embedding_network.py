"""The network of this library: parallel fibres, their detectors side by side, a linear head."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from physembed._checks import check_integer
from physembed.errors import InvalidInputError
from physembed.networks import sweep as sweep_module
from physembed.networks.encoded_series import EncodedSeries, far_levels
from physembed.networks.fibre import Fibre
from physembed.networks.light_path import LightPath
from physembed.networks.long_series import LongSpectra, are_joined, calibrate_long, long_features
from physembed.networks.medium import Medium
from physembed.networks.series_network import LinearHead, SeriesNetwork, SignedHead, ZeroSumHead
from physembed.networks.sizes import check_case, check_size
from physembed.networks.sweep import Sweep
from physembed.physics.transforms import COMPLEX_OF

CALIBRATION_CASES = 128
"""Training cases that thresholds are taken from; more would cost more than they tell."""

KEPT_POINTS = 2**27
"""Points of encoded fields that are kept for a whole training set: a gigabyte in complex64."""

CACHED_POINTS = 2**17
"""Points of the field that are worked on at once where no gradient is asked for."""

GPU_POINTS = 2**25
"""The same on a GPU: a quarter of a gigabyte."""

SWEPT_POINTS = 2**22
"""Points of spectra that are kept at once where sweeps go on from there."""


class PhysicalEmbeddingNetwork(SeriesNetwork):
    """Series in, a field through each fibre, features detected, logits out.

    Shapes: real (cases, channels, timepoints) to (cases, classes). Channels travel apart, each
    through the same medium.

    Parameters
    ----------
    fibres : sequence of Fibre
        At least one; their features are laid side by side.
    n_channels, n_timepoints, n_classes : int
        The series' and the task's sizes.
    signed_readout : bool, default=False
        Whether two classes share one row of readout weights.
    zero_sum_readout : bool, default=False
        Whether the first of any number of classes has no row of its own.

    Attributes
    ----------
    zero : Tensor of shape (channels,) or None
        Medians over the training cases of the channels that lie far from zero there, which are
        taken off where a fibre reads their level; None where no channel does.

    Examples
    --------
    >>> import physembed as pe
    >>> fibre = pe.Fibre(
    ...     pe.NonlinearSchrodinger(),
    ...     {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1, shared=True)},
    ...     n_layers=3,
    ... )
    >>> network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=64, n_classes=2)
    >>> network.parameter_counts()["embedding"]
    4
    """

    zero: Tensor | None

    def __init__(
        self,
        fibres: Sequence[Fibre],
        *,
        n_channels: int,
        n_timepoints: int,
        n_classes: int,
        signed_readout: bool = False,
        zero_sum_readout: bool = False,
    ) -> None:
        super().__init__()
        check_integer("n_channels", n_channels, least=1)
        check_integer("n_timepoints", n_timepoints, least=1)
        check_integer("n_classes", n_classes, least=1)
        if not isinstance(fibres, Sequence) or not all(isinstance(f, Fibre) for f in fibres):
            if isinstance(fibres, Fibre):
                raise InvalidInputError("fibres must be a list, got one Fibre; write [fibre].")
            raise InvalidInputError(f"fibres must be a sequence of Fibre, got {fibres!r}.")
        if not fibres:
            raise InvalidInputError("fibres must hold at least one Fibre, got none.")
        self.fibres = tuple(fibres)
        self.n_channels = n_channels
        self.n_timepoints = n_timepoints
        check_case(n_channels, n_timepoints)
        for fibre in self.fibres:
            check_size(
                n_timepoints,
                fibre.grid(n_timepoints).n_points,
                n_steps=fibre.n_layers * fibre.steps_per_layer,
                n_arms=len(fibre.arms),
                guard_band=fibre.encoder.guard_band,
            )
        media = [
            Medium(
                fibre.equation,
                fibre.grid(n_timepoints),
                fibre.coefficients,
                fibre.n_layers,
                scheme=fibre.scheme,
                steps_per_layer=fibre.steps_per_layer,
                layer_length=fibre.layer_length,
            )
            for fibre in self.fibres
        ]
        paths = [
            LightPath(fibre, medium, n_channels, n_timepoints)
            for fibre, medium in zip(self.fibres, media, strict=True)
        ]
        self.media, self.paths = nn.ModuleList(media), nn.ModuleList(paths)
        # whose fields on all arms stay in a processor's cache
        self.largest = max(path.n_ends * path.n_points for path in paths)
        self.cases_at_once = max(1, CACHED_POINTS // self.largest)
        self.register_buffer("zero", None)
        n_features = sum(fibre.n_features(n_timepoints, n_channels) for fibre in self.fibres)
        self.head: LinearHead
        if zero_sum_readout and n_classes > 1:
            self.head = ZeroSumHead(n_features, n_classes)
        elif signed_readout and n_classes == 2:
            self.head = SignedHead(n_features)
        else:
            self.head = LinearHead(n_features, n_classes)

    def prepare(self, x: Tensor, *, seed: int) -> None:
        """Let comparators and selectors take thresholds and scales from training cases."""
        if not any(path.needs_calibration for _, _, path in self._parts()):
            return
        generator = torch.Generator().manual_seed(seed)
        if len(x) > CALIBRATION_CASES:
            x = x[torch.randperm(len(x), generator=generator)[:CALIBRATION_CASES]]
        with torch.no_grad():
            self.zero = self._zero_of(x)
            encoded = EncodedSeries(x, self._complex_dtype(), self.zero)
            for fibre, medium, path in self._parts():
                if path.needs_calibration and path.in_windows:
                    entering = encoded.entering(fibre)
                    calibrate_long(path, medium, entering, generator, encoded.dtype)
                elif path.needs_calibration:
                    path.calibrate(medium, *encoded.by(fibre), generator)

    def _zero_of(self, x: Tensor) -> Tensor | None:
        """What is taken off series of training cases, where some are read as they come.

        A level is told in single precision, in which a hundred thousand and one is hardly more
        than a hundred thousand; how far it is from the usual one can be told as well as ever.
        """
        if not any(fibre.takes_zero for fibre in self.fibres):
            return None
        zero = far_levels(x)
        if not zero.any():
            return None
        # as a program in single precision has it, whatever the network's precision
        return zero.float().to(self.head.linear.weight.dtype)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        # pickled before there was one
        self._buffers.setdefault("zero", None)

    def _load_from_state_dict(
        self, state_dict: Mapping[str, Any], prefix: str, *others: Any
    ) -> None:
        told = state_dict.get(f"{prefix}zero")
        self.zero = None
        if told is not None:
            weight = self.head.linear.weight
            self.zero = torch.empty(told.shape, dtype=weight.dtype, device=weight.device)
        super()._load_from_state_dict(state_dict, prefix, *others)

    def chosen(self, places: Sequence[int], n_classes: int) -> "PhysicalEmbeddingNetwork":
        """A network of some of the features of this one, with what was calibrated here.

        Parameters
        ----------
        places : sequence of int
            Which features, ascending; of them alone arms and detectors are built.
        n_classes : int
            The first of which has no row of readout weights.
        """
        fibres, numbers, first = [], [], 0
        for number, fibre in enumerate(self.fibres):
            size = fibre.n_features(self.n_timepoints, self.n_channels)
            built = [int(place) - first for place in places if first <= place < first + size]
            first += size
            if built:
                fibres.append(replace(fibre, built=built))
                numbers.append(number)
        network = PhysicalEmbeddingNetwork(
            fibres,
            n_channels=self.n_channels,
            n_timepoints=self.n_timepoints,
            n_classes=n_classes,
            zero_sum_readout=True,
        )
        whole = self._parts()
        for (_, _, path), number in zip(network._parts(), numbers, strict=True):
            path.adopt(whole[number][2])
        if any(fibre.takes_zero for fibre in network.fibres):
            network.zero = self.zero
        return network

    def encode(self, x: Tensor) -> Tensor | EncodedSeries:
        encoded, fibres = EncodedSeries(x, self._complex_dtype(), self.zero), self._encoding(len(x))
        with torch.no_grad():
            for fibre in fibres:
                encoded.by(fibre)
        return encoded if fibres else x

    def encoded_bytes(self, n_cases: int) -> int:
        """Bytes of the fields that :meth:`encode` keeps of so many cases, beside the series."""
        encoders = [fibre.encoder for fibre in self._encoding(n_cases)]
        points = sum(e.n_fields(self.n_channels) * e.window(self.n_timepoints) for e in encoders)
        return n_cases * points * self._complex_dtype().itemsize

    def _encoding(self, n_cases: int) -> list[Fibre]:
        """Fibres whose encoders differ; none where fields of so many cases are not kept."""
        entrances = {(f.encoder, self.zero is not None and f.takes_zero): f for f in self.fibres}
        points = sum(f.encoder.window(self.n_timepoints) for f in entrances.values())
        in_windows = any(path.in_windows for _, _, path in self._parts())
        is_kept = n_cases * self.n_channels * points <= KEPT_POINTS and not in_windows
        return list(entrances.values()) if is_kept else []

    def features(self, x: Tensor | EncodedSeries) -> Tensor:
        if isinstance(x, EncodedSeries):
            encoded = x
        elif x.ndim == 3 and x.shape[1:] == (self.n_channels, self.n_timepoints):
            encoded = EncodedSeries(x, self._complex_dtype(), self.zero)
        else:
            raise InvalidInputError(
                f"x must have shape (cases, {self.n_channels}, {self.n_timepoints}), "
                f"got {tuple(x.shape)}."
            )
        # a graph is made for any number of cases
        split = not (torch.is_grad_enabled() or torch.compiler.is_compiling())
        sweeps: list[Sweep | None] = [None] * len(self.fibres)
        in_windows = any(path.in_windows for _, _, path in self._parts())
        if split and (in_windows or len(encoded.x) * self.largest >= sweep_module.LEAST_WORK):
            sweeps = [path.sweep(encoded.x, encoded.dtype) for _, _, path in self._parts()]
        parts, at_once = [encoded], self.cases_at_once
        if any(sweep is not None and sweep.takes_spectra for sweep in sweeps):
            # a sweep takes a case at a time from its spectrum to what is read
            window = max(fibre.grid(self.n_timepoints).n_points for fibre in self.fibres)
            at_once = max(1, SWEPT_POINTS // (self.n_channels * window))
        elif encoded.x.device.type != "cpu":
            # a GPU is filled by many cases, and has no such cache
            at_once *= GPU_POINTS // CACHED_POINTS
        if split and len(encoded.x) > at_once:
            parts = [encoded[k : k + at_once] for k in range(0, len(encoded.x), at_once)]
        detected, spectra = [], LongSpectra()
        for (fibre, medium, path), sweep in zip(self._parts(), sweeps, strict=True):
            if path.is_long and are_joined(path, sweep):
                entering = encoded.entering(fibre)
                whole = long_features(
                    path, medium, entering, sweep, dtype=encoded.dtype, spectra=spectra
                )
                detected.append(whole)
                continue
            # the same for all parts
            transfer = None
            if path.is_transfer:
                transfer = path.transfer(medium, encoded.dtype, only_seen=True)
            of_parts = [path(medium, *part.by(fibre), transfer, sweep) for part in parts]
            detected.append(torch.cat(of_parts) if len(parts) > 1 else of_parts[0])
        return torch.cat(detected, dim=1) if len(detected) > 1 else detected[0]

    def _complex_dtype(self) -> torch.dtype:
        return COMPLEX_OF[self.head.linear.weight.dtype]

    def _parts(self) -> list[tuple[Fibre, Medium, LightPath]]:
        media = [medium for medium in self.media if isinstance(medium, Medium)]
        paths = [path for path in self.paths if isinstance(path, LightPath)]
        return list(zip(self.fibres, media, paths, strict=True))

    def coefficients(self) -> dict[str, float]:
        numbers: dict[str, float] = {}
        for number, (_, medium, path) in enumerate(self._parts(), start=1):
            values = medium.dimensionless()
            for name in medium.stated:
                for layer, value in enumerate(values[name].tolist(), start=1):
                    numbers[f"fibre{number}/layer{layer}/{name}"] = value
            for name, element_value in path.coefficients().items():
                numbers[f"fibre{number}/{name}"] = element_value
        return numbers
