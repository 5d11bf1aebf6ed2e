"""A fibre at work: from an encoded field to detected features."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from physembed.networks.component import Component, ComponentModule
from physembed.networks.detectors.detector import DetectorModule
from physembed.networks.fibre import Fibre
from physembed.networks.medium import Medium
from physembed.networks.real_parts import real_parts_leaving
from physembed.networks.sizes import no_seams, no_whole_field
from physembed.networks.sweep import Sweep, sweep_pays
from physembed.physics import TimeGrid

Spectrum = Callable[[], Tensor]

LONG_WINDOW = 2**17
"""Points beyond which a field is worked on in stretches, and a transfer function in blocks, where
no gradient is asked for."""
BLOCK = 2**16
"""Frequencies of a block: what is made on the way stays in a core's cache."""


class LightPath(nn.Module):
    """The elements and detectors of a fibre, around a medium that is given to it.

    Where medium and elements are linear and act on the spectrum alone, the whole path to each arm
    is one transfer function: the field is transformed once for all fibres that share an encoder,
    and back once per arm.

    Parameters
    ----------
    fibre : Fibre
    medium : Medium
        Looked at to see whether it is linear; not kept.
    n_channels, n_timepoints : int
        Sizes of the series.
    """

    _known_sweep: tuple[tuple[Tensor, ...], Sweep | None] = ((), None)  # of older pickles too
    _reads_real_part = False

    def __init__(self, fibre: Fibre, medium: Medium, n_channels: int, n_timepoints: int) -> None:
        super().__init__()
        self.fibre = fibre
        n_fields = fibre.encoder.n_fields(n_channels)
        self.n_arms = len(fibre.arms)
        self.n_detected = fibre.n_detected(n_timepoints)
        grid = fibre.grid(n_timepoints)
        self.n_points = grid.n_points
        self.before = _modules(fibre.before, grid)
        self.after = _modules(fibre.after, grid)
        self.arms = nn.ModuleList(_modules(arm, grid) for arm in fibre.arms)
        self.taps = nn.ModuleList(
            tap.detector.module(n_fields, self.n_detected) for tap in fibre.taps
        )
        choice = fibre.choice(n_timepoints, n_channels)
        if choice is None:
            self._seen = None
            self.detector = fibre.detector.module(n_fields * self.n_arms, self.n_detected)
        else:
            self._seen = choice.seen
            self.detector = fibre.detector.chosen_module(choice, self.n_detected)
        # those that an end is computed of, ascending
        ends = range(self.n_arms) if self._seen is None else self._seen
        self.arms_seen = sorted({end % self.n_arms for end in ends})
        # of several channels and arms, what is computed at once
        self.n_ends = n_fields * self.n_arms if choice is None else len(choice.seen)
        parts = [m for m in self.modules() if isinstance(m, ComponentModule)]
        is_spectral = not fibre.taps and all(part.is_transfer for part in parts)
        self.is_transfer = is_spectral and medium.is_linear()
        is_complex = fibre.encoder.quadratures or fibre.encoder.envelope
        self._reads_real_part = fibre.detector.takes_real_part and not is_complex
        self.in_windows = fibre.in_windows(n_timepoints)
        if self.in_windows and not self.is_transfer:
            raise no_seams(n_timepoints)

    def __getstate__(self) -> dict[str, object]:
        """Without what is quickly made again."""
        return {name: value for name, value in vars(self).items() if name != "_known_sweep"}

    @property
    def detectors(self) -> list[DetectorModule]:
        """Every detector: the taps', then the one behind the arms."""
        modules = [*self.taps, self.detector]
        return [module for module in modules if isinstance(module, DetectorModule)]

    @property
    def is_long(self) -> bool:
        """Whether a field is worked on in stretches, where its detectors allow it."""
        return self.in_windows or self.n_points > LONG_WINDOW

    @property
    def needs_calibration(self) -> bool:
        """Whether a detector takes something from the training cases."""
        return any(detector.needs_calibration for detector in self.detectors)

    def transfer(
        self,
        medium: Medium,
        dtype: torch.dtype = torch.complex128,
        *,
        only_seen: bool = False,
    ) -> Tensor:
        """H(ω) to each arm, or to those that are seen, (arms, points); where ``is_transfer``.

        Computed in complex128, of long windows some frequencies at a time, and given in ``dtype``.
        """
        numbers = self.arms_seen if only_seen else range(self.n_arms)
        is_whole = self.n_points <= LONG_WINDOW or torch.is_grad_enabled()
        firsts = range(0, self.n_points, BLOCK)
        blocks = [None] if is_whole else [slice(k, k + BLOCK) for k in firsts]
        whole: Tensor | None = None
        for block in blocks:
            common = self.common_transfer(medium, block)
            made = torch.stack([self.through_arm(k, common, block).to(dtype) for k in numbers])
            if block is None:
                return made
            if whole is None:
                whole = made.new_empty(len(made), self.n_points)
            whole[:, block] = made
        assert whole is not None
        return whole

    def common_transfer(self, medium: Medium, block: slice | None = None) -> Tensor:
        """H(ω) up to where the arms part, complex128, of all frequencies or of a block of them."""
        common = medium.transfer(block)
        for component in (*self.before, *self.after):
            assert isinstance(component, ComponentModule)
            # one without coefficients is on no device of its own
            common = common * component.transfer(block).to(common)
        return common

    def through_arm(self, number: int, spectrum: Tensor, block: slice | None = None) -> Tensor:
        """The spectrum that leaves an arm, of that which enters it, in the precision of that."""
        arm = self.arms[number]
        assert isinstance(arm, nn.ModuleList)
        for component in arm:
            assert isinstance(component, ComponentModule)
            spectrum = spectrum * component.transfer(block).to(spectrum)
        return spectrum

    def detected_fields(
        self, medium: Medium, field: Tensor, spectrum: Spectrum, transfer: Tensor | None = None
    ) -> list[Tensor]:
        """The field in front of each of :attr:`detectors`, gated.

        Parameters
        ----------
        medium : Medium
        field : Tensor of shape (cases, channels, points), complex
            The encoded field.
        spectrum : callable
            Gives its Fourier transform; called only where that is needed.
        transfer : Tensor of shape (arms seen, points) or None, default=None
            What :meth:`transfer` gives of these, where it is known already.

        Returns
        -------
        list of Tensor
            (cases, channels, points) for a tap, (cases, channels * arms, points) behind the arms;
            of few features only the arms that are read; real where the real part alone is taken.
        """
        if self.in_windows:
            raise no_whole_field()
        if self.is_transfer:
            if transfer is None:
                transfer = self.transfer(medium, field.dtype, only_seen=True)
            transfer = transfer.to(field.dtype)
            # a program that is exported is of transforms that every runtime knows
            if self._reads_real_part and not torch.compiler.is_compiling():
                ends = real_parts_leaving(spectrum(), transfer, self.ends())
            elif self._seen is None:
                ends = torch.fft.ifft(spectrum()[:, :, None] * transfer).flatten(1, 2)
            else:
                channels, arms = self.ends()
                entering = spectrum()
                # one channel is the same for all arms
                entering = entering[:, channels] if entering.shape[1] > 1 else entering
                ends = torch.fft.ifft(entering * transfer[arms])
            return [ends[..., : self.n_detected]]
        field = self.entering(field)
        layers = list(medium.layers(field)) if self.fibre.taps else [medium(field)]
        return self.from_layers(layers)

    def entering(self, field: Tensor) -> Tensor:
        """The field in front of the medium, of an encoded one."""
        return _through(self.before, field)

    def from_layers(self, layers: Sequence[Tensor]) -> list[Tensor]:
        """The field in front of each of :attr:`detectors`, gated, from what leaves the layers.

        Parameters
        ----------
        layers : sequence of Tensor of shape (cases, channels, points), complex
            After every layer; where there are no taps, the last one is enough.
        """
        tapped = [layers[tap.layer - 1] for tap in self.fibre.taps]
        ends = self.behind_arms(layers[-1]).flatten(1, 2)
        if self._seen is not None:
            ends = ends[:, list(self._seen)]
        fields = [*tapped, ends]
        # a slice of all points would be copied on the way back
        is_gated = self.n_detected < self.n_points
        return [field[..., : self.n_detected] for field in fields] if is_gated else fields

    def behind_arms(self, field: Tensor) -> Tensor:
        """The field that leaves each arm, (cases, channels, arms, points), of the medium's."""
        field = _through(self.after, field)
        ends = [_through(arm, field) for arm in self.arms]
        return torch.stack(ends, dim=2) if len(ends) > 1 else ends[0].unsqueeze(2)

    def forward(
        self,
        medium: Medium,
        field: Tensor,
        spectrum: Spectrum,
        transfer: Tensor | None = None,
        sweep: Sweep | None = None,
    ) -> Tensor:
        """Features, shape (cases, features); by what :meth:`sweep` gives, where it is given."""
        if sweep is not None and self.is_transfer and sweep.takes_spectra:
            if transfer is None:
                transfer = self.transfer(medium, field.dtype, only_seen=True)
            channels, arms = self.ends()
            if arms != list(range(len(transfer))):
                transfer = transfer[arms]
            ends = sweep.of_spectra(spectrum(), torch.tensor(channels), transfer.to(field.dtype))
            return ends.flatten(1)
        fields = self.detected_fields(medium, field, spectrum, transfer)
        return self.detect(fields) if sweep is None else sweep(fields[0]).flatten(1)

    def ends(self) -> tuple[list[int], list[int]]:
        """From which channel, and through which of the arms seen, each end is reached."""
        ends = range(self.n_ends) if self._seen is None else self._seen
        place = {arm: number for number, arm in enumerate(self.arms_seen)}
        return [end // self.n_arms for end in ends], [place[end % self.n_arms] for end in ends]

    def sweep(self, x: Tensor, dtype: torch.dtype) -> Sweep | None:
        """One pass for all detectors, where it pays for so many series as fields of a dtype."""
        # not len, which makes one number of cases of any in a graph
        n_points = x.shape[0] * self.n_ends * self.n_detected
        if self.fibre.taps:
            return None
        # series in windows never lie in memory as a whole
        if not sweep_pays(n_points, dtype, x.device, at_any_size=self.in_windows):
            return None
        assert isinstance(self.detector, DetectorModule)
        # what a detector was calibrated to is all that may change of it
        state = tuple(self.detector.buffers())
        known, made = self._known_sweep
        if made is None or not all(map(torch.equal, known, state)):
            with torch.inference_mode(False):
                known = tuple(tensor.clone() for tensor in state)
            made = Sweep(self.detector, self.n_detected)
            self._known_sweep = known, made
        return made

    def detect(self, fields: Sequence[Tensor]) -> Tensor:
        """Features, shape (cases, features), of the field in front of each of :attr:`detectors`."""
        detected = [read(end).flatten(1) for read, end in zip(self.detectors, fields, strict=True)]
        return torch.cat(detected, dim=1) if len(detected) > 1 else detected[0]

    def calibrate(
        self, medium: Medium, field: Tensor, spectrum: Spectrum, generator: torch.Generator
    ) -> None:
        """Let every detector take from these fields of training cases what it needs."""
        fields = self.detected_fields(medium, field, spectrum)
        for detector, end in zip(self.detectors, fields, strict=True):
            detector.calibrate(end, generator)

    def adopt(self, whole: "LightPath") -> None:
        """Take over what was calibrated from the path of the whole bank."""
        self.detector.adopt(whole.detector)

    def coefficients(self) -> dict[str, float]:
        """The elements' stated coefficients in natural units, such as "arm2/element1/delay"."""
        groups = {"before": self.before, "after": self.after}
        groups |= {f"arm{k}": arm for k, arm in enumerate(self.arms, start=1)}  # type: ignore[misc]
        coefficients = {}
        for place, components in groups.items():
            for number, component in enumerate(components, start=1):
                assert isinstance(component, ComponentModule)
                values = component.dimensionless()
                for name in component.stated:
                    coefficients[f"{place}/element{number}/{name}"] = float(values[name].detach())
        return coefficients


def _modules(components: Sequence[Component], grid: TimeGrid) -> nn.ModuleList:
    return nn.ModuleList(ComponentModule(component, grid) for component in components)


def _through(arm: nn.Module, field: Tensor) -> Tensor:
    assert isinstance(arm, nn.ModuleList)
    for component in arm:
        field = component(field)
    return field
