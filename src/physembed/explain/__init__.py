"""What a medium does, shown: pictures in physical units, and tables of what there is.

Reads equations, evolutions and trained models, and changes none of them.
"""
