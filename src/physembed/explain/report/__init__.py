"""The report: one HTML file that needs nothing else, and the same pictures as files.

Lays out sections that others filled; knows nothing of what is in them.
"""

from physembed.explain.report.page import page
from physembed.explain.report.section import Section, Table
from physembed.explain.report.writing import write_report

__all__ = ["Section", "Table", "page", "write_report"]
