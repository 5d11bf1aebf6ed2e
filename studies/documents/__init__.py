"""What is written into README.md and docs/: by ``python -m studies.documents``."""
