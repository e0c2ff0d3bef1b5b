"""``GET /v1/sessions``: who is connected, told to administrators alone."""

from .conftest import admin_token
from .serving import Served


async def test_administrators_see_who_is_connected_and_no_token(lockstep: Served) -> None:
    async with (
        lockstep.session("omar") as omar,
        lockstep.socket(),
        lockstep.http(token=admin_token()) as admin,
        lockstep.http("omar") as other,
    ):
        welcome = await omar.hear("welcome")
        await omar.hear("snapshot")
        answer = await admin.get("/v1/sessions")
        [session] = answer.json()["sessions"]
        assert session.pop("since").endswith("Z")
        assert session == {
            "session": welcome["session"],
            "user": "omar",
            "client": None,
            "watching": None,
            "address": "127.0.0.1",
            "outbox": {"frames": 0, "bytes": 0},
        }
        assert "demo:" not in answer.text
        assert (await other.get("/v1/sessions")).status_code == 403


async def test_they_see_with_which_program_and_what_is_looked_at(lockstep: Served) -> None:
    async with lockstep.socket() as omar, lockstep.http(token=admin_token()) as admin:

        async def told() -> list[str | None]:
            # The answer comes after what was said before the ping.
            await omar.say({"type": "ping"})
            await omar.hear("pong")
            [session] = (await admin.get("/v1/sessions")).json()["sessions"]
            return [session["client"], session["watching"]]

        client = {"name": "my-window", "version": "7"}
        await omar.say({"type": "hello", "token": "demo:omar", "client": client})
        await omar.hear("snapshot")
        assert await told() == ["my-window", None]
        reply = await omar.command("start", workflow="call", data={"who": "Ada"})
        [entry] = reply["result"]["entries"]
        await omar.say({"type": "watch", "entry": entry})
        assert await told() == ["my-window", entry]
        await omar.say({"type": "watch", "entry": entry, "away": True})
        assert await told() == ["my-window", None]
