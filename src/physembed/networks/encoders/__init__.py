"""From a real series to the complex field that enters the medium."""

from physembed.networks.encoders.series_encoder import SeriesEncoder

__all__ = ["SeriesEncoder"]
