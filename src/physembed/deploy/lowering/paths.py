"""The fibres of a network as paths; those that look at one spectrum share a path."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from physembed.deploy.detectors import Winner
from physembed.deploy.lowering.chosen import Chosen, lower_chosen
from physembed.deploy.lowering.detectors import lower_module
from physembed.deploy.lowering.fibre import (
    Part,
    encoding_of,
    full_steps,
    half_arms,
    is_half,
    parts_of,
    zero_of,
)
from physembed.deploy.plan import Detection, Encoding, Path, Split, Step, Transform
from physembed.networks import Fibre, Medium, PhysicalEmbeddingNetwork
from physembed.networks.light_path import LightPath

BEGIN: Step = Transform(inverse=False, real=True)


@dataclass
class Paths:
    """Paths while they are gathered.

    Parameters
    ----------
    paths : list of Path
    columns : list of int
        Of every feature of the plan, which of the network's it is, or -1.
    """

    paths: list[Path] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)

    def add(
        self,
        encoding: Encoding,
        parts: tuple[Sequence[Part], Sequence[Sequence[Part]]],
        detections: Sequence[Detection],
        channels: tuple[int, ...],
    ) -> None:
        """Take up a fibre, or some of its arms, with a detection for each tap and for the arms."""
        common, arms = parts
        if not is_half(encoding, arms, common):
            steps = full_steps(common, arms, detections, is_complex=encoding.envelope)
            self.paths.append(Path(encoding, steps, tuple(detections), channels))
            return
        (detection,) = detections
        last = self.paths[-1] if self.paths else None
        shared = last is not None and (last.encoding, last.channels) == (encoding, channels)
        # a detection that compares rows of several channels has a path of its own: all channels
        # go through it before the next one begins
        if (
            last is not None
            and shared
            and last.steps[0] == BEGIN
            and not (_is_joint(detection) or any(map(_is_joint, last.detections)))
        ):
            split = last.steps[1]
            assert isinstance(split, Split)
            more, detection = half_arms(arms, detection, len(last.detections), encoding.window)
            steps = (BEGIN, Split((*split.arms, *more)))
            self.paths[-1] = replace(last, steps=steps, detections=(*last.detections, detection))
            return
        first, detection = half_arms(arms, detection, 0, encoding.window)
        self.paths.append(Path(encoding, (BEGIN, Split(first)), (detection,), channels))


def lower_paths(network: PhysicalEmbeddingNetwork) -> tuple[tuple[Path, ...], list[int]]:
    """The paths of a plan, and of every feature which of the network's it is, or -1."""
    gathered = Paths()
    first = 0
    for fibre, medium, path in zip(network.fibres, network.media, network.paths, strict=True):
        assert isinstance(medium, Medium)
        assert isinstance(path, LightPath)
        if fibre.built is None:
            first = _whole(gathered, network, (fibre, medium, path), first)
        else:
            _built(gathered, network, (fibre, medium, path), first)
            first += len(fibre.built)
    return tuple(gathered.paths), gathered.columns


def _whole(
    gathered: Paths,
    network: PhysicalEmbeddingNetwork,
    whole: tuple[Fibre, Medium, LightPath],
    first: int,
) -> int:
    """All features of a fibre; the number of the next one."""
    fibre, medium, path = whole
    n_fields = fibre.encoder.n_fields(network.n_channels)
    detections = []
    for number, module in enumerate(path.detectors):
        n_arms = len(fibre.arms) if number == len(fibre.taps) else 1
        detection = Detection(
            lower_module(module, path.n_detected), path.n_detected, n_arms, len(gathered.columns)
        )
        n_features = n_fields * n_arms * detection.n_features
        gathered.columns += range(first, first + n_features)
        first += n_features
        detections.append(detection)
    gathered.add(
        encoding_of(fibre.encoder, network.n_timepoints, zero_of(fibre, network)),
        parts_of(fibre, medium, path),
        detections,
        tuple(range(n_fields)),
    )
    return first


def _built(
    gathered: Paths,
    network: PhysicalEmbeddingNetwork,
    whole: tuple[Fibre, Medium, LightPath],
    first: int,
) -> None:
    """The built features of a fibre: channel by channel, and arm by arm."""
    fibre, medium, path = whole
    choice = fibre.choice(network.n_timepoints, network.n_channels)
    assert choice is not None
    encoding = encoding_of(fibre.encoder, network.n_timepoints, zero_of(fibre, network))
    common, arms = parts_of(fibre, medium, path)
    lanes = list(lower_chosen(fibre.detector, path.detector, choice, path.n_detected))
    n_arms = len(arms)

    def detection(some: Sequence[Chosen], n_rows: int) -> Detection:
        made = Detection(
            tuple(c.detector for c in some), path.n_detected, n_rows, len(gathered.columns)
        )
        places = [place for c in some for place in c.places]
        gathered.columns += [first + place if place >= 0 else -1 for place in places]
        return made

    joint = [lane for lane in lanes if lane.row < 0]
    for lane in joint:
        every = tuple(range(fibre.encoder.n_fields(network.n_channels)))
        gathered.add(encoding, (common, arms), [detection([lane], n_arms)], every)
    for row in sorted({lane.row for lane in lanes if lane.row >= 0}):
        channel, arm = divmod(row, n_arms)
        here = [lane for lane in lanes if lane.row == row]
        # quadratures of one phase keep a real field real, each on its own
        for some in _by_records(here):
            gathered.add(encoding, (common, [arms[arm]]), [detection(some, 1)], (channel,))


def _by_records(lanes: Sequence[Chosen]) -> list[list[Chosen]]:
    """Lanes of one quadrature together, if all lanes together are of two at most."""
    angles = [getattr(getattr(lane.detector, "records", None), "angles", ()) for lane in lanes]
    if not all(angles) or len(set(angles)) > 2:
        return [list(lanes)]
    return [
        [lane for lane, its_angle in zip(lanes, angles, strict=True) if its_angle == angle]
        for angle in sorted(set(angles))
    ]


def _is_joint(detection: Detection) -> bool:
    return any(isinstance(detector, Winner) for detector in detection.detectors)
