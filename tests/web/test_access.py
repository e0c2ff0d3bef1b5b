"""Revocation and API keys, over real doors with everything behind them."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from lockstep_protocol import closes
from lockstep_server.config import Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build

from . import issuer
from .conftest import CALL, SECRET, USERS, admin_token
from .serving import Message, Served, Talk, serving, until


async def revoke(served: Served, user: str, **body: Any) -> Message:
    async with served.http(token=admin_token()) as admin:
        answer = await admin.post(f"/v1/users/{user}/revoke", json=body)
        assert answer.status_code == 200, answer.text
        shown: Message = answer.json()
        return shown


async def status(served: Served, token: str) -> int:
    async with served.http(token=token) as http:
        return (await http.get("/v1/inbox")).status_code


async def hello(talk: Talk, token: str) -> Message:
    await talk.say({"type": "hello", "token": token})
    return await talk.hear()


@pytest.mark.door("revoked", "socket", "http")
async def test_a_revoked_user_is_out_at_once_and_a_later_token_is_in(lockstep: Served) -> None:
    old, timeless = issuer.fresh("omar"), issuer.fresh("omar", iat=None)
    demo = "demo:omar"
    async with lockstep.socket() as omar, lockstep.session("omar") as other:
        assert (await hello(omar, old))["type"] == "welcome"
        await other.hear("snapshot")
        began = time.monotonic()
        shown = await revoke(lockstep, "omar", reason="lost the laptop")
        assert (shown["revoked"], shown["reason"]) == (True, "lost the laptop")
        for talk in (omar, other):
            assert (await talk.hear("goaway"))["code"] == closes.REVOKED
            assert await talk.closed() == closes.REVOKED
        assert time.monotonic() - began < 1
    for token in (old, timeless, demo):
        assert await status(lockstep, token) == 401
        async with lockstep.socket() as talk:
            assert (await hello(talk, token))["code"] == "unauthorized"
            assert await talk.closed() == closes.UNAUTHORIZED
    new = issuer.fresh("omar", iat=time.time() + 1)
    assert await status(lockstep, new) == 200
    assert await status(lockstep, "demo:mei") == 200
    assert (await revoke(lockstep, "omar", lift=True))["revoked"] is False
    for token in (old, timeless, demo):
        assert await status(lockstep, token) == 200


async def test_what_was_taken_before_is_done_and_nothing_after(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar, lockstep.session("mei") as mei:
        await omar.hear("snapshot")
        await mei.hear("snapshot")
        start = {"type": "start", "workflow": "call", "data": {"who": "A"}}
        ids = [new_id() for _ in range(5)]
        async with lockstep.http(token=admin_token()) as admin:
            await omar.say(*(start | {"id": id} for id in ids))
            await mei.hear("entry")
            assert (await admin.post("/v1/users/omar/revoke")).status_code == 200
        assert await omar.closed() == closes.REVOKED
        for _ in ids[1:]:
            await mei.hear("entry")
    async with lockstep.http("omar") as http:
        answer = await http.post("/v1/commands", json=start | {"id": ids[0]})
        assert answer.json()["code"] == "unauthorized"


@pytest.mark.door("revoked", "http")
async def test_a_body_that_is_still_coming_is_not_taken_any_more(lockstep: Served) -> None:
    body = json.dumps({"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "A"}})

    async def slowly() -> Any:
        yield body[:10].encode()
        await revoke(lockstep, "omar")
        yield body[10:].encode()

    async with lockstep.http("omar") as omar:
        answer = await omar.post("/v1/commands", content=slowly())
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_who_leaves_the_directory_is_not_brought_back_by_an_old_token(
    lockstep: Served,
) -> None:
    token = issuer.fresh("omar", name="Omar")
    async with lockstep.http(token=admin_token()) as admin, lockstep.socket() as omar:
        made = await admin.post(
            "/v1/keys", json={"user": "omar", "name": "robot", "scopes": ["read"]}
        )
        key = made.json()["key"]
        assert (await hello(omar, token))["type"] == "welcome"
        assert (await admin.delete("/v1/users/omar")).status_code == 204
        assert await omar.closed() == closes.REVOKED
        assert await status(lockstep, token) == 401
        assert (await admin.get("/v1/users/omar")).status_code == 404
        assert await status(lockstep, key) == 401
        # The issuer lets the user in anew: then the user is back, and the old token is not.
        assert await status(lockstep, issuer.fresh("omar", iat=time.time() + 1)) == 200
        assert (await admin.get("/v1/users/omar")).status_code == 200
        assert await status(lockstep, token) == 401
        # An administrator who puts the user back means it.
        assert (await admin.put("/v1/users/omar", json=USERS["omar"])).status_code == 200
        assert await status(lockstep, token) == 200
        assert await status(lockstep, key) == 401
        await revoke(lockstep, "omar")
        assert (await admin.put("/v1/users/omar", json=USERS["omar"])).status_code == 200
        assert await status(lockstep, token) == 401


async def test_revocations_and_keys_outlive_a_restart(tmp_path: Path) -> None:
    settings = Settings(jwt_secret=SECRET, db=str(tmp_path / "db")).checked()
    old = issuer.fresh("omar")

    def app() -> Starlette:
        return build(settings)

    async with serving(app()) as served:
        assert await status(served, old) == 200
        async with served.http(token=admin_token()) as admin:
            for user in ("mei", "nina"):
                assert (await admin.put(f"/v1/users/{user}", json={"name": user})).is_success
            body = {"user": "mei", "name": "robot", "scopes": ["read"]}
            key = (await admin.post("/v1/keys", json=body)).json()["key"]
            assert await status(served, key) == 200
        await revoke(served, "omar")
    async with serving(app()) as served:
        assert await status(served, old) == 401
        assert await status(served, key) == 200
        async with served.http(token=admin_token()) as admin:
            [listed] = (await admin.get("/v1/keys?user=mei")).json()["keys"]
            assert "lastUsedAt" in listed
            assert (await admin.get("/v1/keys?user=nina")).json() == {"keys": []}
    assert key[-20:].encode() not in (tmp_path / "db").read_bytes()


# API keys


async def key(served: Served, user: str, *scopes: str, **more: Any) -> str:
    async with served.http(token=admin_token()) as admin:
        body = {"user": user, "name": "robot", "scopes": scopes} | more
        answer = await admin.post("/v1/keys", json=body)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["key"]
        return made


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("read",), {"socket", "inbox", "get"}),
        (("act",), {"start"}),
        (("admin",), {"users"}),
        (("read", "act"), {"socket", "inbox", "get", "start"}),
        (("read", "act", "admin"), {"socket", "inbox", "get", "start", "users"}),
    ],
    ids=("read", "act", "admin", "read-act", "all"),
)
@pytest.mark.door("scopes", "socket", "http")
async def test_a_key_may_do_what_its_scopes_say(
    lockstep: Served, scopes: tuple[str, ...], allowed: set[str]
) -> None:
    token = await key(lockstep, "sam", *scopes)
    done: dict[str, Any] = {}
    async with lockstep.http(token=token) as http:
        done["inbox"] = await http.get("/v1/inbox")
        done["users"] = await http.get("/v1/users")
        get = {"type": "get", "id": new_id(), "entry": "none"}
        start = {"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "A"}}
        done["get"] = await http.post("/v1/commands", json=get)
        done["start"] = await http.post("/v1/commands", json=start)
    refused = {name for name, answer in done.items() if answer.status_code == 403}
    needs = {"inbox": "read", "get": "read", "start": "act", "users": "admin"}
    for name in refused:
        assert f"`{needs[name]}`" in done[name].json()["message"]
    async with lockstep.socket() as talk:
        said = await hello(talk, token)
        if said["type"] != "welcome":
            refused.add("socket")
            assert (said["code"], "`read`" in said["message"]) == ("forbidden", True)
            assert await talk.closed() == closes.UNAUTHORIZED
        else:
            await talk.hear("snapshot")
            answer = await talk.command("start", workflow="call", data={"who": "A"})
            assert (answer["type"] == "reply") is ("act" in scopes)
            answer = await talk.command("get", entry="none")
            assert answer["code"] == "not_found"
    assert refused == {"socket", "inbox", "get", "start", "users"} - allowed


async def test_a_key_for_administration_needs_the_role_too(lockstep: Served) -> None:
    async with lockstep.http(token=await key(lockstep, "omar", "read", "admin")) as http:
        answer = await http.get("/v1/users")
        assert (answer.status_code, "role `admin`" in answer.json()["message"]) == (403, True)


async def test_a_key_that_goes_ends_its_sessions_alone(lockstep: Served) -> None:
    token = await key(lockstep, "omar", "read")
    async with (
        lockstep.http(token=admin_token()) as admin,
        lockstep.socket() as robot,
        lockstep.session("omar") as omar,
    ):
        assert (await hello(robot, token))["type"] == "welcome"
        await omar.hear("snapshot")
        [listed] = (await admin.get("/v1/keys")).json()["keys"]
        assert "key" not in listed
        assert "hash" not in listed
        assert (await admin.delete(f"/v1/keys/{listed['id']}")).status_code == 204
        assert await robot.closed() == closes.REVOKED
        assert await status(lockstep, token) == 401
        assert (await admin.delete(f"/v1/keys/{listed['id']}")).status_code == 404
        await omar.say({"type": "ping"})
        assert (await omar.hear("pong"))["type"] == "pong"


async def test_a_key_of_a_revoked_user_is_refused_until_that_is_lifted(lockstep: Served) -> None:
    token = await key(lockstep, "omar", "read")
    await revoke(lockstep, "omar")
    assert await status(lockstep, token) == 401
    await revoke(lockstep, "omar", lift=True)
    assert await status(lockstep, token) == 200


async def test_a_key_that_is_nearly_right_is_wrong(lockstep: Served) -> None:
    token = await key(lockstep, "omar", "read")
    id, secret = token[4:20], token[21:]
    for wrong in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token + "A",
        token + "\n",
        token.upper(),
        f"lsk_{'0' * 16}_{secret}",
        f"lsk_{id}_",
        f"lsk_{id}",
        "lsk_",
    ):
        async with lockstep.socket() as talk:
            assert (await hello(talk, wrong))["code"] == "unauthorized", wrong


async def test_a_key_ends_at_its_time(tmp_path: Path) -> None:
    now = [time.time()]
    settings = Settings(jwt_secret=SECRET, db=str(tmp_path / "db")).checked()
    async with serving(build(settings, clock=lambda: now[0])) as served:
        async with served.http(token=admin_token()) as admin:
            assert (await admin.put("/v1/users/omar", json={"name": "Omar"})).is_success
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now[0] + 100))
        token = await key(served, "omar", "read", expiresAt=end)
        assert await status(served, token) == 200
        now[0] += 100
        assert await status(served, token) == 401


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"user": "nobody"}, "/user"),
        ({"user": 5}, "/user"),
        ({"name": " "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["write"]}, "/scopes/0"),
        ({"expiresAt": "tomorrow"}, "/expiresAt"),
        ({"expiresAt": "2030-01-01T00:00:00"}, "/expiresAt"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "/expiresAt"),
        ({"hash": "x"}, "/hash"),
    ],
    ids=str,
)
async def test_a_key_that_cannot_be_is_refused(
    lockstep: Served, more: dict[str, Any], pointer: str
) -> None:
    async with lockstep.http(token=admin_token()) as admin:
        body = {"user": "omar", "name": "robot", "scopes": ["read"]} | more
        answer = await admin.post("/v1/keys", json=body)
        assert (answer.status_code, answer.json()["details"]["pointer"]) == (400, pointer)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("DELETE", "/v1/keys/x"),
        ("GET", "/v1/users/omar/revoke"),
        ("POST", "/v1/users/omar/revoke"),
    ],
)
async def test_these_are_for_administrators(lockstep: Served, method: str, url: str) -> None:
    async with lockstep.http("omar") as omar:
        assert (await omar.request(method, url, json={})).status_code == 403


# Roles, looked up again


@pytest.mark.door("admin", "socket")
async def test_a_role_counts_from_renewal_and_one_that_was_taken_away_is_gone(
    lockstep: Served,
) -> None:
    async with (
        lockstep.http(token=admin_token()) as admin,
        lockstep.socket() as omar,
        lockstep.session("mei") as mei,
    ):
        await mei.hear("snapshot")
        reply = await mei.command("start", workflow="call", data={"who": "A"})
        [entry] = reply["result"]["entries"]
        assert (await admin.put("/v1/workflows/call", json=CALL)).is_success
        dana = issuer.fresh("dana")
        assert (await hello(omar, dana))["type"] == "welcome"
        assert (await omar.command("history", entry=entry))["code"] == "not_found"
        await omar.say({"type": "auth", "token": issuer.fresh("dana", roles=["admin"])})
        assert (await omar.command("history", entry=entry))["type"] == "reply"
        await omar.say({"type": "auth", "token": dana})
        assert (await omar.command("history", entry=entry))["code"] == "not_found"
        # The directory's roles count as they are now, without any renewal.
        body = USERS["dana"] | {"roles": ["admin"]}
        assert (await admin.put("/v1/users/dana", json=body)).is_success
        assert (await omar.command("history", entry=entry))["type"] == "reply"
        assert (await admin.put("/v1/users/dana", json=USERS["dana"])).is_success
        assert (await omar.command("history", entry=entry))["code"] == "not_found"
        await omar.say({"type": "auth", "token": issuer.fresh("dana", seconds=-60)})
        assert (await omar.hear("refusal"))["code"] == "unauthorized"
        assert (await omar.command("get", entry=entry))["code"] == "not_found"
        await omar.say({"type": "auth", "token": issuer.fresh("mei")})
        assert (await omar.hear("refusal"))["code"] == "unauthorized"
        assert await omar.closed() == closes.UNAUTHORIZED


async def test_a_command_whose_session_expires_is_done_and_its_answer_is_kept(
    tmp_path: Path,
) -> None:
    settings = Settings(jwt_secret=SECRET, db=str(tmp_path / "db"), clock_skew=0).checked()
    app = build(settings)
    async with serving(app) as served:
        async with served.http(token=admin_token()) as admin:
            assert (await admin.put("/v1/users/omar", json=USERS["omar"])).is_success
            assert (await admin.put("/v1/workflows/call", json=CALL)).is_success
        store = app.state.runtime._store
        commit, begun = store.commit, []

        async def slow(batch: Any) -> Any:
            begun.append(batch)
            await until(lambda: app.state.runtime.hub.sessions("omar") == 0)
            return await commit(batch)

        start = {"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "A"}}
        async with served.socket() as omar:
            assert (await hello(omar, issuer.fresh("omar", seconds=0.5)))["type"] == "welcome"
            store.commit = slow
            await omar.say(start)
            assert await omar.closed() == closes.TOKEN_EXPIRED
        assert len(begun) == 1
        async with served.http(token=issuer.fresh("omar")) as http:
            answer = await http.post("/v1/commands", json=start)
            assert answer.json()["type"] == "reply"
            [page] = (await http.get("/v1/inbox")).json()
            assert len(page["entries"]) == 1
