"""What every door has in common: who is there, reading a body, writing an answer."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lockstep_protocol.entry import Profile
from lockstep_protocol.refusals import Refusal, Refused, invalid, later, too_large
from lockstep_server.config import Settings
from lockstep_server.metrics import Metrics
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.runtime import Runtime

from .buckets import Buckets
from .doorstep import Doorstep, counted_as
from .signin import Signed, SignIn, bearer


class Edge:
    """The parts that the doors share. Made once, by ``app.build``."""

    def __init__(
        self,
        settings: Settings,
        runtime: Runtime,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        metrics: Metrics,
    ) -> None:
        self.settings = settings
        self.runtime = runtime
        self.clock = clock
        self.new_id = new_id
        self.metrics = metrics
        self.sign_in = SignIn(settings, runtime, clock)
        self.buckets = Buckets(settings.commands_per_second, settings.commands_burst, clock)
        self.traffic = Buckets(settings.bytes_per_second, settings.bytes_burst, clock)
        self.doorstep = Doorstep(
            settings.unsigned_sockets_per_address, settings.failed_sign_ins_per_minute, clock
        )

    async def let_in(self, token: str | None, address: str) -> Signed:
        """The bearer of ``token``, over whichever door. Raises ``Refused``."""
        self.doorstep.check(address)
        try:
            return await self.sign_in(token)
        except Refused as no:
            if token and no.refusal.code == "unauthorized":
                self.doorstep.failed(address)
            raise

    async def signed(self, request: Request) -> Actor:
        """Who asks, for whatever it is. Raises ``Refused`` with ``unauthorized``."""
        token = bearer(request.headers.get("authorization"))
        signed = await self.let_in(token, counted_as(request.client and request.client.host))
        traffic = self.traffic.of(signed.actor.user)
        if (wait := traffic.wait(self.clock())) > 0:
            raise later("rate_limited", int(wait * 1000) + 1)
        traffic.spend(sum(len(n) + len(v) for n, v in request.headers.raw), self.clock())

        def heard(size: int) -> None:
            traffic.spend(size, self.clock())
            # A body may take its time: what was revoked meanwhile counts no more.
            self.sign_in.recheck(signed)

        request.state.heard = heard
        return signed.actor

    async def actor(self, request: Request) -> Actor:
        """Who asks: to read with GET, otherwise to act. Raises ``Refused``.

        It counts as one command: what is a question on a socket must not be free over here.
        """
        actor = await self.signed(request)
        actor.require("read" if request.method in ("GET", "HEAD") else "act")
        self.count(actor)
        return actor

    def count(self, actor: Actor, id: str | None = None) -> None:
        """One more command of ``actor``. Raises ``Refused`` with ``rate_limited``."""
        wait = self.buckets.of(actor.user).take(self.clock())
        if wait > 0:
            raise later("rate_limited", int(wait * 1000) + 1, id=id)

    async def admin(self, request: Request) -> Actor:
        """The same, and ``forbidden`` unless it is an administrator."""
        actor = await self.signed(request)
        actor.require("admin")
        return actor

    def profile(self, actor: Actor) -> Profile:
        """A signed-in user as the user's own client is told."""
        known = self.runtime.admin.user(actor.user) or {}
        return Profile(
            id=actor.user,
            name=known.get("name") or actor.user,
            email=known.get("email"),
            groups=tuple(known.get("groups") or ()),
            labels=tuple(known.get("labels") or ()),
            roles=actor.roles,
        )


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """``value`` as JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def answer_refusal(refusal: Refusal, status: int | None = None) -> Response:
    """A refusal with the status that fits, and with the headers that belong to it."""
    headers: dict[str, str] = {}
    if refusal.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    after_ms = (refusal.details or {}).get("after_ms")
    if isinstance(after_ms, int):
        headers["Retry-After"] = str(-(-after_ms // 1000))
    return _RefusalAnswer(msgspec.json.encode(refusal), refusal, status or refusal.status, headers)


class _RefusalAnswer(Response):
    """A refusal over HTTP; it is counted as it goes out."""

    media_type = "application/json"

    def __init__(self, body: bytes, refusal: Refusal, status: int, headers: dict[str, str]) -> None:
        super().__init__(body, status, headers)
        self._code = refusal.code

    async def __call__(self, asgi_scope: Scope, receive: Receive, send: Send) -> None:
        asgi_scope["app"].state.metrics.refused(self._code)
        await super().__call__(asgi_scope, receive, send)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, up to ``limit`` bytes. Raises ``Refused`` with ``too_large``."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_large(limit)
    except ClientDisconnect:
        raise invalid("", "The body has no end.") from None
    heard: Callable[[int], None] | None = getattr(request.state, "heard", None)
    if heard is not None:
        heard(len(body))
    return bytes(body)


async def read_object(request: Request, limit: int, *, empty: bool = False) -> dict[str, Any]:
    """The body as a JSON object. Raises ``Refused`` with ``too_large`` or ``invalid``.

    ``empty``: no body at all is as good as an object without members.
    """
    body = await read_body(request, limit)
    if empty and not body:
        return {}
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise invalid("", f"The body is not JSON: {wrong}.") from None
    if not isinstance(value, dict):
        raise invalid("", "A JSON object is expected.")
    return value


def number(request: Request, name: str, low: int, high: int = 2**53 - 1) -> int | None:
    """A whole number of the query string, or None. Raises ``Refused`` with ``invalid``."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 16 or not low <= int(text) <= high:
        raise invalid(f"/{name}", f"{name} is a whole number between {low} and {high}.")
    return int(text)


def only(request: Request, *names: str) -> None:
    """Refuse a query string with other names: what is misspelt must not be passed over."""
    for name in request.query_params:
        if name not in names:
            raise invalid(f"/{name}", f"There is no {name!r} here, but {' and '.join(names)}.")


def flag(request: Request, name: str) -> bool:
    """Whether ``?name=1`` was given. Raises ``Refused`` with ``invalid`` when it says neither.

    What asks for a trial must never be taken for the real thing.
    """
    match request.query_params.get(name, "0").lower():
        case "1" | "true" | "yes":
            return True
        case "0" | "false" | "no":
            return False
        case _:
            raise invalid(f"/{name}", f"{name} is 1 or 0.")
