"""A trained network on the page says what it says in Python."""

import json

import numpy as np
import pytest
import torch
from page_modules import in_node

import physembed as pe
from physembed.explain.subject import Subject
from physembed.explore.description import describe
from physembed.presets import PRESETS

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5
"""Of the largest score or feature; both sides compute in double precision, from series that the
page has with eight digits."""

BRIEF = PRESETS["tiny"].training.limited(2)

READ = """({ readFibre, scoresOf }, run) => run.cases.map(({ series }) => {
    const features = new Array(run.means.length).fill(null);
    run.fibres.forEach((fibre) => readFibre(fibre, series, features));
    return { features, scores: scoresOf(run.readout, features) };
})"""


def _subject(n_channels: int = 1, n_classes: int = 2, **options) -> Subject:
    """Noisy tones, a pitch for each class, and a model that was fitted to them."""
    rng = np.random.default_rng(3)
    t = np.arange(48)
    y = np.arange(60) % n_classes
    pitch = (0.08 + 0.03 * y)[:, None, None]
    phase = rng.uniform(0, 2 * np.pi, (60, n_channels, 1))
    X = np.sin(2 * np.pi * pitch * t + phase) + 0.3 * rng.standard_normal((60, n_channels, 48))
    classifier = pe.PhysicalEmbeddingClassifier(random_state=0, **options).fit(X[:40], y[:40])
    return Subject.of(classifier, X[:40], y[:40], X[40:], y[40:], dataset="tones")


def _everything() -> pe.Fibre:
    """A fibre with a nonlinear medium, elements everywhere, a tap and several detectors."""
    return pe.Fibre(
        pe.GrossPitaevskii(pe.OpticalLattice(12.0) + pe.HarmonicTrap()),
        {"kinetic": (0.3, 0.7), "g": 0.2, "lattice_strength": (1.0, 0.0), "trap_strength": 0.1},
        n_layers=2,
        layer_length=[0.7, 1.6],
        scheme="strang",
        encoder=pe.SeriesEncoder(alignment="left", padding="edge"),
        before=(pe.Component(pe.Prism(), {"tilt": 0.05}),),
        after=(pe.Component(pe.DelayLine(), {"delay": 1.5}),),
        arms=((), (pe.Component(pe.MachZehnder(), {"delay": 1.0}),)),
        taps=(pe.Tap(1, pe.BinnedIntensity(bins=8, response="log")),),
        detector=pe.SideBySide((pe.Counter(thresholds=2), pe.MeanPower(), pe.PeakHold())),
        gated=True,
    )


def _masked() -> pe.Fibre:
    """An element of which the page has the table."""
    mask = pe.TimeAmplitudeMask(4)
    names = mask.coefficients
    values = dict(zip(names, np.linspace(0.2, 0.9, len(names)), strict=True))
    return pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.2, "gamma": 0.1},
        n_layers=2,
        before=(pe.Component(mask, values),),
        detector=pe.CellStatistics(cells=4, bins=4),
    )


def _between() -> pe.Fibre:
    """What lies between neighbouring channels."""
    encoder = pe.SeriesEncoder(alignment="left", channel_differences=True)
    return pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.2, "gamma": 0.0},
        n_layers=1,
        encoder=encoder,
        detector=pe.Counter(thresholds=2),
        gated=True,
    )


SUBJECTS = {
    "tiny": {"preset": "tiny", "training": BRIEF},
    "homodyne": {"preset": "homodyne"},
    "lattice": {"preset": "lattice", "n_classes": 3},
    "auditory": {"preset": "auditory", "n_classes": 3},
    "two channels": {"preset": "tiny", "training": BRIEF, "n_channels": 2, "n_classes": 3},
    "differences": {"fibres": [_between()], "training": "designed", "n_channels": 3},
    "everything": {"fibres": [_everything()], "training": "designed"},
    "masked": {"fibres": [_masked()], "training": "designed"},
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_features_and_scores_are_those_of_the_network(name):
    subject = _subject(**SUBJECTS[name])
    run = json.loads(json.dumps(describe(subject)))
    x = torch.tensor([case["series"] for case in run["cases"]], dtype=torch.float64)
    with torch.no_grad():
        features = subject.network.features(x).numpy()
        scores = subject.network(x).numpy()
    answers = in_node("network", READ, run)
    read = np.array([answer["features"] for answer in answers], dtype=float)
    np.testing.assert_allclose(read, features, rtol=0, atol=TOLERANCE * abs(features).max())
    said = np.array([answer["scores"] for answer in answers])
    np.testing.assert_allclose(said, scores, rtol=0, atol=TOLERANCE * abs(scores).max())
    assert len(run["features"]) == features.shape[1]


def test_a_moved_coefficient_does_on_the_page_what_it_does_in_python():
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"alpha": 0.1, "beta2": pe.Trainable(0.3), "gamma": 0.2},
        n_layers=3,
        detector=pe.BinnedIntensity(bins=12),
    )
    subject = _subject(fibres=[fibre], training="designed")
    run = json.loads(json.dumps(describe(subject)))
    before = in_node("network", READ, run)
    run["fibres"][0]["medium"]["coefficients"]["beta2"]["values"][1] = -0.45
    with torch.no_grad():
        subject.network.media[0].trainable["beta2"][1] = -0.45
        x = torch.tensor([case["series"] for case in run["cases"]], dtype=torch.float64)
        scores = subject.network(x).numpy()
    after = in_node("network", READ, run)
    said = np.array([answer["scores"] for answer in after])
    np.testing.assert_allclose(said, scores, rtol=0, atol=TOLERANCE * abs(scores).max())
    moved = np.abs(said - np.array([answer["scores"] for answer in before])).max()
    assert moved > 1e3 * TOLERANCE * abs(scores).max()


def test_what_decides_adds_up_to_the_margin_over_a_mean_case():
    readout = {"weights": [[1.0, 2.0], [0.5, -1.0], [0.0, 0.0]], "bias": [0.1, 0.2, 0.3]}
    given = {"readout": {**readout, "signed": False}, "means": [1.0, 1.0], "features": [3.0, 0.0]}
    pushes = in_node("network", "(m, g) => m.deciding(g.readout, g.means, g.features, 0, 1)", given)
    assert pushes == [{"feature": 1, "push": -3.0}, {"feature": 0, "push": 1.0}]


def test_a_medium_that_the_page_cannot_compute_is_named():
    fibre = pe.Fibre(
        pe.GrossPitaevskii(pe.FreeFormPotential(4, 96.0)),
        {"kinetic": 0.5, "g": 0.0, **dict.fromkeys(("v1", "v2", "v3", "v4"), 0.1)},
        n_layers=1,
    )
    subject = _subject(fibres=[fibre], training="designed")
    with pytest.raises(pe.InvalidInputError, match=r"FreeFormPotential.*physembed explain"):
        describe(subject)
