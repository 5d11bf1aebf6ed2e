"""One cascade with everything before and behind it, described, and how large it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from physembed._checks import is_integer, is_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks.coefficients import CoefficientSetting, layer_values
from physembed.networks.component import Component
from physembed.networks.detectors.amplitude import Amplitude
from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.detector import Detector, Reading
from physembed.networks.encoders.series_encoder import SeriesEncoder
from physembed.networks.sizes import LARGEST_WINDOW, WINDOW, check_steps
from physembed.networks.tap import Tap
from physembed.physics import MasterEquation, NonlinearSchrodinger, TimeGrid
from physembed.physics.coefficient import layer_lengths

NO_ARMS: tuple[tuple[Component, ...], ...] = ((),)
"""One arm with nothing in it: the field as it leaves."""


@dataclass(frozen=True)
class Fibre:
    """One cascade with its own encoder and detector, described.

    The encoded series passes the elements ``before``, the medium, the elements ``after``, is
    divided into ``arms``, and the detector sees what leaves each of them.

    Parameters
    ----------
    equation : MasterEquation
    coefficients : mapping of str to Trainable, float or sequence of float
        In natural units; see :class:`~physembed.networks.Medium`.
    n_layers : int, default=6
    encoder : SeriesEncoder
    detector : Detector
    scheme : str, default="lie"
    steps_per_layer : int, default=1
    before, after : sequence of Component, default=()
        Linear elements that the field passes one after the other.
    arms : sequence of sequences of Component, default=((),)
        Interferometers, or other elements, in parallel; the empty arm is the field itself. To the
        detector, the arms of every channel are channels of their own.
    layer_length : float or sequence of float, default=1.0
        Of all layers, or of each, beside that of a layer of the natural units.
    taps : sequence of Tap, default=()
        Detectors after inner layers; their features stand before those of ``detector``.
    gated : bool, default=False
        Whether detectors see only the points onto which the series was laid, not the guard band;
        needs the encoder's alignment to be "left".
    built : sequence of int or None, default=None
        Places of the features that are built, where these are a few of a bank's: feature f behind
        arm a of channel c has the place (c A + a) F + f among A arms and F features. Arms of which
        nothing is read are not computed. None is all; a fibre with taps is built as a whole.

    Examples
    --------
    >>> import physembed as pe
    >>> medium = {"beta2": pe.Trainable(0.3, shared=True), "gamma": 0.1}
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), medium, detector=pe.BinnedIntensity(bins=32))
    >>> fibre.n_features(n_timepoints=150)
    32
    """

    equation: MasterEquation
    coefficients: Mapping[str, CoefficientSetting]
    n_layers: int = 6
    encoder: SeriesEncoder = field(default_factory=SeriesEncoder)
    detector: Detector = field(default_factory=Amplitude)
    scheme: str = "lie"
    steps_per_layer: int = 1
    before: Sequence[Component] = ()
    after: Sequence[Component] = ()
    arms: Sequence[Sequence[Component]] = NO_ARMS
    taps: Sequence[Tap] = ()
    gated: bool = False
    built: Sequence[int] | None = None
    layer_length: float | Sequence[float] = 1.0

    def __post_init__(self) -> None:
        for name, kind in [
            ("equation", MasterEquation),
            ("coefficients", Mapping),
            ("encoder", SeriesEncoder),
            ("detector", Detector),
        ]:
            if not isinstance(getattr(self, name), kind):
                raise InvalidInputError(
                    f"{name} must be a {kind.__name__}, got {getattr(self, name)!r}."
                )
        for name in ("envelope", "quadratures"):
            if self.equation.is_real and getattr(self.encoder, name):
                raise InvalidInputError(
                    f"{type(self.equation).__name__} is an equation of real fields, of which an "
                    f"encoder with {name}=True makes none; give it one without."
                )
        known = self.equation.coefficients
        for name in self.coefficients:
            if name not in known:
                of_equation = f"coefficient of {type(self.equation).__name__}"
                raise UnknownNameError(of_equation, name, list(known))
        for name, part in [("before", Component), ("after", Component), ("taps", Tap)]:
            object.__setattr__(self, name, _sequence_of(part, name, getattr(self, name)))
        if isinstance(self.layer_length, list):
            object.__setattr__(self, "layer_length", tuple(self.layer_length))
        check_steps(self.n_layers, self.steps_per_layer)
        # one number for all layers is looked at where the medium is made; counts are told here
        if not is_number(self.layer_length) or self.layer_length <= 0:
            layer_lengths(self.layer_length, self.n_layers)
        for name, setting in self.coefficients.items():
            if not is_number(getattr(setting, "start", setting)):
                layer_values(name, setting, self.n_layers)
        if not isinstance(self.arms, (list, tuple)) or not self.arms:
            one_at_least = "a sequence of at least one sequence of Component"
            raise InvalidInputError(f"arms must be {one_at_least}, got {self.arms!r}.")
        every_arm = (_sequence_of(Component, "every arm", arm) for arm in self.arms)
        object.__setattr__(self, "arms", tuple(every_arm))
        self._check_taps_and_gate()
        self._check_built()

    def _check_built(self) -> None:
        if self.built is None:
            return
        listed = isinstance(self.built, (list, tuple)) and len(self.built) > 0
        if not listed or not all(is_integer(place) and place >= 0 for place in self.built):
            raise InvalidInputError(
                f"built must be None or a sequence of places from 0, got {self.built!r}."
            )
        object.__setattr__(self, "built", tuple(int(place) for place in self.built))
        if len(set(self.built)) < len(self.built):
            raise InvalidInputError("built must not name a place twice.")
        if self.taps:
            raise InvalidInputError("a fibre with taps is built as a whole; built must be None.")

    def _check_taps_and_gate(self) -> None:
        for tap in self.taps:
            if tap.layer > self.n_layers:
                raise InvalidInputError(
                    f"a tap must be after a layer from 1 to {self.n_layers}, got {tap.layer}."
                )
        if self.gated and self.encoder.alignment != "left":
            raise InvalidInputError(
                "a gated fibre needs an encoder with alignment 'left', which lays every series "
                f"onto the same points; got {self.encoder.alignment!r}."
            )

    def frozen(self, values: Mapping[str, float | Sequence[float]]) -> "Fibre":
        """The same fibre with coefficients frozen at given values, everything else unchanged.

        Parameters
        ----------
        values : mapping of str to float or sequence of float
            By the name of a coefficient or of a term of the equation, such as "dispersion", which
            stands for those of its coefficients that would not be zero; one number for all layers,
            or one per layer, in natural units. Zero switches a term off.

        Raises
        ------
        UnknownNameError
            If the equation has no such coefficient or term.
        """
        known, terms = self.equation.coefficients, self.equation.terms
        settings = dict(self.coefficients)
        for name, value in values.items():
            if name in known:
                settings[name] = value
            elif name in terms:
                present = [n for n in terms[name] if n in self.coefficients or known[n].default]
                settings |= dict.fromkeys(present, value)
            else:
                raise UnknownNameError(
                    f"coefficient or term of {type(self.equation).__name__}",
                    name,
                    list(dict.fromkeys([*known, *terms])),
                )
        return replace(self, coefficients=settings)

    @property
    def reads_as_it_comes(self) -> bool:
        """Whether what is detected is the series itself: neither normalised, nor propagated."""
        if self.before or self.after or self.taps or any(self.arms):
            return False
        values = self.coefficients.values()
        is_dark = all(is_number(value) and value == 0 for value in values)
        return is_dark and type(self.equation) is NonlinearSchrodinger and self.encoder.keeps_values

    @property
    def takes_zero(self) -> bool:
        """Whether it may read a series from another zero: as it comes, by what tells levels."""
        encoder = self.encoder
        is_series = encoder.alignment == "left" and (self.gated or encoder.guard_band == 0)
        return self.reads_as_it_comes and is_series and self.detector.takes_zero

    def of_fields(self) -> "Fibre":
        """The same fibre for complex series: what enters is the field, at a mean intensity of one.

        What reads the real series itself, as a voltmeter does, reads the real and the imaginary
        part as two channels.

        Raises
        ------
        InvalidInputError
            If the encoder takes an envelope, or the equation is of real fields.
        """
        if self.encoder.quadratures or self.detector.reads_real_series:
            return self
        scale = self.encoder.normalisation
        scale = "power" if scale == "z-score" else scale
        return replace(self, encoder=replace(self.encoder, normalisation=scale, quadratures=True))

    def in_windows(self, n_timepoints: int) -> bool:
        """Whether series of so many timepoints pass in windows that overlap, and as a whole never.

        Those that are longer than :data:`LARGEST_WINDOW`, where each point of the field belongs to
        one of the series and is detected by itself; medium and elements have to be linear.
        """
        is_left = self.gated and not (self.taps or self.encoder.envelope)
        is_direct = not (self.encoder.derivative or self.encoder.quadratures)
        return self.encoder.window(n_timepoints) > LARGEST_WINDOW and is_left and is_direct

    def grid(self, n_timepoints: int) -> TimeGrid:
        """The grid of the field, or of a window of it (:meth:`in_windows`), in timepoints."""
        if self.in_windows(n_timepoints):
            return TimeGrid(WINDOW)
        return TimeGrid(self.encoder.window(n_timepoints), self.encoder.spacing())

    def n_detected(self, n_timepoints: int) -> int:
        """Number of points of the field that the detectors see."""
        encoder = self.encoder
        return encoder.points(n_timepoints) if self.gated else encoder.window(n_timepoints)

    def n_features(self, n_timepoints: int, n_channels: int = 1) -> int:
        """Number of features of series of so many channels."""
        if self.built is not None:
            return len(self.built)
        points = self.n_detected(n_timepoints)
        tapped = sum(tap.detector.n_features(points) for tap in self.taps)
        n_fields = self.encoder.n_fields(n_channels)
        return n_fields * (tapped + len(self.arms) * self.detector.n_features(points))

    def readings(self, n_timepoints: int, n_channels: int) -> list[tuple[str, Reading]]:
        """Where in the fibre each feature is read, and what it is of, in the order of features.

        The place is "tap 1" for the first tap, "arm 1" for the first arm. Of an envelope no
        frequencies are told: its points are further apart, and zero stands for its carrier.
        """
        points = self.n_detected(n_timepoints)

        def of(detector: Detector) -> list[Reading]:
            every = detector.readings(points)
            return [replace(r, where="") for r in every] if self.encoder.envelope else every

        tapped, n_fields = [], self.encoder.n_fields(n_channels)
        for number, tap in enumerate(self.taps, start=1):
            tapped += [(f"tap {number}", r) for r in of(tap.detector)] * n_fields
        behind = of(self.detector)
        arms = [(f"arm {k}", r) for k in range(1, len(self.arms) + 1) for r in behind]
        every = tapped + arms * n_fields
        return every if self.built is None else [every[place] for place in self.built]

    def choice(self, n_timepoints: int, n_channels: int) -> Choice | None:
        """Which features of which arms are built; None where all are.

        Raises
        ------
        InvalidInputError
            If a place is beyond the features that there are.
        """
        if self.built is None:
            return None
        points = self.n_detected(n_timepoints)
        n_fields = self.encoder.n_fields(n_channels)
        n_each, n_arms = self.detector.n_features(points), n_fields * len(self.arms)
        if max(self.built) >= n_each * n_arms:
            raise InvalidInputError(
                f"built must name places below {n_each * n_arms}, the features of {n_arms} arm(s) "
                f"of {n_each} each, got {max(self.built)}."
            )
        features = [place % n_each for place in self.built]
        return Choice.of(
            self.built,
            n_each,
            n_arms,
            all_seen=self.detector.needs_all_channels(features, points),
        )


def _sequence_of(kind: type[Component] | type[Tap], name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, kind) for v in value):
        raise InvalidInputError(f"{name} must be a sequence of {kind.__name__}, got {value!r}.")
    return tuple(value)
