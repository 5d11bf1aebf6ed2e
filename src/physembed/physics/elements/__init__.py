"""Linear elements without length, one per file: delay lines, interferometers, lenses, masks."""
