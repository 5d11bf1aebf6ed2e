"""``python -m physembed``: the command line."""

from physembed.cli import main

if __name__ == "__main__":
    main()
