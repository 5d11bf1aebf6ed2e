"""A trained network leaves Python: one plan, and its readers in numpy, C and ONNX.

A fitted estimator is lowered to a :class:`~physembed.deploy.plan.Plan`, plain data in real
arithmetic. The interpreter carries it out and is tested against the network; C and ONNX are
written from it and tested against the interpreter.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
