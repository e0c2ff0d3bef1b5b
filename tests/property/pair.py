"""One entry twice: in the engine's world and in the model. After each command they must agree."""

from typing import Any

import msgspec

from lockstep_protocol.entry import rfc3339
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.engine.chat import may_read
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.facts import Incident
from lockstep_server.engine.scopes.directory import Directory
from lockstep_server.engine.state import ChatMessage, DispatchCard
from tests.engine.world import World
from tests.property.model import Model
from tests.property.screens import LEFT_OUT, screens, wire
from tests.property.steps import No

SHOWN, USER, AUTHOR = "Shown", "User", "Author"
CARD = {"displayName": SHOWN, "userName": USER, "authorName": AUTHOR, "data": {}}
"""What the dispatch of every story has, besides what differs."""


class Differs(AssertionError):
    """Engine and model do not agree, and in what."""


class Pair:
    """The same entry on both sides."""

    def __init__(self, definition: CompiledDefinition, directory: Directory, model: Model) -> None:
        self.world = World(definition, directory)
        self.model = model
        self.messages: list[ChatMessage] = []
        self.incidents = 0

    def start(self, user: str, sink: str | None, how: dict[str, Any]) -> str:
        """Start it; the outcome is the refusal's code or ``done``."""
        card, data, now = how["dispatch"], how["data"], self.world.now
        model_card = None if card is None else {**card, **CARD, "createdAt": wire(now)}
        return self._both(
            user,
            lambda: self.world.start(user, data, sink=sink, dispatch=_card(card, now)),
            lambda: self.model.do(
                now, "start", user=user, sink=sink, data=data, dispatch=model_card
            ),
        )

    def do(self, what: str, how: dict[str, Any]) -> str:
        """Carry out a command on both sides; the outcome is as with ``start``."""
        world, now = self.world, self.world.now
        user = how.get("user", "")
        if what == "rest":
            world.now += how["seconds"]
            return "done"
        if what == "time":
            seconds = how["seconds"]
            return self._both(
                user, lambda: world.expire(seconds), lambda: self.model.do(now + seconds, "time")
            )
        acts = {
            "choose": lambda: world.choose(
                user, **{name: how[name] for name in how if name != "user"}
            ),
            "lock": lambda: world.lock(user, how["ttl"], wait=how["wait"]),
            "ask": lambda: world.ask(user),
            "unlock": lambda: world.unlock(user, how["fence"], how["reason"]),
            "say": lambda: world.say(user, how["body"]),
            "status": lambda: world.put(user, how["status"]),
        }
        return self._both(user, acts[what], lambda: self.model.do(now, what, **how))

    def _both(self, user: str, engine: Any, model: Any) -> str:
        n = self.world.n
        got, result = _outcome(engine)
        expected, wanted = _outcome(model)
        if got != expected:
            raise Differs(f"the engine says {got} {result}, the model {expected} {wanted}")
        if self.world.n > n:
            self._follow()
        if isinstance(result, Refusal):
            self._same_refusal(user, result, wanted)
        else:
            self._same_result(user, result or {}, wanted)
        if self.world.n:
            self._same_state()
            self._same_screens()
        return got

    def _follow(self) -> None:
        """Keep what the last change added to."""
        assert self.world.last is not None
        self.incidents += sum(isinstance(fact, Incident) for fact in self.world.last.facts)
        for message in self.world.last.messages:
            self.messages.append(message)
            told = {
                user
                for user, heard in self.world.heard
                if heard["type"] == "chat" and heard["m"] == message.m
            }
            people = {*self.model.users, *self.model.guests}
            _same(
                f"who is told message {message.m}",
                told,
                {user for user in people if message.m in self.model.may_read(user)},
            )

    def _same_refusal(self, user: str, refusal: Refusal, wanted: dict[str, Any]) -> None:
        details = {
            name: wire(value) if name in ("at", "until") else value
            for name, value in wanted.items()
            if value is not None
        }
        given = {name: (refusal.details or {}).get(name) for name in details}
        _same(f"details of {refusal.code}", given, details)
        if refusal.entry is not None and user in self.world.screens:
            present = msgspec.json.decode(msgspec.json.encode(refusal.entry))
            _same("the view in the refusal", present, self.world.screens[user])

    def _same_result(self, user: str, result: dict[str, Any], wanted: dict[str, Any]) -> None:
        expected = {
            name: wire(value) if name == "until" else value
            for name, value in wanted.items()
            if value is not None
        }
        _same("result", {name: result[name] for name in result if name != "version"}, expected)
        if "version" in result and user in self.world.screens:
            _same("version", result["version"], self.world.screens[user]["version"])

    def _same_state(self) -> None:
        entry, model = self.world.entry, self.model
        head = entry.head
        stands = {user: entry.places[no] for user, no in entry.where.items()}
        items = {
            user: (place.step, place.visit, place.status, place.name)
            for user, place in stands.items()
        }
        _same(
            "items",
            items,
            {
                user: (item["step"], item["visit"], item["status"], item["name"])
                for user, item in model.users.items()
            },
        )
        lock = head.lock if head.lock and not _over(head.lock.until, self.world.now) else None
        _same(
            "lock",
            lock and (set(lock.by), lock.since, lock.until, lock.fence, list(lock.asked)),
            self._lock() and tuple(self._lock().values()),
        )
        _same("waiting", [(each.user, each.ttl) for each in head.waiting], model.waiting)
        _same("fence", head.fence, model.fence)
        _same("data", head.data, model.data)
        guests = {user: entry.guests[user].from_m for user in entry.guests if user not in stands}
        _same("guests", guests, model.guests)
        _same(
            "conversation",
            [(each.m, each.author, each.body) for each in self.messages],
            [(each["m"], each["from"], each["body"]) for each in model.chat],
        )
        for user in {*model.users, *model.guests}:
            first = guests.get(user, 1)
            read = [each.m for each in self.messages if each.m >= first and may_read(each, user)]
            _same(f"messages that {user} may read", read, model.may_read(user))
        effects = [(each.kind, each.body["users"]) for each in self.world.effects]
        _same("effects", effects, model.effects)
        _same("incidents", self.incidents, model.incidents)

    def _lock(self) -> dict[str, Any]:
        lock = self.model.lock
        return {} if lock is None or _over(lock["until"], self.world.now) else lock

    def _same_screens(self) -> None:
        """What pushes have made of each user's screen is what the model would show.

        That it is also what a fresh read gives, the world has checked.
        """
        shown = {}
        for user, view in self.world.screens.items():
            kept = {name: value for name, value in view.items() if name not in LEFT_OUT}
            kept["recipients"] = {**view["recipients"], "ids": sorted(view["recipients"]["ids"])}
            if _over_on_the_wire(kept.get("locked"), self.world.now):
                del kept["locked"]
            shown[user] = kept
        expected = screens(self.model)
        for view in expected.values():
            if _over_on_the_wire(view.get("locked"), self.world.now):
                del view["locked"]
        _same("users who are shown something", set(shown), set(expected))
        for user, view in expected.items():
            for name in {*view, *shown[user]}:
                _same(f"{name} as {user} is shown it", shown[user].get(name), view.get(name))


def _same(what: str, got: Any, wanted: Any) -> None:
    if got != wanted and (got or wanted or got is not None):
        raise Differs(f"{what}: the engine has {got!r}, the model {wanted!r}")


def _outcome(act: Any) -> tuple[str, Any]:
    try:
        return "done", act()
    except Refused as error:
        return error.refusal.code, error.refusal
    except No as no:
        return no.code, no.details


def _over(until: float | None, now: float) -> bool:
    return until is not None and until <= now


def _over_on_the_wire(locked: dict[str, Any] | None, now: float) -> bool:
    return locked is not None and locked.get("until", "~") <= rfc3339(now)


def _card(card: dict[str, Any] | None, now: float) -> DispatchCard | None:
    if card is None:
        return None
    return DispatchCard(
        id=card["id"],
        tracker=card["tracker"],
        author=card["author"],
        user=card["user"],
        display_name=SHOWN,
        user_name=USER,
        author_name=AUTHOR,
        data={},
        created_at=now,
    )
