"""ParseTemplate, the language of client templates: ``spec/templates.md`` defines it.

Pure, but for the tables of time zones that ``zoneinfo`` reads.
"""

from .apply import apply_templates, fill_text, named_texts, part_names
from .parse import parse
from .render import render
from .tree import Template, TemplateError

__all__ = [
    "Template",
    "TemplateError",
    "apply_templates",
    "fill_text",
    "named_texts",
    "parse",
    "part_names",
    "render",
]
