"""What the paper states: accuracies in %, means over ten seeds (arXiv 2407.14504)."""

PUBLISHED: dict[str, dict[str, float]] = {
    "Starlight": {"linear": 84.6, "cnn": 92.0, "lstm-attention": 86.7, "paper": 92.1},
    "Ford Engine": {
        "linear": 49.1,
        "cnn": 89.5,
        "lstm-attention": 90.9,
        "paper": 86.2,
        "paper-without-dispersion": 51.7,
        "paper-without-nonlinearity": 79.5,
        "gpe-without-dispersion": 52.1,
        "gpe-without-nonlinearity": 85.0,
        "gpe": 86.0,
    },
    "Spoken Digits": {
        "linear": 15.6,
        "cnn": 61.9,
        "lstm-attention": 54.4,
        "paper": 70.1,
        "paper-without-dispersion": 19.9,
        "paper-without-nonlinearity": 60.3,
    },
}
"""By the paper's name of a data set and our name of a model; its network is one, ours of the same
equation are several, and its figure stands beside each of them."""

_SAME = {"nlse": "paper", "nlse-projection": "paper", "paper-projection": "paper"}


def published(role: str, model: str) -> float | None:
    """The paper's figure for a model, or for the one that it is our version of."""
    figures = PUBLISHED.get(role, {})
    for ours, theirs in _SAME.items():
        if model == ours or model.startswith(f"{ours}-without-"):
            model = theirs + model.removeprefix(ours)
    return figures.get(model)
