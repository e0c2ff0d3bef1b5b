"""The JSON Schema of a workflow definition, for editors: every spelling that is read.

It says what may stand where; what only the whole graph can tell (missing steps, cycles, scopes
that do not parse) is said by the checker. Members the server only warns of are marked too,
since a misspelt word is what an editor is best at showing.
"""

from typing import Any, get_args

from . import limits
from .definition import ActionName, BehaviorName, NameStyle, Status

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHORT_BEHAVIORS = ("close", "open")
_MEMBERS = ("name", "nameStyle", "template", "description", "scope", "status", "paths")


def workflow_schema() -> dict[str, Any]:
    """The schema (2020-12). Refer to it from a definition by the member ``$schema``."""
    return {
        "$schema": DIALECT,
        "title": "Lockstep workflow",
        "description": "Steps by their key. `start` is where every entry begins.",
        "type": "object",
        "required": ["start"],
        "properties": {
            "$schema": {"type": "string"},
            "start": {"$ref": "#/$defs/node"},
        },
        "additionalProperties": {"$ref": "#/$defs/node"},
        "propertyNames": {"minLength": 1, "maxLength": limits.IDENTIFIER_CHARACTERS},
        "$defs": {
            "node": _node(),
            "step": _step(),
            "paths": _list_or_map("path", "Ways out: a list, or an object by target step."),
            "path": _path(),
            "behaviors": _list_or_map("behavior", "By handle in an object, or a list."),
            "behavior": _behavior(),
            "actions": _list_or_map("action", "Run in the order written (in an object: of keys)."),
            "action": _action(),
            "scope": _text(
                "Who gets it: `$sink` (the recipient), `$source` (who activated the step),"
                " `$all` (every recipient so far), or a user query.",
                examples=["$sink", "$source", "$all", "given groups [field-team]"],
            ),
        },
    }


def _node() -> dict[str, Any]:
    merged = {name: {"$ref": f"#/$defs/step/properties/{name}"} for name in _MEMBERS}
    return {
        "description": "A step with its behaviors (client) and actions (server).",
        "type": "object",
        "properties": {
            "step": {
                "description": "How the step looks and where it leads; an array is its paths.",
                "anyOf": [{"$ref": "#/$defs/step"}, {"type": "array", "$ref": "#/$defs/paths"}],
            },
            "behaviors": {"$ref": "#/$defs/behaviors"},
            "actions": {"$ref": "#/$defs/actions"},
            **merged,
        },
        "additionalProperties": False,
    }


def _step() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "name": _text("The label in the list, set at each step. A server template."),
            "nameStyle": _choice("The label's colour.", get_args(NameStyle)),
            "template": _text("The entry's title, set once. A server template; only in `start`."),
            "description": _text("The subtitle, set at each step. A server template."),
            "scope": {"$ref": "#/$defs/scope"},
            "status": _choice("A retired item leaves the inbox.", get_args(Status)),
            "paths": {"$ref": "#/$defs/paths"},
        },
        "additionalProperties": False,
    }


def _path() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "label": _text("What the user chooses by; unique within the step.", minLength=1),
            "step": _text("The key of the step it leads to.", minLength=1),
            "behavior": _text("The handle of a behavior of this node."),
            "icon": _text("The name of an icon."),
        },
        "additionalProperties": False,
    }


def _behavior() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["behavior"],
        "properties": {
            "handle": _text("The name that paths use.", minLength=1),
            "behavior": _choice(
                "What the choosing client does.", (*get_args(BehaviorName), *_SHORT_BEHAVIORS)
            ),
            "target": {"$ref": "#/$defs/scope"},
            "fields": {"description": "The behavior's parameter, or several by name."},
            "data": {"description": "JSON that the behavior works with."},
            "templates": {
                "description": "Paths to the parts of the behavior that are client templates.",
                "type": "array",
                "items": {"type": "string"},
            },
        },
        "additionalProperties": False,
    }


def _action() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["action"],
        "properties": {
            "action": _choice("What the server does.", get_args(ActionName)),
            "scope": {"$ref": "#/$defs/scope"},
            "args": {"description": "The action's parameter, or several by name."},
        },
        "additionalProperties": False,
    }


def _list_or_map(item: str, description: str) -> dict[str, Any]:
    ref = {"$ref": f"#/$defs/{item}"}
    return {
        "description": description,
        "type": ["array", "object"],
        "items": ref,
        "additionalProperties": ref,
    }


def _text(description: str, **bounds: Any) -> dict[str, Any]:
    return {"description": description, "type": "string", **bounds}


def _choice(description: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"description": description, "enum": list(values)}
