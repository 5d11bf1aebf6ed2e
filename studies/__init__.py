"""What the documents' figures are made by: run as ``python -m studies.NAME``, not installed."""
