"""The lock over real sockets: who waits, who asks, and what a connection that is gone leaves."""

from pathlib import Path

from lockstep_server.config import Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build

from .conftest import CALL, SECRET, USERS, admin_token
from .serving import Served, serving
from .test_lockstep import arrived, started


async def test_a_connection_that_is_gone_lets_the_next_one_have_the_lock(tmp_path: Path) -> None:
    settings = Settings(
        demo=True, jwt_secret=SECRET, db=str(tmp_path / "x.db"), lock_grace=0.2
    ).checked()
    async with serving(build(settings)) as served:
        async with served.http(token=admin_token()) as http:
            for id, body in USERS.items():
                assert (await http.put(f"/v1/users/{id}", json=body)).status_code == 201
            assert (await http.put("/v1/workflows/call", json=CALL)).status_code == 201
        async with served.session("omar") as omar:
            await arrived(omar)
            async with served.session("mei") as mei:
                await arrived(mei)
                entry = await started(mei)
                held = await mei.command("lock", entry=entry)
                waits = await omar.command("lock", entry=entry, wait=True)
                assert waits["result"] == {"waiting": 1}
                assert (await mei.hear("diff"))["set"]["locked"]["waiting"] == ["omar"]
                await omar.command("ask", entry=entry, body="Only a minute")
                asked = await mei.hear("notify")
                assert "Only a minute" in asked["body"]
            diff = await omar.hear("diff")
            while diff["cause"] != "dropped":
                diff = await omar.hear("diff")
            locked = diff["set"]["locked"]
            assert (locked["by"], diff["by"]) == (["omar"], "system")
            assert locked["fence"] == held["result"]["fence"] + 1
            assert (await omar.hear("notify"))["entry"] == entry


async def test_over_http_one_waits_without_a_session_and_reads_why_it_was_freed(
    lockstep: Served,
) -> None:
    async with lockstep.session("mei") as mei, lockstep.http("omar") as omar:
        await arrived(mei)
        entry = await started(mei)
        await mei.command("lock", entry=entry)
        wait = {"type": "lock", "id": new_id(), "entry": entry, "wait": True}
        assert (await omar.post("/v1/commands", json=wait)).json()["result"] == {"waiting": 1}
        async with lockstep.http("sam") as sam:
            free = {"type": "unlock", "id": new_id(), "entry": entry, "reason": "On holiday"}
            assert (await sam.post("/v1/commands", json=free)).json()["type"] == "reply"
        assert "On holiday" in (await mei.hear("notify"))["body"]
        # Sent again it is answered as it was, though the lock has long been omar's.
        assert (await omar.post("/v1/commands", json=wait)).json()["result"] == {"waiting": 1}
        event = (await omar.get(f"/v1/entries/{entry}/history")).json()["events"][0]
        freed, granted = [fact for fact in event["facts"] if fact["fact"] == "lock"]
        assert (freed["lock"], freed["reason"], freed["text"]) == (None, "freed", "On holiday")
        assert (granted["lock"]["by"], granted["reason"]) == (["omar"], "granted")
