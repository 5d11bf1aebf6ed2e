"""Data of one's own: a file or a folder, as people have them, becomes a data set.

What a user says of it is a description; the rest is found out by rule and told, and doubt is an
error that names the option which settles it.
"""
