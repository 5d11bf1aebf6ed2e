"""How a channel of samples becomes a field, as a function of C for each encoding."""

from physembed.deploy.c.program import Program, floats
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.plan import Encoding


def _read(n: int, sampling: Sampling, differences: bool) -> list[str]:
    """A channel of samples, or what it lacks to the next one, as floats."""
    if differences:
        return [f"for (int i = 0; i < {n}; i++)", f"    y[i] = (float)x[i + {n}] - (float)x[i];"]
    if sampling.number == "float32":
        return [f"memcpy(y, x, {n} * sizeof *y);"]
    return [f"for (int i = 0; i < {n}; i++)", "    y[i] = x[i];"]


def _scaled(program: Program, encoding: Encoding, n: int, source: str, is_kept: bool) -> list[str]:
    """A series that is brought to one size, again after each of its derivatives."""
    if encoding.normalisation == "none":
        again: list[str] = []
        lines: list[str] = []
    elif encoding.normalisation == "z-score":
        program.want("SCALE", "SCALE_FIELD", "ZSCORE")
        # no initialiser of the structure, for which a compiler calls memset
        reset = [] if is_kept else ["own.is_known = 0;"]
        given = "kept" if is_kept else "&own"
        again = [*reset, f"normalise(y, y, {n}, {given});"]
        declared = [] if is_kept else ["scaling own;"]
        lines = [*declared, *reset, f"normalise(y, {source}, {n}, {given});"]
    else:
        program.want("SCALE", "SCALE_FIELD", "PEAK")
        again = [f"normalise(y, y, {n});"]
        lines = [f"normalise(y, {source}, {n});"]
    for _ in range(encoding.derivatives):
        if n > 1:
            program.want("DERIVATIVE")
        lines += [f"differentiate(y, {n});" if n > 1 else "y[0] = 0;", *again]
    return lines


def write_encoding(
    program: Program,
    encoding: Encoding,
    n_timepoints: int,
    sampling: Sampling,
    *,
    is_kept: bool = False,
    envelope_is_scaled_behind: bool = False,
) -> str:
    """The definition of what encodes a channel; the call, with {x} and {zero} for its own.

    ``is_kept``: what brings it to mean zero and deviation one is kept for the next path;
    ``envelope_is_scaled_behind``: the first factor does that.
    """
    name = f"encode_{len(program.encodings)}"
    if encoding in program.encodings:
        return program.encodings[encoding][0]
    n = n_timepoints
    # normalising can read floats where they are
    is_read = encoding.channel_differences or encoding.zero or sampling.number != "float32"
    source = "y" if is_read or encoding.normalisation == "none" else "x"
    lines = _read(n, sampling, encoding.channel_differences) if source == "y" else []
    arguments, call = f"const {sampling.c_type} *x, float *y", f"{name}({{x}}, m->field"
    if encoding.zero:
        lines += [f"for (int i = 0; i < {n}; i++)", "    y[i] -= zero;"]
        arguments, call = f"{arguments}, float zero", f"{call}, {{zero}}"
    if is_kept:
        arguments, call = f"{arguments}, scaling *kept", f"{call}, &kept"
    lines += _scaled(program, encoding, n, source, is_kept)
    if (encoding.modulation, encoding.carrier) != (1.0, 0.0):
        (m, c) = floats([encoding.modulation, encoding.carrier])
        lines += [f"for (int i = 0; i < {n}; i++)", f"    y[i] = {c} + {m} * y[i];"]
    if encoding.envelope:
        half = program.transform(encoding.points)
        program.want("REAL", "NEXT", "FORWARD", "INVERSE")
        if n % 2 == 0:
            program.want("ENVELOPE_EVEN", "TO_HALF", "PREVIOUS")
            program.want(*([] if envelope_is_scaled_behind else ["ENVELOPE_SCALED"]))
            if encoding.points % 2:
                program.want("ENVELOPE_HALF_ODD")
            lines.append(f"envelope(y, {half});")
        else:
            wide = program.reserve("wide", 2 * n)
            program.want("ENVELOPE_ODD")
            lines.append(f"envelope(y, wide, {program.transform(n)}, {half});")
            arguments, call = f"{arguments}, float *wide", f"{call}, {wide}"
    call += ");"
    text = "".join(f"    {line}\n" for line in lines)
    program.encodings[encoding] = (call, f"static void {name}({arguments})\n{{\n{text}}}\n")
    return call
