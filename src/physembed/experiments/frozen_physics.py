"""How much of the paper's network is its training: the same layers frozen, read in closed form.

``python -m physembed.experiments.frozen_physics DATA_DIR OUT`` writes ``OUT/frozen.json``.
"""

import sys
from pathlib import Path
from typing import Any

from physembed._files import write_json_atomically
from physembed.data import load_dataset

FROZEN_DISPERSION = {"SpokenDigits": 0.16, "FordASubset": 0.64}
"""beta2 per layer in natural units: the start that the `nlse` preset's search finds there."""


def frozen_records(data_dir: Path) -> list[dict[str, Any]]:
    """Test accuracy of six layers of fixed dispersion, no loss, no nonlinearity; ridge readout."""
    from physembed.estimators import PhysicalEmbeddingClassifier
    from physembed.networks import BinnedIntensity, Fibre, SeriesEncoder
    from physembed.physics import NonlinearSchrodinger
    from physembed.training.environment import environment_record

    records = []
    for name, beta2 in FROZEN_DISPERSION.items():
        data = load_dataset(name, data_dir)
        fibre = Fibre(
            NonlinearSchrodinger(),
            {"beta2": beta2, "gamma": 0.0},
            n_layers=6,
            encoder=SeriesEncoder(guard_band=3.0),
            detector=BinnedIntensity(len(data.X_train[0][0]), response="sqrt"),
        )
        # "lattice" lends its closed-form readout, not its fibres
        classifier = PhysicalEmbeddingClassifier("lattice", fibres=[fibre], random_state=0)
        classifier.fit(data.X_train, data.y_train)
        records.append(
            {
                "dataset": name,
                "beta2": beta2,
                "accuracy": float((classifier.predict(data.X_test) == data.y_test).mean()),
                "readout_parameters": classifier.parameter_counts_["readout"],
                "dataset_digest": data.digest,
                "composition": classifier.composition(),
                "environment": environment_record(),
            }
        )
    return records


if __name__ == "__main__":
    write_json_atomically(Path(sys.argv[2]) / "frozen.json", frozen_records(Path(sys.argv[1])))
