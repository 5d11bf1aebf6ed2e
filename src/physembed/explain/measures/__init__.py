"""What is measured on a trained medium, as numbers; nothing here draws.

Each measure looks at a :class:`~physembed.explain.subject.Subject` and changes nothing of it.
"""
