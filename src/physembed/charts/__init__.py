"""Charts described once and drawn twice: by matplotlib for papers, by Plotly for the report.

Knows nothing of fields, media or networks.
"""

from physembed.charts.chart import Chart
from physembed.charts.panels import (
    PALETTE,
    Animation,
    Bars,
    Line,
    Lines,
    Map,
    Panel,
    Points,
)

__all__ = [
    "PALETTE",
    "Animation",
    "Bars",
    "Chart",
    "Line",
    "Lines",
    "Map",
    "Panel",
    "Points",
]
