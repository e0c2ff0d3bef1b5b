"""Windows: one connected client of a user each, of the Python or the JavaScript kind."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any, Protocol

import msgspec

from lockstep_client import Answered, Client, CommandRefused, ConnectionEnded, Declined
from lockstep_protocol.commands import Command

from .house import SECRET, House, token
from .tales import DOUBLED, Opened

Message = dict[str, Any]
MODULES = Path(__file__).parents[2] / "clients" / "node_modules" / "ws"
SOURCE = Path(__file__).with_name("windows.mjs")
EVENTS = 100_000


def node_is_here() -> bool:
    """Whether the JavaScript client can take part: node, and what `make web` installs."""
    return shutil.which("node") is not None and MODULES.exists()


class Doing(msgspec.Struct, frozen=True):
    """What a window is to do; ``pick`` and ``other`` in [0, 1) choose the entry and the path."""

    what: str
    pick: float
    other: float
    text: str
    data: dict[str, Any]
    options: dict[str, Any]


class Record:
    """What a window said to the server and heard from it: command ids and answers."""

    def __init__(self) -> None:
        self.said: dict[str, Message] = {}
        self.heard: list[Message] = []
        self.outcomes: list[str] = []


class Window(Protocol):
    """One window of a user."""

    user: str
    record: Record

    async def act(self, doing: Doing) -> str: ...

    async def shown(self) -> dict[str, Any]: ...

    async def retry(self) -> None: ...

    async def close(self) -> None: ...


class _Listening(Client):
    """A client that remembers its commands, and gives some of them again over HTTP."""

    record: Record
    again: Callable[[Message], None]

    async def command(self, command: Command) -> dict[str, Any]:
        message = msgspec.to_builtins(command)
        self.record.said[command.id] = message
        self.again(message)
        return await super().command(command)


class PythonWindow:
    """The Python client, in this process."""

    def __init__(self, house: House, opened: Opened, group: str, port: int, chance: Random) -> None:
        self.user = opened.user
        self.record = Record()
        self._house = house
        self._group = group
        self._chance = chance
        self._lasts = opened.lasts
        self._again: set[asyncio.Task[None]] = set()
        url = f"http://127.0.0.1:{port}"
        binary = opened.client == "msgpack"
        self.client = _Listening(
            url, self._token, binary=binary, random=lambda: chance.random() / 5
        )
        self.client.record = self.record
        self.client.again = self._maybe_again
        self._changes = self.client.changes(EVENTS)

    async def open(self) -> None:
        """Connect; a network that fails meanwhile is not the end of it."""
        while True:
            try:
                await self.client.__aenter__()
                return
            except OSError:
                await asyncio.sleep(0.02)
                self._reopen()

    def _reopen(self) -> None:
        old = self.client
        self.client = _Listening(old._url, self._token, binary=old._binary, random=old._random)
        self.client.record, self.client.again = self.record, self._maybe_again
        self._changes = self.client.changes(EVENTS)

    def _token(self) -> str:
        lasts, self._lasts = self._lasts, 3600.0
        return token(self.user, self._group, seconds=lasts)

    def _maybe_again(self, message: Message) -> None:
        if self._chance.random() < DOUBLED:
            task = asyncio.create_task(self._give_again(message))
            self._again.add(task)

    async def _give_again(self, message: Message) -> None:
        bearer = token(self.user, self._group)
        _, answer = await self._house.ask("POST", "/v1/commands", bearer, message)
        self.record.heard.append(answer)

    async def act(self, doing: Doing) -> str:
        """Do it and wait for the outcome: ``done``, a refusal's code, or ``nothing to do``."""
        try:
            outcome = await _act(self.client, doing)
        except CommandRefused as refused:
            outcome = refused.code
        self.record.outcomes.append(outcome)
        return outcome

    async def shown(self) -> dict[str, Any]:
        """What it shows, and what it waits for."""
        mirror = self.client.mirror
        while self._changes._events:
            event = await anext(self._changes)
            match event:
                case Answered(id=id, result=result, n=n):
                    self.record.heard.append({"type": "reply", "id": id, "result": result, "n": n})
                case Declined(refusal=refusal):
                    self.record.heard.append(refusal)
        if self._again:
            await asyncio.gather(*self._again)
            self._again.clear()
        return {
            "entries": mirror.entries,
            "rooms": mirror.rooms,
            "conversations": {
                f"room:{id}" if id in mirror.rooms else id: {
                    "shown": list(kept.values()),
                    "from": mirror.conversations.known_from(id),
                }
                for id, kept in mirror.conversations.messages.items()
            },
            "pending": self.client.pending,
            "state": "online" if self.client.connected else f"offline, {self.client._ended!r}",
            "differences": mirror.differences,
        }

    async def retry(self) -> None:
        """The network is back."""
        self.client.retry()

    async def close(self) -> None:
        """Close it for good."""
        await self.client.close()


