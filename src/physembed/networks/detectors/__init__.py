"""From the field that leaves the medium to real features; one detector per file."""
