"""Presets that there were, and what took their place; models that were saved still load."""

RETIRED: dict[str, str] = {
    "auto": "It is retired: take 'compact', which is smaller and bears noise.",
    "homodyne-small": "It is retired: take 'compact' with detectors=288.",
    "homodyne-gated": "It is retired: take 'compact', or 'homodyne' for all of its detectors.",
}
"""A sentence for each."""
