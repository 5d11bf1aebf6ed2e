"""A plan as C99: single precision, no heap, no dependency but math.h.

Templates under ``templates/`` hold the functions, of which a program gets those that its plan
calls; this room writes the tables and the order of the calls.
"""
