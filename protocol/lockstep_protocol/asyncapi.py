"""The AsyncAPI document of the socket, made from the message types and from nothing else."""

from typing import Any, get_args

import msgspec

from .closes import CLOSES
from .codec import SUBPROTOCOLS
from .commands import ClientMessage, Command
from .entry import EntryView, GuestView
from .pages import HistoryPage, MessagesPage
from .pushes import ServerMessage
from .refusals import KINDS

_SCHEMAS = "#/components/schemas/"


def asyncapi() -> dict[str, Any]:
    """The document (AsyncAPI 3.0), in an order that is the same each time."""
    said, told = get_args(ClientMessage), get_args(ServerMessage)
    _, schemas = msgspec.json.schema_components(
        [*said, *told, EntryView, GuestView, HistoryPage, MessagesPage],
        ref_template=_SCHEMAS + "{name}",
    )
    messages = {each.__name__: _message(each) for each in (*said, *told)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Lockstep",
            "version": "1",
            "description": (
                "The real-time door of a Lockstep server. A frame holds one message, or several in"
                " an array. The rules that no schema can say are in protocol.md."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/v1/ws",
                "description": f"Subprotocols: {', '.join(SUBPROTOCOLS)}.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "say": _operation("receive", "What a client may send.", said),
            "tell": _operation("send", "What the server may send.", told),
        },
        "components": {"messages": messages, "schemas": tidy(dict(sorted(schemas.items())))},
        "x-refusals": {
            code: {"class": kind.class_, "status": kind.status, "text": kind.text}
            for code, kind in KINDS.items()
        },
        "x-closes": {
            str(code): {"reason": close.reason, "next": close.next}
            for code, close in CLOSES.items()
        },
    }


def _operation(action: str, summary: str, types: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/socket"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/socket/messages/{each.__name__}"} for each in types],
    }


def _message(message: type[msgspec.Struct]) -> dict[str, Any]:
    name = message.__name__
    made: dict[str, Any] = {
        "name": str(message.__struct_config__.tag),
        "title": name,
        "payload": {"$ref": f"{_SCHEMAS}{name}"},
    }
    if message in get_args(Command):
        made["correlationId"] = {"location": "$message.payload#/id"}
    return made


def tidy(schema: Any) -> Any:
    """Without the marks that docstrings need and without defaults of null: absent is absent."""
    match schema:
        case dict():
            return {
                key: (
                    " ".join(value.replace("``", "`").split())
                    if key == "description" and isinstance(value, str)
                    else tidy(value)
                )
                for key, value in schema.items()
                if not (key == "default" and value is None)
            }
        case list():
            return [tidy(each) for each in schema]
        case _:
            return schema
