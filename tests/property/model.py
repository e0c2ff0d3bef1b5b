"""What a user's commands do to an entry, in plain words; ``steps`` has what they set going.

Written from the rules (the wire's specification and the decision notes) and kept apart from the
engine: nothing of the server is imported. A command is carried out on the only state there is,
and a copy made before is taken back when it is refused.
"""

import copy
from typing import Any

from tests.property.steps import No, Steps

LEASE = 15 * 60.0
BODY_BYTES = 4096
WAITERS = 20


class Model(Steps):
    """One entry and what its users may do with it."""

    def do(self, now: float, what: str, **how: Any) -> dict[str, Any]:
        """Carry out a command or raise ``No``, which leaves everything as it was."""
        before = copy.deepcopy(self.__dict__)
        self.now = now
        if self.lock and self.lock["until"] is not None and self.lock["until"] <= now:
            # A lease is over at its time, whether the timer has come by or not.
            self.lock = None
            self._settle()
        try:
            result: dict[str, Any] = getattr(self, f"_{what}")(**how)
        except No:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise
        self._settle()
        return result

    def sinks(self, to: tuple[str, ...]) -> tuple[str | None, ...]:
        """For whom a start makes entries: one each where ``start`` goes to ``$sink``."""
        if not to:
            return (None,)
        if self.definition["start"]["step"].get("scope", "$sink") == "$sink":
            return to
        if len(to) > 1:
            raise No("invalid")
        return to

    def _start(
        self,
        user: str,
        sink: str | None,
        data: dict[str, Any],
        dispatch: dict[str, Any] | None,
    ) -> dict[str, Any]:
        scopes = [node["step"].get("scope", "$sink") for node in self.definition.values()]
        if sink is None and "$sink" in scopes:
            raise No("no_recipient")
        self.starter, self.sink, self.data, self.created = user, sink, dict(data), self.now
        self.dispatch = dict(dispatch) if dispatch else None
        self._activate("start", user)
        return {"entries": ["e1"]}

    def _choose(
        self,
        user: str,
        step: str,
        visit: int,
        path: str,
        data: dict[str, Any] | None,
        fence: int | None,
    ) -> dict[str, Any]:
        item = self._item(user)
        if item["status"] != "active" or (item["step"], item["visit"]) != (step, visit):
            raise No("stale", **item["moved"])
        self._fence_fits(fence)
        self._holds_or_is_free(user)
        node = self.definition[step]
        ways = [each for each in node["step"].get("paths", []) if each["label"] == path]
        if not ways:
            raise No("unknown_path")
        self.data.update(data or {})
        behaviors = [
            each for each in node.get("behaviors", []) if each["handle"] == ways[0].get("behavior")
        ]
        result: dict[str, Any] = {}
        for behavior in behaviors:
            if "target" in behavior:
                result["target"] = sorted(self._meant(behavior["target"], user))
        self._activate(ways[0]["step"], user)
        for behavior in behaviors:
            if behavior["behavior"] == "chat":
                self._invite({self.dispatch["author"] if self.dispatch else self.starter})
        return result

    def _lock(self, user: str, ttl: float | None, wait: bool) -> dict[str, Any]:
        if self._item(user)["status"] != "active":
            raise No("forbidden")
        lease = LEASE if ttl is None else ttl
        if wait and self.lock and user not in self.lock["by"]:
            return self._wait(user, lease)
        self._holds_or_is_free(user)
        until = self.now + lease
        if self.lock is None:
            self._take({user}, until)
        elif self.lock["until"] is not None:
            self.lock["until"] = until
        assert self.lock is not None
        return {"fence": self.fence, "until": self.lock["until"]}

    def _wait(self, user: str, lease: float) -> dict[str, Any]:
        line = [waiting for waiting, _ in self.waiting]
        if user in line:
            self.waiting[line.index(user)] = (user, lease)
        elif len(line) == WAITERS:
            raise No("locked")
        else:
            self.waiting.append((user, lease))
        return {"waiting": [waiting for waiting, _ in self.waiting].index(user) + 1}

    def _ask(self, user: str) -> dict[str, Any]:
        if self._item(user)["status"] != "active" or not self.lock or user in self.lock["by"]:
            raise No("forbidden")
        if user not in self.lock["asked"]:
            self.lock["asked"].append(user)
            self._tell_holders(self.lock["by"])
        return {}

    def _unlock(
        self, user: str, fence: int | None, admin: bool, reason: str | None
    ) -> dict[str, Any]:
        if not admin:
            self._item(user)
        self._fence_fits(fence)
        if self.lock is None:
            return {}
        waits = user in [waiting for waiting, _ in self.waiting]
        if user in self.lock["by"]:
            self._give_back(user)
        elif waits and not (admin and reason):
            self._wait_no_more({user})
        elif admin:
            self._tell_holders(self.lock["by"])
            self.lock = None
        else:
            self._holds_or_is_free(user)
        return {}

    def _settle(self) -> None:
        """Who has put the entry away does not wait, and the first who waits gets a free lock."""
        live = self.live()
        self.waiting = [(user, ttl) for user, ttl in self.waiting if user in live]
        if not live:
            self.lock = None
        elif self.lock is None and self.waiting:
            user, lease = self.waiting[0]
            self._take({user}, self.now + lease)
            self._tell_holders({user})

    def _tell_holders(self, holders: set[str]) -> None:
        """Those among them who take part in the entry."""
        told = sorted(holders & self.users.keys())
        if told:
            self.effects.append(("notify", told))

    def _say(self, user: str, body: str) -> dict[str, Any]:
        if user not in self.users and user not in self.guests:
            raise No("not_found")
        if len(body.encode()) > BODY_BYTES:
            raise No("too_large")
        self._post(user, body, None)
        return {"m": len(self.chat)}

    def _status(self, user: str, status: str) -> dict[str, Any]:
        item = self._item(user)
        if status != item["status"]:
            item["status"] = status
            item["moved"] = {"by": user, "at": self.now, "step": item["step"]}
            if status == "retired" and self.lock and user in self.lock["by"]:
                self._give_back(user)
        return {}

    def _time(self) -> dict[str, Any]:
        return {}

    def _item(self, user: str) -> dict[str, Any]:
        if user not in self.users:
            raise No("not_found")
        return self.users[user]

    def _holds_or_is_free(self, user: str) -> None:
        if self.lock and user not in self.lock["by"]:
            raise No("locked", by=sorted(self.lock["by"]), until=self.lock["until"])

    def _fence_fits(self, fence: int | None) -> None:
        if fence is not None and fence != self.fence:
            raise No("fenced")

    def _give_back(self, user: str) -> None:
        assert self.lock is not None
        self.lock["by"] -= {user}
        if not self.lock["by"]:
            self.lock = None
