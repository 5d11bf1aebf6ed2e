"""Transforms of integers in C: what programs of spectra and of intensities share."""

from physembed.deploy.c.constants import whole_table
from physembed.deploy.c.template import fragment
from physembed.deploy.integers.transform import FIFTH, THIRD, room_of
from physembed.deploy.integers.turns import LONG, Arithmetic, small_turn_of, turn_of
from physembed.deploy.transforms import RADICES, stages


def constants_of(points: int) -> dict[str, int]:
    """What transforms of so many complex points name."""
    return {"HALF": points, "ONE": 2**30, "MOST_RADIX": max(_divisors(points))}


def blocks_text(points: int, *, wide: bool, products: bool = False) -> str:
    """Stages, sines, turns and places.

    Parameters
    ----------
    points : int
    wide : bool
        Whether there are transforms of 32 bits.
    products : bool, default=False
        Whether products of 15 bits are wanted by anything but a transform.
    """
    divisors = _divisors(points)
    wanted = _radix_parts(divisors)
    if divisors & {3, 5}:
        wanted |= {"TIMES", "CONSTANTS"} if wide else {"TIMES"}
    if wide:
        wanted.add("WIDE")
    rows = [_stage(length, radix, wanted) for length, radix in stages(points)]
    half_turn = f"static const small_turn SMALL_HALF_TURN = {_small(2 * points)};\n"
    if wide:
        half_turn += f"static const int32_t HALF_TURN[2] = {_turn(2 * points)};\n"
    return fragment(
        "blocks",
        wanted | ({"TIMES"} if products else set()),
        {"STAGES": whole_table("stage STAGES", rows) + half_turn},
    )


def divide_text(points: int, arithmetic: Arithmetic) -> str:
    """Stages of a transform, and what makes half a spectrum of that of even and odd points."""
    divisors = _divisors(points)
    name, kind = ("wide", "int32_t") if arithmetic is LONG else ("narrow", "int16_t")
    constants = {f"FIFTH{k}": value for k, value in enumerate(FIFTH)} | {"THIRD": THIRD}
    signed = {"FIFTH1", "FIFTH2", "FIFTH3", "THIRD"}
    values = {
        key: f"({(arithmetic.sign if key in signed else 1) * arithmetic.constant(value)})"
        for key, value in constants.items()
    }
    is_wide = arithmetic is LONG
    wanted = _radix_parts(divisors) | ({"WIDE"} if is_wide else set())
    return fragment(
        "divide",
        wanted,
        values
        | {
            "NAME": name,
            "TYPE": kind,
            "CALLS": "\n".join(_calls(divisors, name)),
            "RETURNS": "void" if is_wide else "int32_t",
            "TIMES": f"times_{arithmetic.bits}",
            "TURN": f"turn_{arithmetic.bits}",
            "ON": "turn_30" if is_wide else "turn_on",
            "STEP": "s->turn" if is_wide else "&s->small",
            "ROOT": "s->root" if is_wide else "&s->small_root",
            "HALF_STEP": "HALF_TURN" if is_wide else "&SMALL_HALF_TURN",
            "SHORT": "" if is_wide else "to_15",
            "SIGN": "-" if is_wide else "",
            "MINUS": "" if is_wide else "-",
        },
    )


def _divisors(points: int) -> set[int]:
    return {radix for _, radix in stages(points)}


def _radix_parts(divisors: set[int]) -> set[str]:
    return {f"RADIX{r}" if r in RADICES else "RADIXES" for r in divisors}


def _calls(divisors: set[int], name: str) -> list[str]:
    """What divides a part, by the radix of the stage."""
    calls = [
        (f"s->radix == {r}", f"by_{r}_{name}(z + 2 * j, 2 * s->step)")
        for r in sorted(divisors & set(RADICES))
    ]
    if divisors - set(RADICES):
        calls.append(("1", f"by_any_{name}(z + 2 * j, 2 * s->step, s)"))
    lines = []
    for condition, call in calls[:-1]:
        lines += [f"if ({condition})", f"    all |= {call};", "else"]
    lines.append("    " * bool(lines) + f"all |= {calls[-1][1]};")
    return [12 * " " + line for line in lines]


def _stage(length: int, radix: int, wanted: set[str]) -> str:
    members = []
    for turned in (length, radix) if "RADIXES" in wanted else (length,):
        members += [_turn(turned)] * ("WIDE" in wanted)
        # a part of as many points as the radix, of two or three even, is not turned
        members.append(_small(max(turned, 4)))
    numbers = [length, length // radix, radix, room_of(radix)]
    return f"{{{', '.join([*members, *map(str, numbers)])}}}"


def _turn(length: int) -> str:
    return f"{{{', '.join(map(str, turn_of(length)))}}}"


def _small(length: int) -> str:
    return f"{{{', '.join(map(str, small_turn_of(length)))}}}"
