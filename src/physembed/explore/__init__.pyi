from .explorer import write_explorer as write_explorer
