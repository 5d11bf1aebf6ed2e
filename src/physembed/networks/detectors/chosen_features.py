"""Which features of a detector behind many arms are built."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Choice:
    """Some of the features that a detector has behind all channels of a field.

    Parameters
    ----------
    seen : tuple of int
        Of every channel that is given, its number among all; ascending.
    places : tuple of (int, int)
        Channel, by its number among all, and feature of the channel, in the order of the output.
    """

    seen: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, places: Sequence[int], n_features: int, n_channels: int, *, all_seen: bool
    ) -> "Choice":
        """The choice of places in the order of channels, each with so many features.

        Channels of which nothing is chosen are not seen, unless ``all_seen``.
        """
        pairs = tuple(divmod(place, n_features) for place in places)
        seen = range(n_channels) if all_seen else sorted({channel for channel, _ in pairs})
        return cls(tuple(seen), pairs)

    def among(self, first: int, n_features: int) -> tuple["Choice", list[int]]:
        """The part of the choice with features first ... first + n_features - 1, numbered from 0.

        Also where in this choice each of its features stands.
        """
        numbers = [
            number
            for number, (_, feature) in enumerate(self.places)
            if first <= feature < first + n_features
        ]
        chosen = ((self.places[k][0], self.places[k][1] - first) for k in numbers)
        return Choice(self.seen, tuple(chosen)), numbers

    def grouped(self, n_lanes: int, n_each: int) -> "Lanes":
        """What is chosen by the lanes it is read from, ``n_lanes`` of every channel.

        Parameters
        ----------
        n_lanes : int
            Records, or comparators, of a channel.
        n_each : int
            Features that are read from each of them.
        """
        position = {channel: number for number, channel in enumerate(self.seen)}
        in_bank = sorted({c * n_lanes + f // n_each for c, f in self.places})
        number = {lane: k for k, lane in enumerate(in_bank)}
        return Lanes(
            in_bank=torch.tensor(in_bank),
            among_seen=torch.tensor(
                [position[lane // n_lanes] * n_lanes + lane % n_lanes for lane in in_bank]
            ),
            order=torch.tensor(
                [number[c * n_lanes + f // n_each] * n_each + f % n_each for c, f in self.places]
            ),
        )


@dataclass(frozen=True)
class Lanes:
    """Records or comparators that are needed, each once.

    Parameters
    ----------
    in_bank, among_seen : Tensor of shape (lanes,), int64
        Their numbers among those of all channels, and among those of the channels that are given.
    order : Tensor of shape (features,), int64
        Where in the features of all these lanes each chosen feature is.
    """

    in_bank: Tensor
    among_seen: Tensor
    order: Tensor
