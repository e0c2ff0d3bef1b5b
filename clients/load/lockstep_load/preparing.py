"""What a load test needs on a server, made over HTTP, and taken away in the end."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
import jwt

from lockstep_client import new_id

from .options import Options, Unusable

AT_ONCE = 16
SECONDS = 30.0
TRIES = 20
TOKEN_SECONDS = 3600
ADMIN = "load-admin"
FILLING = "x" * 300


def user_name(number: int) -> str:
    """The id of a simulated user."""
    return f"load-u{number:05}"


def definition(team: list[str]) -> dict[str, Any]:
    """A workflow whose steps go on for ever among ``team``, until somebody closes it."""
    on = [{"label": "On", "step": "turn"}, {"label": "Close", "step": "closed"}]
    users = ", ".join(team)
    return {
        "start": {
            "step": {
                "name": "New",
                "template": "Load {{ number }}",
                "scope": f"given users [{users}]",
                "paths": on,
            }
        },
        "turn": {"step": {"name": "Turn", "scope": "$all", "paths": on}},
        "closed": {"step": {"name": "Closed", "scope": "$all", "status": "retired", "paths": []}},
    }


class Tokens:
    """What the simulated users and the administrator sign in with."""

    def __init__(self, options: Options, secret: str | None) -> None:
        self._secret = secret or options.jwt_secret
        self._given = dict(options.tokens)
        self._expires = time.time() + options.ramp + options.duration + TOKEN_SECONDS
        self.users = [user for user, _ in options.tokens[: options.sessions]] or [
            user_name(number) for number in range(options.sessions)
        ]
        self.admin = options.token or self._mint({"sub": ADMIN, "roles": ["admin"]})

    def of(self, user: str) -> str:
        """A user's."""
        if user in self._given:
            return self._given[user]
        return self._mint({"sub": user}) if self._secret else f"demo:{user}"

    def _mint(self, claims: dict[str, Any]) -> str:
        now = time.time()
        return jwt.encode(
            {**claims, "iat": int(now), "exp": self._expires}, self._secret or "", "HS256"
        )


class Stage:
    """The users, workflows and entries of one load test."""

    def __init__(self, url: str, tokens: Tokens, options: Options) -> None:
        self.url = url.rstrip("/")
        self._tokens = tokens
        self._options = options
        users = tokens.users
        size = min(options.team, len(users))
        self.teams = [users[start : start + size] for start in range(0, len(users), size)]
        self.entries: dict[int, list[str]] = {}

    def _workflow(self, team: int) -> str:
        # By its size, so that the next run of the same kind finds it published already.
        return f"load-{len(self.teams[0])}-{team:04}"

    async def set(self, say: Callable[[str], None], *, fresh: bool) -> None:
        """Make what is missing; ``fresh``: nothing is there. Raises ``Unusable``."""
        async with self._http() as http:
            made = await _together(
                partial(self._user, http, user, fresh) for user in self._tokens.users
            )
            published = await _together(
                partial(self._publish, http, team) for team in range(len(self.teams))
            )
            starts = await _together(
                partial(self._start, http, team, number)
                for team in range(len(self.teams))
                for number in range(self._options.entries)
            )
        for team, entry in starts:
            self.entries.setdefault(team, []).append(entry)
        say(
            f"made {sum(made)} users ({len(made)} needed), published {sum(published)} workflows "
            f"load-… ({len(published)} needed), started {len(starts)} entries "
            f"for {len(self.teams)} teams"
        )

    async def clear(self, say: Callable[[str], None]) -> None:
        """Close the entries and the workflows; what cannot be closed is said."""
        async with self._http() as http:
            closed = await _together(
                partial(self._close, http, self.teams[team][0], entry)
                for team, entries in self.entries.items()
                for entry in entries
            )
            await _together(
                partial(self._ask, http, "POST", f"/v1/workflows/{self._workflow(team)}/close")
                for team in range(len(self.teams))
            )
        say(f"closed {sum(closed)} of {len(closed)} entries, and the workflows load-…; users stay")

    @asynccontextmanager
    async def _http(self) -> AsyncIterator[httpx.AsyncClient]:
        try:
            async with httpx.AsyncClient(base_url=self.url, timeout=SECONDS) as http:
                yield http
        except httpx.HTTPError as failure:
            why = str(failure) or type(failure).__name__
            raise Unusable(f"The server at {self.url} cannot be reached: {why}") from None

    async def _ask(
        self,
        http: httpx.AsyncClient,
        method: str,
        url_path: str,
        body: Any = None,
        *,
        user: str | None = None,
        accept: tuple[int, ...] = (),
    ) -> httpx.Response:
        token = self._tokens.of(user) if user else self._tokens.admin
        headers = {"Authorization": f"Bearer {token}"}
        for _ in range(TRIES):
            answer = await http.request(method, url_path, json=body, headers=headers)
            if answer.status_code not in (429, 503):
                break
            after = (answer.json().get("details") or {}).get("after_ms", 500)
            await asyncio.sleep(after / 1000)
        if answer.is_success or answer.status_code in accept:
            return answer
        try:
            said = str(answer.json()["message"])
        except (ValueError, KeyError, TypeError):
            said = f"{answer.status_code} {answer.reason_phrase}"
        who = f"as {user}" if user else "as the administrator of --token or --jwt-secret"
        raise Unusable(f"{method} {url_path}, {who}: {said}")

    async def _user(self, http: httpx.AsyncClient, user: str, fresh: bool) -> bool:
        url_path = f"/v1/users/{quote(user, safe='')}"
        if not fresh:
            there = await self._ask(http, "GET", url_path, accept=(404,))
            if there.is_success:
                return False
        await self._ask(http, "PUT", url_path, {"name": user})
        return True

    async def _publish(self, http: httpx.AsyncClient, team: int) -> bool:
        name = self._workflow(team)
        put = await self._ask(http, "PUT", f"/v1/workflows/{name}", definition(self.teams[team]))
        if put.status_code == 201:
            return True
        await self._ask(http, "POST", f"/v1/workflows/{name}/open")
        return False

    async def _start(self, http: httpx.AsyncClient, team: int, number: int) -> tuple[int, str]:
        command = {
            "type": "start",
            "id": new_id(),
            "workflow": self._workflow(team),
            "data": {"number": number, "filling": FILLING},
        }
        user = self.teams[team][0]
        answer = await self._ask(http, "POST", "/v1/commands", command, user=user)
        (entry,) = answer.json()["result"]["entries"]
        return team, entry

    async def _close(self, http: httpx.AsyncClient, user: str, entry: str) -> bool:
        answer = await self._ask(http, "GET", f"/v1/entries/{entry}", user=user, accept=(404,))
        if not answer.is_success:
            return False
        view = answer.json()
        command = {
            "type": "choose",
            "id": new_id(),
            "entry": entry,
            "step": view["step"],
            "visit": view["visit"],
            "path": "Close",
        }
        done = await self._ask(
            http, "POST", "/v1/commands", command, user=user, accept=(404, 409, 423)
        )
        return done.is_success


async def _together(jobs: Iterable[Callable[[], Coroutine[Any, Any, Any]]]) -> list[Any]:
    """The results of all, in their order, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        async with gate:
            return await job()

    tasks = [asyncio.ensure_future(one(job)) for job in jobs]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
