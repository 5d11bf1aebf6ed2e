"""The command line: one thin file per command, which reads arguments and prints results.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from physembed.cli._app import main

__all__ = ["main"]
