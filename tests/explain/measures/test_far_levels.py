"""What an explanation looks at where levels lie far from zero."""

import numpy as np
import torch

import physembed as pe
from physembed.explain.measures.detected import Detected
from physembed.explain.subject import Subject


def test_an_explanation_looks_at_what_the_network_reads() -> None:
    generator, y = np.random.default_rng(0), np.arange(60) % 3
    X = 1e5 + generator.standard_normal((60, 1, 32)) + 20.0 * y[:, None, None]
    fitted = pe.PhysicalEmbeddingClassifier(detectors=8, random_state=0).fit(X, y)
    network = fitted.network_.double().eval()
    assert network.zero is not None
    x, labels = torch.from_numpy(X), torch.from_numpy(y)
    subject = Subject(network, x, labels, x, labels, ("0", "1", "2"))
    detected = Detected(subject, x)
    torch.testing.assert_close(detected.logits(), network(x).detach())
    assert (detected.chosen() == labels).all()
    reading = [k for k, fibre in enumerate(network.fibres) if fibre.takes_zero]
    assert reading
    assert float(subject.entering(reading[0], x).real.abs().max()) < 1e3
