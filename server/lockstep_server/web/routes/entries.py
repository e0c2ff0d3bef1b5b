"""Reading without a socket: the inbox, and one entry with its history, messages and people."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from lockstep_protocol import limits
from lockstep_protocol.commands import Command, History, Messages
from lockstep_protocol.refusals import Refusal, invalid
from lockstep_server.runtime.actor import Actor
from lockstep_server.session.catching_up import Part, frame
from lockstep_server.web.edge import Edge, answer, answer_refusal, number, only

POSITION = "Lockstep-Position"
"""The header that says up to where an inbox was read, as ``since`` takes it."""

LINES = "application/x-ndjson"
"""JSON lines: what a whole history comes as, when it is asked for."""

PEOPLE = 500
"""Recipients in one answer at most."""


def entry_routes(edge: Edge) -> list[Route]:
    """``/v1/inbox`` and ``/v1/entries/ID`` with what belongs to it."""

    async def inbox(request: Request) -> Response:
        actor = await edge.actor(request)
        epoch = edge.runtime.position.epoch
        since = _since(request.query_params.get("since"), epoch, edge.runtime.position.n)
        found = await edge.runtime.inbox(actor.user, since)
        # The first part decides whether there is an answer; the rest is made as it is taken.
        array = _array(await anext(found.parts), found.parts, since)
        headers = {POSITION: f"{epoch}:{found.n}"}
        return StreamingResponse(array, media_type="application/json", headers=headers)

    async def entry(request: Request) -> Response:
        actor = await edge.actor(request)
        return answer(await edge.runtime.entry(actor, request.path_params["id"]))

    async def history(request: Request) -> Response:
        if LINES in request.headers.get("accept", ""):
            return await export(request)
        actor = await edge.actor(request)
        command = History(
            id=edge.new_id(),
            entry=request.path_params["id"],
            before=number(request, "before", 0),
            limit=_limit(request),
        )
        return await _result(edge, actor, command)

    async def export(request: Request) -> Response:
        actor = await edge.actor(request)
        id = request.path_params["id"]
        return _lines(await edge.runtime.export_history(actor, id), f"history-{quote(id)}.jsonl")

    async def messages(request: Request) -> Response:
        actor = await edge.actor(request)
        command = Messages(
            id=edge.new_id(),
            entry=request.path_params["id"],
            before=number(request, "before", 0),
            limit=_limit(request),
        )
        return await _result(edge, actor, command)

    async def people(request: Request) -> Response:
        actor = await edge.actor(request)
        after = request.query_params.get("after", "")
        limit = number(request, "limit", 1, PEOPLE) or PEOPLE
        found = await edge.runtime.people(actor, request.path_params["id"], after, limit)
        return answer({"people": found})

    return [
        Route("/v1/inbox", inbox, methods=["GET"]),
        Route("/v1/retired", partial(_retired, edge), methods=["GET"]),
        Route("/v1/entries/{id}", entry, methods=["GET"]),
        Route("/v1/entries/{id}/history", history, methods=["GET"]),
        Route("/v1/entries/{id}/history.jsonl", export, methods=["GET"]),
        Route("/v1/entries/{id}/messages", messages, methods=["GET"]),
        Route("/v1/entries/{id}/people", people, methods=["GET"]),
    ]


async def _retired(edge: Edge, request: Request) -> Response:
    actor = await edge.actor(request)
    only(request, "query", "before", "limit")
    query = request.query_params.get("query", "")
    if len(query) > limits.IDENTIFIER_CHARACTERS:
        raise invalid("/query", f"query has {limits.IDENTIFIER_CHARACTERS} characters at most.")
    before = request.query_params.get("before") or None
    return answer(await edge.runtime.retired(actor, query, before, _limit(request)))


def _since(text: str | None, epoch: str, reached: int) -> int | None:
    """``EPOCH:N``; of another epoch, or not reached yet: the whole inbox, as on a socket."""
    if not text:
        return None
    named, _, n = text.rpartition(":")
    if not named or not (n.isascii() and n.isdigit()) or len(n) > 16:
        raise invalid("/since", "since is EPOCH:N.")
    return int(n) if named == epoch and int(n) <= reached else None


def _limit(request: Request) -> int:
    return number(request, "limit", 1, limits.PAGE_ITEMS) or limits.PAGE_ITEMS_DEFAULT


async def _result(edge: Edge, actor: Actor, command: Command) -> Response:
    said: Any = await edge.runtime.execute(actor, command)
    if isinstance(said, Refusal):
        return answer_refusal(said)
    return answer(said.result)


async def _array(
    first: Part, parts: AsyncGenerator[Part, None], since: int | None
) -> AsyncIterator[bytes]:
    """The messages of all parts as one JSON array."""
    opening = b"["
    for message in frame(first, since):
        yield opening + msgspec.json.encode(message)
        opening = b","
    async with aclosing(parts):
        async for part in parts:
            for message in frame(part, since):
                yield b"," + msgspec.json.encode(message)
    yield b"]"


def _lines(lines: AsyncIterator[bytes], file: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return StreamingResponse(lines, media_type=LINES, headers=headers)
