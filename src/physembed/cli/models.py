"""`physembed models`: the models by name."""


def models() -> None:
    """List the models that can be trained and compared, and the references of comparisons."""
    from physembed.cli._console import say_table
    from physembed.estimators.catalogue import KNOWN

    rows = [(entry.name, entry.origin, entry.summary) for entry in KNOWN.values()]
    say_table("Models", ("Name", "Origin", "What it is"), rows, n_text_columns=3)
