"""Readouts of features that are fixed: ridge and logistic regression, their left-out errors, and
the networks that these choose."""
