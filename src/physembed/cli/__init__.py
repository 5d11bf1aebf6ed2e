"""The command line: one thin file per command, which reads arguments and prints results.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
