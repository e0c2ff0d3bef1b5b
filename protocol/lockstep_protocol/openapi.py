"""The OpenAPI document of the HTTP doors: what `doors` lists, with the types of the messages."""

from typing import Any, get_args

import msgspec

from .asyncapi import tidy
from .commands import Command
from .doors import DOORS, Door
from .entry import DispatchView, EntryView, GuestView, Standing
from .pages import HistoryEvent, HistoryPage, MessagesPage, RetiredPage
from .pushes import Reply, ServerMessage
from .refusals import Refusal

_SCHEMAS = "#/components/schemas/"

_LISTS = {"Command": Command, "View": EntryView | GuestView, "Message": ServerMessage}
"""What one word of `doors` stands for when it is not one type."""


def openapi() -> dict[str, Any]:
    """The document (OpenAPI 3.1), in an order that is the same each time."""
    types = [*get_args(Command), *get_args(ServerMessage), EntryView, GuestView]
    _, schemas = msgspec.json.schema_components(
        [
            *types,
            DispatchView,
            Standing,
            HistoryEvent,
            HistoryPage,
            MessagesPage,
            RetiredPage,
            Refusal,
            Reply,
        ],
        ref_template=_SCHEMAS + "{name}",
    )
    for name, union in _LISTS.items():
        of = [{"$ref": f"{_SCHEMAS}{each.__name__}"} for each in get_args(union)]
        schemas[name] = {"oneOf": of}
    paths: dict[str, dict[str, Any]] = {}
    for door in DOORS:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lockstep",
            "version": "1",
            "description": "The HTTP doors of a server; what no schema says is in protocol.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": tidy(dict(sorted(schemas.items()))),
            "responses": {
                "Refusal": {
                    "description": "Why nothing was done: `class` says what to do.",
                    "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}Refusal"}}},
                }
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JSON Web Token, or an API key (`lsk_…`).",
                }
            },
        },
    }


def _operation(door: Door) -> dict[str, Any]:
    made: dict[str, Any] = {
        "summary": door.does,
        "tags": [door.path.split("/")[2] if door.path.startswith("/v1/") else "server"],
    }
    if door.who == "everybody":
        made["security"] = []
    elif door.who != "all":
        made["description"] = f"For {door.who}."
    parameters = [_parameter("path", name) for name in _names(door.path)]
    parameters += [_parameter("query", each) for each in door.query.split()]
    if parameters:
        made["parameters"] = parameters
    if door.body:
        made["requestBody"] = {
            "required": True,
            "content": {door.takes: {"schema": shape(door.body)}},
        }
    answer: dict[str, Any] = {"description": "Done." if door.answer == "" else "The answer."}
    if door.answer:
        answer["content"] = {door.gives: {"schema": shape(door.answer)}}
    made["responses"] = {str(status): answer for status in door.status} | {
        "default": {"$ref": "#/components/responses/Refusal"}
    }
    return made


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _parameter(where: str, word: str) -> dict[str, Any]:
    name, _, kind = word.partition(":")
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "schema": shape(kind or "string"),
    }


def shape(text: str) -> dict[str, Any]:
    """The schema that a short text stands for.

    `string`, `integer`, `number`, `boolean`, `object`, `any`, `binary`; a type of the protocol by
    its name; `[…]` a list of it; `{name other? third:integer}` an object, whose members are texts
    unless said, and may be absent with `?`, null with `|null`.
    """
    if text.startswith("["):
        return {"type": "array", "items": shape(text[1:-1])}
    if text.startswith("{"):
        members = dict(_member(word) for word in _words(text[1:-1]))
        needed = [name for name, (_, needs) in members.items() if needs]
        made: dict[str, Any] = {
            "type": "object",
            "properties": {name: of for name, (of, _) in members.items()},
        }
        return made | ({"required": needed} if needed else {})
    match text:
        case "any":
            return {}
        case "binary":
            return {"type": "string", "format": "binary"}
        case "string" | "integer" | "number" | "boolean" | "object":
            return {"type": text}
        case _:
            return {"$ref": f"{_SCHEMAS}{text}"}


def _member(word: str) -> tuple[str, tuple[dict[str, Any], bool]]:
    name, _, kind = word.partition(":")
    or_null = kind.endswith("|null")
    of = shape(kind.removesuffix("|null") or "string")
    if or_null:
        of = {"anyOf": [of, {"type": "null"}]}
    return name.removesuffix("?"), (of, not name.endswith("?"))


def _words(text: str) -> list[str]:
    """The members of an object's text; blanks inside of brackets part nothing."""
    words, depth = [""], 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        if letter == " " and depth == 0:
            words.append("")
        else:
            words[-1] += letter
    return [word for word in words if word]
