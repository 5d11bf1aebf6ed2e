"""Files of series, one format per file, and the registry of them by their endings.

A reader knows cases, and nothing of data sets or where they come from.
"""
