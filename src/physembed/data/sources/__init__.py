"""Readers of the places that series come from, one per file.

Each turns files into a `Dataset`, or says which file, line or case is damaged.
"""
