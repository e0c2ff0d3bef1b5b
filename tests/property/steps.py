"""What activating a step does to an entry, said as plainly as possible: delivery and actions.

Nothing of the server is imported here. Each user has a record of their own, nothing is shared
and nothing is clever.
"""

from typing import Any

from lockstep_protocol.refusals import RefusalCode
from tests.property.words import TemplateFails, User, asked, rendered

TRIGGERED_AT_MOST = 10

Document = dict[str, Any]
"""A definition in canonical form, as JSON."""
Action = dict[str, Any]
Triggered = list[str]
"""The steps that are to follow."""


class No(Exception):
    """The command is refused."""

    def __init__(self, code: RefusalCode, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Steps:
    """One entry, all its users, and what a step that becomes active does to them."""

    def __init__(self, definition: Document, users: list[User]) -> None:
        self.definition = definition
        self.directory = users
        self.now = 0.0
        self.title: str | None = None
        self.starter = ""
        self.sink: str | None = None
        self.created = 0.0
        self.data: dict[str, Any] = {}
        self.dispatch: dict[str, Any] | None = None
        self.users: dict[str, dict[str, Any]] = {}
        self.lock: dict[str, Any] | None = None
        # Who gets the lock next, in order, and for how many seconds.
        self.waiting: list[tuple[str, float]] = []
        self.fence = 0
        self.chat: list[dict[str, Any]] = []
        self.guests: dict[str, int] = {}
        # For whom; None is `$all`: every recipient at the moment when the effect is carried out.
        self.effects: list[tuple[str, list[str] | None]] = []
        self.incidents = 0

    def live(self) -> set[str]:
        """Who has an active item."""
        return {user for user, item in self.users.items() if item["status"] == "active"}

    def may_read(self, user: str) -> list[int]:
        """The numbers of the messages that a user of the conversation may read."""
        first = 1 if user in self.users else self.guests[user]
        return [
            each["m"]
            for each in self.chat
            if each["m"] >= first and (each["only"] is None or user in each["only"])
        ]

    def _meant(self, scope: str | None, source: str) -> set[str]:
        match scope.strip() if scope else "$sink":
            case "$sink":
                return {self.sink} if self.sink else set()
            case "$source":
                return {source}
            case "$all":
                return set(self.users)
            case query:
                return asked(query, self.directory, source)

    def _activate(self, chosen: str, source: str) -> None:
        waiting = [chosen]
        done = 0
        while waiting:
            key = waiting.pop(0)
            if done > TRIGGERED_AT_MOST:
                raise No("trigger_cycle")
            scope = self.definition[key]["step"].get("scope")
            users = self._meant(scope, source)
            if users:
                self._deliver(key, users, source)
                for index, action in enumerate(self.definition[key].get("actions", [])):
                    act = getattr(self, f"_act_{action['action']}")
                    waiting += act(action, source, key, f"/{key}/actions/{index}") or []
            elif done == 0:
                raise No("empty_scope", scope=scope)
            else:
                self.incidents += 1
            done += 1

    def _deliver(self, key: str, users: set[str], source: str) -> None:
        step = self.definition[key]["step"]
        if self.title is None:
            self.title = ""
            named = self.dispatch["displayName"] if self.dispatch else self.data.get("summaryTitle")
            given = step.get("template") or (step["name"] if not named else None)
            self.title = self._text(given, source) if given else named
        name = self._text(step["name"], source)
        described = step.get("description")
        described = described if described is None else self._text(described, source)
        for user in users:
            visit = self.users[user]["visit"] if user in self.users else 0
            self.guests.pop(user, None)
            self.users[user] = {
                "step": key,
                "visit": visit + 1,
                "status": step.get("status", "active"),
                "name": name,
                "nameStyle": step.get("nameStyle"),
                "description": described,
                "source": source,
                "moved": {"by": source, "at": self.now, "step": key},
            }

    def _act_status(self, action: Action, source: str, key: str, _: str) -> None:
        status = _argument(action, "status")
        for user in self._meant(action.get("scope"), source) & self.users.keys():
            item = self.users[user]
            if item["status"] != status:
                item["status"] = status
                item["moved"] = {"by": source, "at": self.now, "step": key}

    def _act_task(self, action: Action, source: str, key: str, pointer: str) -> None:
        if self.dispatch is None:
            raise No("action_failed", pointer=pointer)
        self.dispatch["taskState"] = _argument(action, "state")

    def _act_lock(self, action: Action, source: str, key: str, pointer: str) -> None:
        by = {source} if _open(action) else self._meant(action["scope"], source)
        if not by:
            raise No("action_failed", pointer=f"{pointer}/scope")
        ttl = _argument(action, "ttl")
        until = None if ttl is None else self.now + ttl
        if self.lock and self.lock["by"] == by:
            self.lock["until"] = until
        else:
            self._take(by, until)

    def _act_unlock(self, action: Action, source: str, key: str, _: str) -> None:
        if _open(action):
            self.lock = None
        elif self.lock:
            self.lock["by"] |= self._meant(action["scope"], source)
            self._wait_no_more(self.lock["by"])

    def _act_chat(self, action: Action, source: str, key: str, _: str) -> None:
        only = None if _open(action) else self._meant(action["scope"], source)
        if only is None or only:
            body = self._text(_argument(action, "body"), source)
            kind = action["args"].get("kind") if isinstance(action["args"], dict) else None
            self._post(source, body, only if only is None else only | {source}, kind)

    def _act_notify(self, action: Action, source: str, key: str, _: str) -> None:
        users = self._meant(action.get("scope"), source)
        self._effect("notify", action, users)
        for name in ("title", "body") if users else ():
            self._text(_argument(action, name) or "", source)

    def _act_script(self, action: Action, source: str, key: str, _: str) -> None:
        alone = "scope" not in action
        self._effect("script", action, {source} if alone else self._meant(action["scope"], source))

    def _act_trigger(self, action: Action, source: str, key: str, _: str) -> Triggered:
        if isinstance(action["args"], dict) and "rule" in action["args"]:
            users = self._meant(action.get("scope"), source)
            self._effect("start", action, users or ({source} if "scope" not in action else set()))
            return []
        return [_argument(action, "step")]

    def _effect(self, kind: str, action: Action, users: set[str]) -> None:
        if users:
            everybody = action.get("scope") == "$all"
            self.effects.append((kind, None if everybody else sorted(users)))

    def _take(self, by: set[str], until: float | None) -> None:
        self.fence += 1
        self.lock = {
            "by": set(by),
            "since": self.now,
            "until": until,
            "fence": self.fence,
            "asked": [],
        }
        self._wait_no_more(by)

    def _wait_no_more(self, users: set[str]) -> None:
        self.waiting = [(user, ttl) for user, ttl in self.waiting if user not in users]

    def _invite(self, users: set[str]) -> None:
        """Who is no recipient joins as a guest, and sees the messages from the next one on."""
        for user in users:
            if user not in self.users and user not in self.guests:
                self.guests[user] = len(self.chat) + 1

    def _post(self, author: str, body: str, only: set[str] | None, kind: str | None = None) -> None:
        self._invite((only or set()) | {author})
        message = {"m": len(self.chat) + 1, "from": author, "at": self.now, "body": body}
        self.chat.append({**message, "schema": "text.json", "kind": kind, "only": only})

    def _text(self, text: str, source: str) -> str:
        names: dict[str, Any] = {
            **self.data,
            "data": self.data,
            "source": {"id": source},
            "sink": {"id": self.sink},
            "entry": {"title": self.title},
            "dispatch": self.dispatch,
        }
        try:
            return rendered(text, names)
        except TemplateFails:
            self.incidents += 1
            return text


MAIN = {"status": "status", "task": "state", "lock": "ttl", "chat": "body", "notify": "body"}
"""What a single value in ``args`` means."""


def _argument(action: Action, name: str) -> Any:
    args = action.get("args")
    if isinstance(args, dict):
        return args.get(name)
    return args if MAIN.get(action["action"], "step") == name else None


def _open(action: Action) -> bool:
    """Whether the action is for everybody."""
    return action.get("scope") in (None, "$all")
