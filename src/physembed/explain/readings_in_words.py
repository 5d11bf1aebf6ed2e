"""What a feature is of, in words that a reader of a picture understands."""

from physembed.explain.measures.readout import Feature
from physembed.explain.subject import Subject


def in_words(subject: Subject, feature: Feature) -> str:
    """What is read, of what, and where, as far as there is more than one place.

    Parameters
    ----------
    subject : Subject
    feature : Feature
    """
    reading = feature.reading
    quantity, _, _ = reading.quantity.partition(" (width")
    part = f", part {reading.place + 1} of {reading.places}" if reading.places > 1 else ""
    fibre = f"fibre {feature.fibre + 1}, " if len(subject.fibres) > 1 else ""
    has_arms = len(subject.network.fibres[feature.fibre].arms) > 1
    where = f"{fibre}{feature.place}" if has_arms else fibre.rstrip(", ")
    return f"{where + ': ' if where else ''}{quantity}, {reading.record}{part}"
