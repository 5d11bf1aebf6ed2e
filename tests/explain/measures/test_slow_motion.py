"""The field taken slowly arrives where the medium takes it."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.explain.measures.slow_motion import slow_motion
from physembed.explain.measures.watching import watch_case, watch_classes
from physembed.explain.subject import Subject, thinned
from physembed.networks import Medium

GRID = pe.TimeGrid(64)
MEDIA = {
    "nlse": (pe.NonlinearSchrodinger(), {"alpha": 0.1, "beta2": 0.4, "gamma": (0.3, -0.2, 0.1)}),
    "gpe": (pe.GrossPitaevskii(), {"kinetic": 0.3, "g": 0.2, "strength": 0.5}),
    "ginzburg-landau": (pe.ComplexGinzburgLandau(), None),
}


@pytest.mark.parametrize("scheme", ["lie", "strang", "yoshida4"])
@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("name", list(MEDIA))
def test_whole_layers_agree_with_the_medium(name: str, scheme: str, steps: int) -> None:
    equation, values = MEDIA[name]
    if values is None:
        values = dict.fromkeys(equation.coefficients, 0.05)
    medium = Medium(
        equation, GRID, values, 3,
        scheme=scheme, steps_per_layer=steps, layer_length=[1.0, 0.4, 1.5],
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    field = torch.randn(2, 1, 64, dtype=torch.complex128, generator=generator)
    frames = list(slow_motion(medium, field, 5))
    assert frames[0][0] == 0.0
    places = np.array([z for z, _ in frames])
    assert np.all(np.diff(places) > 0)
    layers = medium.layers(field)
    for layer in range(3):
        frame = int(np.argmin(np.abs(places - (layer + 1))))
        assert places[frame] == pytest.approx(layer + 1, abs=1e-12)
        # sums of the same phases in another order
        torch.testing.assert_close(frames[frame][1], layers[layer], rtol=1e-9, atol=1e-11)


def test_instantaneous_frequency_and_phase_of_a_chirped_pulse() -> None:
    """arg E = 2π (f t + c t²) has the instantaneous frequency f + 2 c t."""
    subject = _subject()
    passage = watch_case(subject, 0, subject.x_test[0])
    t = passage.t
    field = torch.exp(-((t / 12) ** 2)) * torch.exp(2j * torch.pi * (0.05 * t + 1e-3 * t**2))
    chirped = type(passage)(passage.z[:1], t, passage.frequency, field[None, None])
    lit = chirped.intensity[0, 0] > 1e-3
    expected = 0.05 + 2e-3 * t
    # the pulse is band-limited to far below the grid's band, so its derivative is exact
    torch.testing.assert_close(
        chirped.instantaneous_frequency[0, 0][lit], expected[lit], rtol=0, atol=1e-6
    )
    phase = chirped.phase[0, 0][lit]
    middle = phase[len(phase) // 2] - 2 * torch.pi * (0.05 * t + 1e-3 * t**2)[lit][len(phase) // 2]
    expected_phase = 2 * torch.pi * (0.05 * t + 1e-3 * t**2)[lit] + middle
    torch.testing.assert_close(phase, expected_phase, rtol=0, atol=1e-9)


def test_class_means_are_means_over_the_cases_of_a_class() -> None:
    subject = _subject()
    seen = watch_classes(subject, 0)
    alone = [watch_case(subject, 0, x).intensity[-1] for x in subject.x_train]
    for k in range(2):
        of_class = torch.stack([i for i, y in zip(alone, subject.y_train, strict=True) if y == k])
        torch.testing.assert_close(seen.intensity[k, -1], of_class.mean(dim=0))
        torch.testing.assert_close(
            seen.intensity_deviation[k, -1], of_class.std(dim=0, correction=0), rtol=1e-6, atol=1e-7
        )
    in_time, _ = seen.difference(0, 1)
    back, _ = seen.difference(1, 0)
    torch.testing.assert_close(in_time, -back)


def test_thinning_keeps_the_classes_even() -> None:
    labels = torch.tensor([0] * 90 + [1] * 8 + [2] * 2)
    shown = thinned(labels, 12)
    assert torch.bincount(labels[shown]).tolist() == [5, 5, 2]
    assert shown.tolist() == sorted(shown.tolist())
    assert thinned(labels, 500).tolist() == list(range(100))


def _subject() -> Subject:
    rng = np.random.default_rng(3)
    X = rng.standard_normal((12, 1, 48))
    y = np.array([0, 1] * 6)
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.2), "gamma": pe.Trainable(0.1)},
        n_layers=2,
        detector=pe.BinnedIntensity(bins=8),
    )
    brief = pe.ProjectionSettings(rungs=((4, 1, 12),))
    classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre], training=brief, random_state=0)
    classifier.fit(X, y)
    return Subject.of(classifier, X, y, X, y)
