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


def write_encoding(
    program: Program, encoding: Encoding, n_timepoints: int, sampling: Sampling
) -> str:
    """The definition of what encodes a channel; the call, with {x} and {zero} for its own."""
    name = f"encode_{len(program.encodings)}"
    if encoding in program.encodings:
        return program.encodings[encoding][0]
    n = n_timepoints
    lines = _read(n, sampling, encoding.channel_differences)
    arguments, call = f"const {sampling.c_type} *x, float *y", f"{name}({{x}}, m->field"
    if encoding.zero:
        lines += [f"for (int i = 0; i < {n}; i++)", "    y[i] -= zero;"]
        arguments, call = f"{arguments}, float zero", f"{call}, {{zero}}"
    scaled = encoding.normalisation != "none"
    if scaled:
        zscore = encoding.normalisation == "z-score"
        program.want("SCALE", "SCALE_FIELD", "ZSCORE" if zscore else "PEAK")
        lines.append(f"normalise(y, {n});")
    for _ in range(encoding.derivatives):
        if n > 1:
            program.want("DERIVATIVE")
            lines.append(f"differentiate(y, {n});")
        else:
            lines.append("y[0] = 0;")
        if scaled:
            lines.append(f"normalise(y, {n});")
    if (encoding.modulation, encoding.carrier) != (1.0, 0.0):
        (m, c) = floats([encoding.modulation, encoding.carrier])
        lines += [f"for (int i = 0; i < {n}; i++)", f"    y[i] = {c} + {m} * y[i];"]
    if encoding.envelope:
        half = program.transform(encoding.points)
        program.want("REAL", "NEXT", "FORWARD", "INVERSE")
        if n % 2 == 0:
            program.want("ENVELOPE_EVEN", "TO_HALF", "PREVIOUS")
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
