"""Small trained networks to look into."""

from functools import cache

import numpy as np

import physembed as pe
from physembed.explain.subject import Subject

QUICK = pe.ProjectionSettings(rungs=((8, 0, 40), (2, 5, 40)))


@cache
def small_subject(kind: str = "nlse", n_channels: int = 1) -> Subject:
    """Two classes of noisy tones of different pitch, in one or two small fibres, or in a bank."""
    rng = np.random.default_rng(3)
    t = np.arange(48)
    y = np.array([0, 1] * 30)
    pitch = np.where(y == 0, 0.08, 0.12)[:, None, None]
    phase = rng.uniform(0, 2 * np.pi, (60, n_channels, 1))
    X = np.sin(2 * np.pi * pitch * t + phase) + 0.5 * rng.standard_normal((60, n_channels, 48))
    nlse = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {
            "alpha": pe.Trainable(0.05),
            "beta2": pe.Trainable(0.5, shared=True),
            "gamma": pe.Trainable(0.2),
        },
        n_layers=2,
        detector=pe.BinnedIntensity(bins=16, response="sqrt"),
    )
    lens = pe.Fibre(
        pe.GrossPitaevskii(),
        {"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0)},
        n_layers=2,
        detector=pe.BinnedIntensity(bins=16),
    )
    ideal = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.1, "gamma": 0.0},
        n_layers=1,
        encoder=pe.SeriesEncoder(alignment="left", padding="edge"),
        arms=((), (pe.Component(pe.MachZehnder(), {"delay": 1.0}),)),
        detector=pe.Counter(thresholds=3),
        gated=True,
    )
    idle = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.0, "gamma": 0.0},
        n_layers=1,
        detector=pe.BinnedIntensity(bins=16),
        after=(pe.Component(pe.PhaseShifter(), {"phase": 0.0}),),
    )
    fibres = {
        "nlse": [nlse], "gpe": [lens], "both": [nlse, lens], "ideal": [ideal], "idle": [idle],
        "homodyne": None, "few": None
    }[kind]  # fmt: skip
    preset = {"gpe": "lattice", "homodyne": "homodyne", "few": "compact"}.get(kind, "nlse")
    classifier = pe.PhysicalEmbeddingClassifier(
        preset=preset,
        fibres=fibres,
        training=QUICK if kind in ("nlse", "both") else None,
        detectors=6 if kind == "few" else None,
        random_state=0,
    )
    classifier.fit(X[:40], y[:40])
    return Subject.of(classifier, X[:40], y[:40], X[40:], y[40:], dataset="tones")
