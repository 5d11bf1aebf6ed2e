"""The readout of a program in integers."""

from physembed.deploy.c.tables import whole_table
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
