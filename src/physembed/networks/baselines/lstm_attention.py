"""A recurrent network that attends to its states."""

import torch
from torch import Tensor, nn

from physembed.networks.encoders.normalisations import z_score
from physembed.networks.series_network import LinearHead, SeriesNetwork

WIDTH = 64
MOST_FRAMES = 128


class LSTMAttentionNetwork(SeriesNetwork):
    """A bidirectional LSTM over frames of the series, additive attention over its states.

    The series is cut into at most 128 frames of equal length, since thousands of recurrent steps
    neither train nor finish; each frame is projected to 64 numbers. Two directions of 64 states.

    References
    ----------
    Hochreiter and Schmidhuber, Long short-term memory (1997); Bahdanau, Cho and Bengio, Neural
    machine translation by jointly learning to align and translate (2015), eq. 5-6.
    """

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        self.frame = -(-n_timepoints // MOST_FRAMES)
        self.project = nn.Conv1d(n_channels, WIDTH, kernel_size=self.frame, stride=self.frame)
        self.lstm = nn.LSTM(WIDTH, WIDTH, batch_first=True, bidirectional=True)
        self.score = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1, bias=False)
        )
        self.head = LinearHead(2 * WIDTH, n_classes)

    def features(self, x: Tensor) -> Tensor:
        padding = -x.shape[-1] % self.frame
        frames = self.project(
            nn.functional.pad(z_score(x).to(self.head.linear.weight.dtype), (0, padding))
        )
        states, _ = self.lstm(frames.transpose(1, 2))
        attention = torch.softmax(self.score(states), dim=1)
        context: Tensor = (attention * states).sum(dim=1)
        return context
