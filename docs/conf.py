"""The site: Sphinx, from the pages of docs/, the docstrings, and the examples that it runs.

``make site`` builds it without a network.
"""

import ast
import re
from pathlib import Path

import physembed

HERE = Path(__file__).parent
PACKAGE = Path(physembed.__file__).parent

project = "physembed"
author = "The physembed developers"
version = release = physembed.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "logo": {"text": "physembed"},
    "navigation_with_keys": False,
    "show_nav_level": 1,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
# an offline site has no search engine but its own
html_use_opensearch = ""

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 4
# pages link to folders and files of the repository, which the site does not hold
suppress_warnings = ["myst.xref_missing", "myst.header", "misc.highlighting_failure"]

autosummary_generate = True
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r".*\.py",
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 0,
    "show_signature": False,
    # what is said is printed; "<matplotlib.legend.Legend object>" tells nobody anything
    "capture_repr": (),
    "remove_config_comments": True,
    "abort_on_example_error": True,
    "reset_modules": ("matplotlib",),
}

ROOMS = {
    "estimators": "Estimators",
    "data": "Data",
    "networks": "Networks: fibres, encoders, detectors",
    "physics": "Physics: grids, equations, potentials, elements",
    "propagation": "Propagation",
    "evolution": "A field on its way",
    "training": "Training",
    "explain": "Explanation",
    "errors": "Errors",
}


def _public_names() -> dict[str, list[str]]:
    """The package's public names by the room that they come from, as its stub has them."""
    names: dict[str, list[str]] = {}
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    for statement in stub.body:
        if isinstance(statement, ast.ImportFrom) and statement.module in ROOMS:
            names.setdefault(statement.module, []).extend(a.name for a in statement.names)
    return names


BY_THEMSELVES = {"optics": "Light in SI", "hardware": "A lab in the loop"}
"""Rooms whose names are listed as theirs: the Fibre of optics is not a network's."""


def _names_of_room(room: str) -> list[str]:
    stub = ast.parse((PACKAGE / room / "__init__.pyi").read_text(encoding="utf-8"))
    statements = [s for s in stub.body if isinstance(s, ast.ImportFrom)]
    return sorted((a.name for s in statements for a in s.names), key=str.lower)


def _write_reference() -> None:
    """``api.rst``: every public name, room by room."""
    lines = ["API reference", "=============", "", "Every public name, room by room.", ""]
    for room, title in ROOMS.items():
        names = sorted(_public_names().get(room, ()), key=str.lower)
        lines += [title, "-" * len(title), "", ".. currentmodule:: physembed", ""]
        lines += [".. autosummary::", "   :toctree: reference", "   :nosignatures:", ""]
        lines += [*(f"   {name}" for name in names), ""]
    for room, title in BY_THEMSELVES.items():
        lines += [title, "-" * len(title), "", f".. currentmodule:: physembed.{room}", ""]
        lines += [".. autosummary::", "   :toctree: reference", "   :nosignatures:", ""]
        lines += [*(f"   {name}" for name in _names_of_room(room)), ""]
    text = "\n".join(lines)
    place = HERE / "api.rst"
    if not place.exists() or place.read_text("utf-8") != text:
        place.write_text(text, "utf-8")


def _write_explorer() -> None:
    from physembed.explore import write_explorer

    write_explorer(HERE / "_static" / "explore.html")


LITERAL = re.compile(r"(``[^`]*``|`[^`]*`_?|:\w+:`[^`]*`)")


def _escape(*given) -> None:
    """|E|² is no substitution of reStructuredText, and ``classes_`` no link."""
    lines = given[-1]
    indent_of_code = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if indent_of_code is not None and line.strip() and indent <= indent_of_code:
            indent_of_code = None
        if line.lstrip().startswith(">>>") or indent_of_code is not None:
            continue
        parts = LITERAL.split(line)
        parts[::2] = [
            re.sub(r"(?<=\w)_(?!\w)", r"\\_", part.replace("|", r"\|").replace("*", r"\*"))
            for part in parts[::2]
        ]
        lines[number] = "".join(parts)
        if line.rstrip().endswith("::"):
            indent_of_code = indent


FACE = {
    *("fit", "predict", "predict_proba", "score", "forecast", "transform", "fit_transform"),
    *("get_params", "set_params"),
}
"""What everybody calls of an estimator, and its class inherits from aeon or scikit-learn."""


def _is_others(app, what, name, member, skip, options) -> bool | None:
    """Leave out what a class has of another library: PyTorch's modules have a hundred methods."""
    function = getattr(member, "fget", None) or getattr(member, "func", None) or member
    room = (getattr(function, "__module__", None) or "physembed").partition(".")[0]
    if room in {"aeon", "sklearn"} and name in FACE:
        return None
    return None if room == "physembed" else True


def setup(app) -> None:
    """Write what is generated, before anything is read."""
    app.connect("autodoc-skip-member", _is_others)
    _write_reference()
    _write_explorer()
    app.connect("autodoc-process-docstring", _escape, priority=400)
