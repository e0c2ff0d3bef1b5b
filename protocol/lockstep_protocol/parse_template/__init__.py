"""ParseTemplate, the language of client templates: ``spec/templates.md`` defines it.

Pure, but for the tables of time zones that ``zoneinfo`` reads.
"""

from .apply import apply_templates, fill_text, part_names
from .parse import parse
from .render import render
from .tree import Template, TemplateError

__all__ = [
    "Template",
    "TemplateError",
    "apply_templates",
    "fill_text",
    "parse",
    "part_names",
    "render",
]