async def _act(client: Client, doing: Doing) -> str:
    options, entry = doing.options, None
    entries = sorted(id for id, view in client.entries.items() if not view.get("guest"))
    if entries:
        entry = entries[int(doing.pick * len(entries))]
    todo: Awaitable[Any] | None = None
    match doing.what:
        case "start":
            todo = client.start(doing.text, data=doing.data)
        case "dispatch":
            todo = client.dispatch(doing.text, doing.data, service_id=options.get("serviceId"))
        case what if what.endswith(" in room") and client.mirror.rooms:
            todo = _in_room(client, doing, client.mirror.rooms[min(client.mirror.rooms)])
        case "edit" | "delete" if entry:
            todo = _change(client, doing, entry, None, client.entries[entry])
        case "ask" if entry:
            todo = client.ask(entry, doing.text)
        case "choose" if entry and (paths := client.entries[entry]["paths"]):
            label = paths[int(doing.other * len(paths))]["label"]
            todo = client.choose(entry, label, data=doing.data)
        case "lock" if entry:
            todo = client.lock(entry, options["ttl"], wait=options.get("wait", False))
        case "status" if entry:
            todo = client.status(entry, options["status"])
        case "say" if entry:
            todo = client.say(entry, doing.text)
        case "read" if entry:
            todo = client.mark_read(entry, client.entries[entry]["chat"]["count"])
        case what if entry and what in SIMPLE:
            todo = SIMPLE[what](client, entry)
    if todo is None:
        return "nothing to do"
    await todo
    return "done"


def _in_room(client: Client, doing: Doing, room: Message) -> Awaitable[Any] | None:
    if doing.what == "say in room":
        return client.say(None, doing.text, room=room["id"])
    return _change(client, doing, None, room["id"], room)


async def _change(
    client: Client, doing: Doing, entry: str | None, room: str | None, view: Message
) -> None:
    """Change a message of one's own, of those that are shown, or one that is said for that."""
    known = client.mirror.conversations.messages.get(entry or room or "")
    shown = [known[m] for m in sorted(known)] if known else [view["chat"].get("last") or {}]
    me = (client.mirror.user or {}).get("id")
    own = [
        each["m"]
        for each in shown
        if each.get("from") == me and not each.get("deleted") and "kind" not in each
    ]
    if own:
        m = own[int(doing.other * len(own))]
    else:
        m = await client.say(entry, f"{doing.text}, at first", room=room)
    if doing.what.startswith("edit"):
        await client.edit(entry, m, doing.text, room=room)
    else:
        await client.delete(entry, m, room=room)


SIMPLE: dict[str, Callable[[Client, str], Awaitable[Any]]] = {
    "unlock": Client.unlock,
    "get": Client.get,
    "messages": Client.messages,
    "history": Client.history,
    "seen": Client.mark_seen,
    "typing": Client.typing,
    "watch": Client.watch,
}


class Node:
    """A node process with windows of the JavaScript client."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._records: dict[str, Record] = {}
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            "node", str(SOURCE), SECRET,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 26,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Let it end."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._reading is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    def enter(self, w: str, record: Record) -> None:
        """What the window ``w`` says and hears goes into ``record``."""
        self._records[w] = record

    async def ask(self, **request: Any) -> Any:
        """One request's answer. Raises ``CommandRefused``, ``ConnectionEnded``."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._asked += 1
        k = self._asked
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[k] = answer
        self._process.stdin.write(json.dumps({"k": k, **request}).encode() + b"\n")
        return await answer

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            match told:
                case {"k": k, "ok": ok}:
                    self._settle(k, ok, None)
                case {"k": k, "no": {"code": str() as code, "message": message}}:
                    self._settle(k, None, CommandRefused({"code": code, "message": message}))
                case {"k": k, "no": {"message": message}}:
                    self._settle(k, None, ConnectionEnded(message))
                case {"w": w, "said": message}:
                    self._records[w].said[message["id"]] = message
                case {"w": w, "heard": message}:
                    self._records[w].heard.append(message)
                case {"broken": text}:
                    self.broken.append(text)
        for answer in self._answers.values():
            answer.cancel()

    def _settle(self, k: int, ok: Any, no: Exception | None) -> None:
        answer = self._answers.pop(k)
        if answer.cancelled():
            return
        if no is None:
            answer.set_result(ok)
        else:
            answer.set_exception(no)


class NodeWindow:
    """The JavaScript client, in the node process."""

    def __init__(self, node: Node, w: str, opened: Opened) -> None:
        self.user = opened.user
        self.record = Record()
        self._node = node
        self._w = w
        self._opened = opened
        node.enter(w, self.record)

    async def open(self, house: House, group: str, port: int, seed: int) -> None:
        """Connect."""
        await self._node.ask(
            w=self._w,
            do="open",
            url=f"http://127.0.0.1:{port}",
            door=house.url,
            user=self.user,
            group=group,
            lasts=self._opened.lasts,
            seed=seed,
            doubled=DOUBLED,
        )

    async def act(self, doing: Doing) -> str:
        """Do it and wait for the outcome."""
        try:
            await self._node.ask(w=self._w, do="act", **msgspec.to_builtins(doing))
            outcome = "done"
        except CommandRefused as refused:
            outcome = refused.code
        self.record.outcomes.append(outcome)
        return outcome

    async def shown(self) -> dict[str, Any]:
        """What it shows, and what it waits for."""
        shown: dict[str, Any] = await self._node.ask(w=self._w, do="shown")
        return shown

    async def retry(self) -> None:
        """The network is back."""
        await self._node.ask(w=self._w, do="retry")

    async def close(self) -> None:
        """Close it for good."""
        await self._node.ask(w=self._w, do="close")
