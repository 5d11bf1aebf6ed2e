"""What a GPU makes of cascades and of training: ``python -m studies.gpu``."""
