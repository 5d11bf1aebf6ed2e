"""What a step of training costs, measured against the floor: its own Fourier transforms.

``python -m studies.speed`` measures, writes a record, and draws; the page docs/performance.md is
written from the committed record.
"""
