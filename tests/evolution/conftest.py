"""Settings of the tests of evolutions."""

import torch

# a test runner has a worker per core, and threads that share a core wait for each other at the end
# of every pass: on small fields that takes a hundred times as long as the pass
torch.set_num_threads(1)
