"""By what a preset that was changed since is known to be another model."""

import hashlib
import json

from physembed.networks.configuration import to_configuration
from physembed.presets.preset import Asked, Preset
from physembed.training.recipe import Sizes

OF_SEVERAL_CHANNELS = "several_channels_sha256"
"""Among the settings of an estimator, the digest for two channels beside that for one, where a
preset is not the same for both. It does not concern series of one channel."""


def digest(preset: Preset, sizes: Sizes) -> str:
    """SHA-256, in hexadecimal digits, of all compositions that a preset has for such series.

    Parameters
    ----------
    preset : Preset
        Where training cases do not choose among its compositions, the first alone counts.
    sizes : (int, int, int)
        Channels, timepoints and outputs.
    """
    compositions = preset.compositions(Asked(sizes))
    compositions = compositions if preset.choose is not None else compositions[:1]
    reference = [to_configuration(fibres, defaults=False) for fibres in compositions]
    return hashlib.sha256(json.dumps(reference, sort_keys=True).encode()).hexdigest()
