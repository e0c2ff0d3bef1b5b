"""What holds for every HTTP door. No engine behind it."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from lockstep_protocol.limits import CLIENT_FRAME_BYTES
from lockstep_server.config import Settings
from lockstep_server.web.app import assemble
from lockstep_server.web.origin import is_loopback

from .double import DoubleRuntime


@pytest.fixture
async def runtime() -> DoubleRuntime:
    double = DoubleRuntime()
    double.users["sam"] = {"id": "sam", "name": "Sam", "roles": ["admin"]}
    return double


@pytest.fixture
async def http(runtime: DoubleRuntime) -> AsyncIterator[httpx.AsyncClient]:
    app = assemble(Settings(demo=True), runtime.runtime, time.time)
    async with client(app) as http:
        yield http


def client(app: Starlette, host: str = "localhost") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


def bearer(user: str) -> dict[str, str]:
    return {"Authorization": f"Bearer demo:{user}"}


@pytest.mark.parametrize(
    ("method", "url", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("GET", "/../../etc/passwd", 404, "not_found"),
        ("GET", "/%2e%2e/%2e%2e/app.py", 404, "not_found"),
        ("GET", "/..%2fapp.py", 404, "not_found"),
        ("GET", "/a%00b", 404, "not_found"),
        ("GET", "/" + "a" * 9_000, 404, "not_found"),
        ("POST", "/v1/inbox", 405, "invalid"),
        ("GET", "/v1/inbox", 401, "unauthorized"),
        ("GET", "/v1/users", 401, "unauthorized"),
        ("POST", "/v1/commands", 401, "unauthorized"),
    ],
)
@pytest.mark.door("signed", "http")
async def test_every_error_is_a_refusal(
    http: httpx.AsyncClient, method: str, url: str, status: int, code: str
) -> None:
    answer = await http.request(method, url)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["type"] == "refusal"
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "/v1/workflows/x"),
        ("GET", "/v1/workflows/x/versions"),
        ("PUT", "/v1/users/x"),
        ("DELETE", "/v1/users/x"),
        ("GET", "/v1/users"),
        ("PUT", "/v1/trackers/x"),
        ("PUT", "/v1/scripts/x"),
        ("GET", "/v1/scripts"),
    ],
)
@pytest.mark.door("admin", "http")
async def test_administration_needs_the_role(
    http: httpx.AsyncClient, method: str, url: str
) -> None:
    answer = await http.request(method, url, headers=bearer("omar"), content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "invalid"),
        (b"[]", 400, "invalid"),
        (b"[" * 100_000, 400, "invalid"),
        (b"x" * 1_100_000, 413, "too_large"),
    ],
)
async def test_a_body_that_is_no_object_is_refused(
    http: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    answer = await http.put("/v1/users/x", headers=bearer("sam"), content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_body_without_a_length_is_limited_too(http: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(CLIENT_FRAME_BYTES // 1000 + 1):
            yield b"x" * 1000

    answer = await http.post("/v1/commands", headers=bearer("omar"), content=chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_what_is_no_command_is_no_command_here(http: httpx.AsyncClient) -> None:
    for body in ({"type": "hello"}, {"type": "ping"}, {"type": "nonsense"}):
        answer = await http.post("/v1/commands", headers=bearer("omar"), json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("since", ["7", "e1:", ":7", "e1:x", "e1:-1", "e1:" + "9" * 30])
async def test_since_is_epoch_and_number(http: httpx.AsyncClient, since: str) -> None:
    answer = await http.get("/v1/inbox", params={"since": since}, headers=bearer("omar"))
    assert answer.json()["details"] == {"pointer": "/since"}


async def test_since_of_another_epoch_reads_the_whole_inbox(http: httpx.AsyncClient) -> None:
    kinds = {}
    for since in ("e1:4", "old:4", "e1:11"):
        answer = await http.get("/v1/inbox", params={"since": since}, headers=bearer("omar"))
        assert answer.headers["lockstep-position"] == "e1:10"
        kinds[since] = answer.json()[0]["type"]
    assert kinds == {"e1:4": "position", "old:4": "snapshot", "e1:11": "snapshot"}


async def test_a_fault_is_told_as_internal(http: httpx.AsyncClient, runtime: DoubleRuntime) -> None:
    runtime.fault = ZeroDivisionError()
    answer = await http.get("/v1/inbox", headers=bearer("omar"))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


async def test_health_and_readiness(http: httpx.AsyncClient, runtime: DoubleRuntime) -> None:
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    assert (await http.get("/readyz")).status_code == 200
    runtime.fault = OSError("the disk is full")
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["message"]) == (503, "the disk is full")
    assert (await http.get("/healthz")).status_code == 200


async def test_the_documents_are_served(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/asyncapi.json")).json()["asyncapi"].startswith("3.")
    assert (await http.get("/v1/openapi.json")).json()["openapi"].startswith("3.")
    assert "$schema" in (await http.get("/v1/schemas/workflow.json")).json()


async def test_the_demo_answers_to_this_machines_name_only(runtime: DoubleRuntime) -> None:
    app = assemble(Settings(demo=True), runtime.runtime, time.time)
    async with client(app, "rebound.example") as http:
        assert (await http.get("/healthz")).status_code == 403
    app = assemble(Settings(jwt_secret="x" * 32), runtime.runtime, time.time)
    async with client(app, "lockstep.example") as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/v1/demo")).status_code == 404


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8420", True),
        ("127.0.0.1", True),
        ("[::1]:1", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example:80", False),
        (None, False),
    ],
)
def test_loopback_names(host: str | None, expected: bool) -> None:
    assert is_loopback(host) is expected


async def test_a_page_may_do_little(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/healthz")).headers
    policy = headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'self'; connect-src 'self' ws://localhost wss://localhost;"
    )
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
