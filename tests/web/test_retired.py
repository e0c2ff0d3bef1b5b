"""Finding again what is not in the inbox any more."""

from typing import Any

import httpx

from lockstep_server.runtime import reads
from lockstep_server.runtime.clock import new_id

from .serving import Served


async def begin(http: httpx.AsyncClient, **data: Any) -> str:
    command = {"type": "start", "id": new_id(), "workflow": "call", "data": data}
    (entry,) = (await http.post("/v1/commands", json=command)).json()["result"]["entries"]
    return str(entry)


async def put(http: httpx.AsyncClient, entry: str, status: str) -> None:
    command = {"type": "status", "id": new_id(), "entry": entry, "status": status}
    assert (await http.post("/v1/commands", json=command)).status_code == 200


async def page(http: httpx.AsyncClient, **params: Any) -> tuple[list[str], str | None]:
    answer = await http.get("/v1/retired", params=params)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return [entry["data"]["who"] for entry in said["entries"]], said.get("before")


async def test_what_one_put_away_is_found_again_by_words_and_taken_back(lockstep: Served) -> None:
    async with lockstep.http("omar") as omar, lockstep.http("mei") as mei:
        made = [await begin(omar, who=who, at={"floor": n}) for n, who in enumerate("ABCD")]
        for entry in made[:3]:
            await put(omar, entry, "retired")
        assert await page(omar) == (["C", "B", "A"], None)
        assert await page(mei) == ([], None)
        first, before = await page(omar, limit=2)
        assert (first, before) == (["C", "B"], made[1])
        assert await page(omar, limit=2, before=before) == (["A"], None)
        assert await page(omar, query="call oF B") == (["B"], None)
        assert await page(omar, query="call 2") == (["C"], None)
        assert await page(omar, query="call 7") == ([], None)
        [entry] = (await omar.get("/v1/retired", params={"query": "of b"})).json()["entries"]
        assert entry == (await omar.get(f"/v1/entries/{made[1]}")).json()
        assert entry["status"] == "retired"
        await put(omar, made[1], "active")
        assert await page(omar) == (["C", "A"], None)


async def test_a_search_goes_on_where_its_page_has_looked_enough(
    lockstep: Served, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reads, "LOOKED_THROUGH", 2)
    async with lockstep.http("omar") as omar:
        made = [await begin(omar, who=who) for who in ("zulu", *"BCDE")]
        for entry in made:
            await put(omar, entry, "retired")
        pages, before = [], None
        for _ in range(3):
            found, before = await page(omar, query="zulu", **({"before": before} if before else {}))
            pages.append(found)
        assert (pages, before) == ([[], [], ["zulu"]], None)


async def test_what_is_asked_wrongly_is_said(lockstep: Served) -> None:
    async with lockstep.http("omar") as omar, lockstep.http() as nobody:
        for query, pointer in (
            ("limit=0", "/limit"),
            ("query=" + "x" * 201, "/query"),
            ("q=x", "/q"),
        ):
            answer = await omar.get(f"/v1/retired?{query}")
            assert (answer.status_code, answer.json()["details"]["pointer"]) == (400, pointer)
        assert (await nobody.get("/v1/retired")).status_code == 401
