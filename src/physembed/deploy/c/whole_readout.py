"""The readout of a program in integers, and what stands around its body."""

from collections.abc import Mapping

from physembed.deploy.c.constants import whole_table
from physembed.deploy.c.header import Interface, Source, header_text, predict_text
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.template import fragment
from physembed.deploy.integers.readout import WholeReadout


def readout_text(readout: WholeReadout, columns: list[int]) -> str:
    """Weights of readings in the order in which they come, and what they go through."""
    small = readout.scales is not None
    kind = "int8_t" if small else "int16_t"
    weights = whole_table(f"{kind} WEIGHTS", readout.weights[:, columns].T.ravel().tolist())
    scales = ""
    if readout.scales is not None:
        scales = whole_table("int16_t SCALES", readout.scales[columns].tolist())
    return fragment("weigh", {"SMALL"} if small else (), {"TABLES": weights + scales})


def whole_source(
    plan: WholeReadout,
    interface: Interface,
    sampling: Sampling,
    constants: Mapping[str, int],
    *,
    body: str,
    calls: str,
    is_whole: bool = False,
) -> Source:
    """A program in integers of its body, the constants that stand before, and what reads a row."""
    bias = "\n".join(f"    row[{k}] = {value};" for k, value in enumerate(plan.bias.tolist()))
    predict = predict_text(interface, sampling, bias=bias, calls=calls, signed=plan.signed)
    enum = ", ".join(f"{constant} = {value}" for constant, value in constants.items())
    begin = (
        f'/* Written by physembed; do not edit. */\n#include "{interface.name}.h"\n\n'
        f"#include <stdint.h>\n#include <string.h>\n\nenum {{ {enum} }};\n"
    )
    return Source(
        name=interface.name,
        header=header_text(interface, sampling),
        body="\n".join([begin, body, predict]),
        memory_bytes=interface.memory_bytes,
        readout_bytes=plan.readout_bytes,
        stream_bytes=interface.stream_bytes,
        sampling=sampling,
        unit=interface.unit,
        is_whole=is_whole,
    )
