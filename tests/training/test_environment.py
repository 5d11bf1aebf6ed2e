"""A result names what it was computed with."""

import json

import numpy as np
import torch

import physembed
from physembed.training.environment import PACKAGES, environment_record


def test_versions_are_those_in_use() -> None:
    record = environment_record()
    assert list(record["versions"]) == list(PACKAGES)
    # an installer may leave out which build it is
    assert record["versions"]["torch"].partition("+")[0] == torch.__version__.partition("+")[0]
    assert record["versions"]["numpy"] == np.__version__
    assert record["versions"]["physembed"] == physembed.__version__


def test_the_record_is_ready_for_json_and_names_the_machine() -> None:
    record = environment_record()
    assert json.loads(json.dumps(record)) == record
    assert record["threads"] == torch.get_num_threads()
    assert record["processor"]
    assert record["cpu_count"] >= 1
