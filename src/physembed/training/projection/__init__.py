"""Training by projection: physics is searched for while the readout is solved exactly.

Knows networks only as modules with trainable parameters and features; not what they mean.
"""
