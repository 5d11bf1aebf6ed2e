"""What the records of a grid say: means, tests, tables."""
