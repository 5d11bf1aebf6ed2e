"""The steps of a plan as calls, one after the other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from physembed.deploy.c import counters, meters  # noqa: F401, they enter their detectors
from physembed.deploy.c.constants import looped, plain
from physembed.deploy.c.detectors import write_competition, write_detection
from physembed.deploy.c.encode import write_encoding
from physembed.deploy.c.factors import FactorTable
from physembed.deploy.c.measured import write_measuring
from physembed.deploy.c.once import behind_envelope, scales_envelope_behind, shares_encoding
from physembed.deploy.c.program import Program, floats
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.plan import (
    Detect,
    Encoding,
    Kerr,
    Multiply,
    Path,
    Plan,
    Split,
    Step,
    Transform,
)


@dataclass(frozen=True)
class Held:
    """How the field is held while calls are written.

    Parameters
    ----------
    kind : {"real", "half", "full"}
    at_points : bool
    place : str
        The array it is in.
    target : str
        The array it is to be in; the next step brings it there.
    """

    kind: str
    at_points: bool
    place: str
    target: str


class PathWriter:
    """The calls of a path.

    Parameters
    ----------
    program : Program
    factors : FactorTable
    plan : Plan
    path : Path
    sampling : Sampling
    """

    def __init__(
        self,
        program: Program,
        factors: FactorTable,
        plan: Plan,
        path: Path,
        sampling: Sampling,
    ) -> None:
        # what scales and where it starts, of a path that encodes the one channel as all others do
        self.is_shared = shares_encoding(plan)
        self.is_scaled_behind = scales_envelope_behind(plan)
        self.sampling = sampling
        self.program = program
        self.factors = factors
        self.plan = plan
        self.path = path
        self.window = path.encoding.window

    def lines(self) -> list[str]:
        """The body of the path."""
        if self.program.is_measured:
            series = self._series()
            begin, measure = write_measuring(self.program, self.plan, series)
            held = Held("real", at_points=True, place=series, target=series)
            return [*begin, *self._for_channels([*measure, *self._steps(self.path.steps, held)])]
        encoding = self.path.encoding
        field = self.program.reserve("field", self._floats("real"))
        series = write_encoding(
            self.program,
            encoding,
            self.plan.n_timepoints,
            self.sampling,
            is_kept=self.is_shared,
            envelope_is_scaled_behind=self.is_scaled_behind,
        )
        steps = self.path.steps
        if self.is_scaled_behind:
            steps = (behind_envelope(steps[0], encoding), *steps[1:])
        kind = "full" if encoding.envelope else "real"
        self.program.reserve("field", self._floats(kind))
        begin, lay = self._aligned(encoding, series, field)
        held = Held(kind, at_points=True, place=field, target=field)
        body = self._for_channels([*lay, *self._steps(steps, held)])
        ends = [
            line
            for detection in self.path.detections
            for line in write_competition(self.program, self.path, detection)
        ]
        return [*begin, *body, *ends]

    def _for_channels(self, body: list[str]) -> list[str]:
        if len(self.path.channels) == 1:
            return body
        loop = f"for (int channel = 0; channel < {len(self.path.channels)}; channel++) {{"
        return [loop, *(f"    {line}" for line in body), "}"]

    def _series(self) -> str:
        """Where the channel at hand begins."""
        n, channels = self.plan.n_timepoints, self.path.channels
        if len(channels) > 1:
            return f"x + channel * {n}"
        return f"x + {channels[0] * n}" if channels[0] else "x"

    def _zero(self, encoding: Encoding, channels: Sequence[int]) -> str:
        """What is taken off the channel at hand, of those that a loop goes through."""
        if not encoding.zero:
            return ""
        zeros = floats([encoding.zero[channel] for channel in channels])
        return zeros[0] if len(zeros) == 1 else f"((const float[]){{{', '.join(zeros)}}})[channel]"

    def _floats(self, kind: str) -> int:
        even = self.window + self.window % 2
        points = max(even, self.plan.n_timepoints)
        return max(points, 2 * self.window) if kind == "full" else points

    def _aligned(self, encoding: Encoding, series: str, field: str) -> tuple[list[str], list[str]]:
        """Calls before the channels, and those that lay one into its window."""
        width = 2 if encoding.envelope else 1
        n = self.plan.n_timepoints
        encode = series.format(x=self._series(), zero=self._zero(encoding, self.path.channels))
        points, window = encoding.points, encoding.window
        pad: list[str] = []
        if window > points:
            after = points + (window - points) // 2 if encoding.padding == "edge" else -1
            self.program.want("PAD")
            pad = [f"pad({field}, {width}, {points}, {after}, {window});"]
        if encoding.alignment == "energy-centroid":
            self.program.want("CENTROID", "WEIGHED", "ROTATION")
            weigh = f"weigh({field}, {width}, {points}, &energy, &moment);"
            start = f"const int start = aligned({points}, {window}, energy, moment);"
            shift = f"shift({field}, {width}, {window}, start);"
            zero = "float energy = 0, moment = 0;"
            n_fields = self.plan.n_channels - encoding.channel_differences
            if self.is_shared:
                start = start.removeprefix("const int ")
                once = [zero, weigh, start] if self.path is self.plan.paths[0] else []
                return [], [encode, *once, *pad, shift]
            if n_fields == 1:
                return [], [encode, zero, weigh, start, *pad, shift]
            # all channels of a case move together, so all are weighed before any is laid
            loop = f"for (int channel = 0; channel < {n_fields}; channel++) {{"
            every = self._zero(encoding, range(n_fields))
            each = series.format(x=f"x + channel * {n}", zero=every)
            return [zero, loop, f"    {each}", f"    {weigh}", "}", start], [encode, *pad, shift]
        first = window // 2 - points // 2 if encoding.alignment == "centre" else 0
        if first == 0:
            return [], [encode, *pad]
        self.program.want("ROTATION")
        return [], [encode, *pad, f"shift({field}, {width}, {window}, {first});"]

    def _steps(self, steps: Sequence[Step], held: Held) -> list[str]:
        lines: list[str] = []
        for step in steps:
            match step:
                case Transform():
                    held = self._transform(step, held, lines)
                case Multiply():
                    held = self._multiply(step, held, lines)
                case Kerr():
                    held = self._kerr(step, held, lines)
                case Detect():
                    lines += write_detection(
                        self.program,
                        self.path,
                        step,
                        held.place,
                        complex_field=held.kind == "full",
                    )
                case Split():
                    work = self.program.reserve("work", self._largest(step, held.kind))
                    lines += looped(
                        [self._steps(arm, replace(held, target=work)) for arm in step.arms]
                    )
        return lines

    def _largest(self, split: Split, kind: str) -> int:
        becomes_full = any(
            isinstance(step, Multiply) and step.becomes == "full"
            for arm in split.arms
            for step in arm
        )
        return self._floats("full" if kind == "full" or becomes_full else "real")

    def _copied(self, held: Held, lines: list[str]) -> Held:
        """The field in its target, for a step that works in place."""
        if held.place != held.target:
            size = 2 * self.window if held.kind == "full" else self.window
            lines.append(f"memcpy({held.target}, {held.place}, {size} * sizeof *{held.target});")
        return replace(held, place=held.target)

    def _transform(self, step: Transform, held: Held, lines: list[str]) -> Held:
        held = self._copied(held, lines)
        if step.real:
            transform = self.program.transform(self.window // 2)
            self.program.want("REAL", *(("INVERSE",) if step.inverse else ("TO_HALF", "FORWARD")))
            if not step.inverse:
                self.program.want("NEXT", "PREVIOUS")
            # the filter before it has put even and odd points together
            name = "to_points" if step.inverse else "to_half"
            kind = "real" if step.inverse else "half"
        else:
            transform = self.program.transform(self.window)
            name = "to_points" if step.inverse else "to_frequencies"
            self.program.want("INVERSE" if step.inverse else "FORWARD")
            kind = "full"
        lines.append(f"{name}({held.place}, {transform});")
        return replace(held, kind=kind, at_points=step.inverse)

    def _multiply(self, step: Multiply, held: Held, lines: list[str]) -> Held:
        program, window = self.program, self.window
        if held.at_points:
            held = self._expanded(held, lines) if step.becomes == "full" else held
            if step.factor.is_identity:
                return self._copied(held, lines)
            program.want("FULL")
            factor = self.factors.row(step.factor, window, gain=1.0, half=False)
            lines.append(f"multiply({held.target}, {held.place}, {window}, 0, {factor});")
            return replace(held, place=held.target)
        program.want("NEXT")
        if held.kind == "full":
            program.want("FULL", "IN_ORDER_OF", "MIDDLE")
            transform = program.transform(window)
            # the inverse transform does not divide by its points; the factor before it does
            factor = self.factors.row(step.factor, window, gain=1 / window, half=False)
            call = f"multiply({held.target}, {held.place}, {window}, {transform}, {factor});"
        elif step.becomes == "full":
            program.want("HALF_FULL", "MIDDLE", "PREVIOUS")
            lengths = f"{program.transform(window // 2)}, {program.transform(window)}"
            factor = self.factors.row(step.factor, window, gain=1 / window, half=False)
            call = f"filter_whole({held.target}, {held.place}, {lengths}, {factor});"
        else:
            program.want("HALF_SAME", "PREVIOUS")
            transform = program.transform(window // 2)
            factor = self.factors.row(step.factor, window, gain=2 / window, half=True)
            call = f"filter({held.target}, {held.place}, {transform}, {factor});"
        lines.append(call)
        kind = "full" if step.becomes == "full" else held.kind
        return replace(held, kind=kind, place=held.target)

    def _expanded(self, held: Held, lines: list[str]) -> Held:
        held = self._copied(held, lines)
        self.program.reserve(held.place.removeprefix("m->"), self._floats("full"))
        self.program.want("EXPAND")
        lines.append(f"expand({held.place}, {self.window});")
        return replace(held, kind="full")

    def _kerr(self, step: Kerr, held: Held, lines: list[str]) -> Held:
        held = self._copied(held, lines)
        self.program.want("KERR")
        turns = (step.slope / (2 * math.pi)).tolist()
        first = self.program.tables.shared("SLOPES", "float", *floats(turns))
        each = int(len(turns) > 1)
        lines.append(f"kerr({held.place}, {self.window}, &SLOPES[{plain(first)}], {each});")
        return held
