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
            "address": "127.0.0.1",
            "outbox": {"frames": 0, "bytes": 0},
        }
        assert "demo:" not in answer.text
        assert (await other.get("/v1/sessions")).status_code == 403
