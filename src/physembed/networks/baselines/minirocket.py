"""MiniRocket, aeon's, behind the interface of our networks."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from aeon.transformations.collection.convolution_based import MiniRocket, _minirocket
from torch import Tensor

from physembed._threads import compile_without_a_lost_pool, torch_keeps_its_threads
from physembed.errors import InvalidInputError
from physembed.networks.series_network import LinearHead, SeriesNetwork

N_KERNELS = 10_000
SHORTEST_SERIES = 9
LARGEST, SMALLEST = 1e30, 1e-30
"""Of series in single precision, so that sums of products of them are numbers as well."""
ARRAYS = ("channels_per_combination", "channel_indices", "dilations", "per_dilation", "biases")
"""aeon's five arrays of a fitted transformer, in its order."""


class MiniRocketNetwork(SeriesNetwork):
    """9,996 shares of positive values under fixed convolutions; their biases come from the data.

    The biases are drawn from the training cases by :meth:`prepare`, not trained, and so not
    counted among the parameters.

    References
    ----------
    Dempster, Schmidt and Webb, MiniRocket (2021), in aeon's implementation.
    """

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        if n_timepoints < SHORTEST_SERIES:
            raise InvalidInputError(
                f"minirocket needs series of at least {SHORTEST_SERIES} timepoints, "
                f"got {n_timepoints}."
            )
        self.series_size = torch.Size((n_channels, n_timepoints))
        self.head = LinearHead(N_KERNELS // 84 * 84, n_classes)
        self.transformer = MiniRocket(n_kernels=N_KERNELS)
        for name in ARRAYS:
            self.register_buffer(name, None)

    def prepare(self, x: Tensor, *, seed: int) -> None:
        _check_single_precision(x, smallest=SMALLEST)
        self.transformer = MiniRocket(n_kernels=N_KERNELS, random_state=seed)
        with torch_keeps_its_threads():
            self.transformer.fit(x.numpy(force=True))
        for name, array in zip(ARRAYS, self.transformer.parameters, strict=True):
            self.register_buffer(name, torch.from_numpy(array))

    def features(self, x: Tensor) -> Tensor:
        _check_single_precision(x)
        compile_without_a_lost_pool(_minirocket)
        with torch_keeps_its_threads():
            features = torch.from_numpy(self.transformer.transform(x.numpy(force=True))).float()
            return features.to(x.device)

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        for name in ARRAYS:
            if name in state_dict:
                self.register_buffer(name, torch.empty_like(state_dict[name]))
        outcome = super().load_state_dict(state_dict, strict, assign)
        arrays = tuple(self.get_buffer(name).numpy() for name in ARRAYS)
        _check_arrays(arrays, *self.series_size)
        # a transformer is fitted once it has seen any series, of which the shortest take no time;
        # the arrays, and the length of ours, then replace its own
        any_series = torch.arange(2.0 * self.series_size[0] * SHORTEST_SERIES)
        self.transformer.fit(any_series.reshape(2, -1, SHORTEST_SERIES).numpy())
        self.transformer.metadata_["n_timepoints"] = self.series_size[1]
        self.transformer.parameters = arrays
        return outcome


def _check_single_precision(x: Tensor, smallest: float = 0.0) -> None:
    """Refuse series of which aeon, which neither normalises nor looks, would make inf or zero."""
    largest = float(x.abs().max())
    if largest > LARGEST or 0 < largest < smallest:
        raise InvalidInputError(
            f"X has values of size {largest:.3g}; minirocket computes in single precision without "
            f"normalising, and reads sizes from {SMALLEST:g} to {LARGEST:g}. Rescale them."
        )


def _check_arrays(arrays: Sequence[Any], n_channels: int, n_timepoints: int) -> None:
    """Refuse arrays that aeon's compiled code, which does not look, would run beyond."""
    numbers, indices, dilations, per_dilation, biases = arrays
    sound = (
        ((dilations >= 1) & (8 * dilations < n_timepoints)).all()
        and per_dilation.shape == dilations.shape
        and (per_dilation >= 1).all()
        and biases.shape == (84 * per_dilation.sum(),)
        and len(biases) == N_KERNELS // 84 * 84
        and numbers.shape == (84 * len(dilations),)
        and (numbers >= 1).all()
        and indices.shape == (numbers.sum(),)
        and ((indices >= 0) & (indices < n_channels)).all()
    )
    if not sound:
        raise InvalidInputError("these are no arrays of MiniRocket for series of this size")
