"""Training by gradient: physics and readout move together, through Lightning's Trainer.

Its settings are read without Lightning, which is loaded with ``train``.
"""
