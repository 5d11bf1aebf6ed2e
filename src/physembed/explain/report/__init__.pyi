from .page import page as page
from .section import Section as Section
from .section import Table as Table
from .writing import write_report as write_report
