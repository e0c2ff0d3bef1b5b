"""The log: one line an event in both forms, with what is bound, and never what a client said."""

import asyncio
import io
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from lockstep_server.config import Settings
from lockstep_server.log import QUEUE_LINES, JsonLines, TextLines, bound, logging_to
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build

from .conftest import CALL, SECRET, USERS, admin_token
from .serving import serving

log = logging.getLogger("lockstep_server.test")


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


async def test_what_is_bound_is_in_each_line_and_in_tasks_begun_inside() -> None:
    stream = io.StringIO()

    async def inner() -> None:
        log.info("done", extra={"n": 3})

    with logging_to(stream, format="json"):
        with bound(session="s1", user=None), bound(command="c1"):
            task = asyncio.create_task(inner())
        await task
        log.info("outside")
    [inside, outside] = json_lines(stream.getvalue())
    assert (inside["event"], inside["level"], inside["logger"]) == ("done", "info", log.name)
    assert (inside["session"], inside["command"], inside["n"]) == ("s1", "c1", 3)
    assert "user" not in inside
    assert "session" not in outside


def test_text_is_one_line_whatever_is_in_it() -> None:
    stream = io.StringIO()
    with logging_to(stream), bound(user="o'neil ann", session="s-1"):
        log.warning("an effect failed: %s", "first\nERROR second\u2028third")
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.endswith('first\\x0aERROR second\\x2028third user="o\'neil ann" session=s-1\n')


@pytest.mark.parametrize("form", [TextLines(), JsonLines()])
def test_a_trace_stays_with_its_line(form: logging.Formatter) -> None:
    try:
        raise ValueError("od" + "d" * 3)
    except ValueError as odd:
        record = log.makeRecord(
            log.name, 40, "", 0, "failed", (), (ValueError, odd, odd.__traceback__)
        )
    text = form.format(record)
    assert "ValueError" in text
    # Its words may quote what somebody said.
    assert "oddd" not in text
    assert all(line.startswith("  ") for line in text.splitlines()[1:])


def test_only_our_own_loggers_go_below_warnings() -> None:
    stream = io.StringIO()
    with logging_to(stream, level="debug"):
        logging.getLogger("httpx").info("HTTP Request: POST https://push.example/secret")
        logging.getLogger("websockets.server").debug("< TEXT token")
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
        log.debug("ours")
    assert [line.split(": ", 1)[1] for line in stream.getvalue().splitlines()] == [
        "Invalid HTTP request received.",
        "ours",
    ]


def test_a_log_that_nobody_reads_stops_nobody_and_says_what_it_left_out() -> None:
    class Stuck(io.StringIO):
        go = threading.Event()

        def write(self, text: str) -> int:
            assert self.go.wait(10)
            return super().write(text)

    stream = Stuck()
    with logging_to(stream, format="json"):
        for number in range(QUEUE_LINES + 100):
            log.info("line %d", number)
        stream.go.set()
        while stream.getvalue().count("\n") < QUEUE_LINES:  # the thread makes room
            pass
        log.info("last")
    last = json_lines(stream.getvalue())[-1]
    assert last["event"] == "last"
    assert 98 <= last["lost"] <= 100


async def test_a_session_is_told_of_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    stream = io.StringIO()
    settings = Settings(demo=True, jwt_secret=SECRET, db=str(tmp_path / "lockstep.db")).checked()
    command = new_id()
    with logging_to(stream, level="debug", format="json"):
        async with serving(build(settings)) as served:
            async with served.http(token=admin_token()) as http:
                await http.put("/v1/users/omar", json=USERS["omar"])
                await http.put("/v1/workflows/call", json=CALL)
                await http.get("/v1/users?query=all%20users&password=hidden")
            async with served.session("omar") as omar:
                await omar.hear("snapshot")
                started = await omar.command(
                    "start", id=command, workflow="call", data={"who": "XYZZY"}
                )
                [entry] = started["result"]["entries"]
                await omar.command("say", entry=entry, body="XYZZY")
                await omar.command("say", entry="nothing", body="XYZZY")
            async with served.session("nobody") as nobody:
                assert await nobody.closed() == 4100
    lines = json_lines(stream.getvalue())
    session = next(line["session"] for line in lines if line["event"] == "signed in")
    told = [line for line in lines if line.get("session") == session]
    assert [line["event"] for line in told] == [
        "connected",
        "signed in",
        "start: done",
        "say: done",
        "say: refused",
        "refused",
        "closed",
    ]
    connected, signed_in, start, say, _, refused, closed = told
    assert connected["address"] == "127.0.0.1"
    assert (signed_in["user"], signed_in["kind"]) == ("omar", "snapshot")
    assert (start["user"], start["command"], start["n"]) == ("omar", command, started["n"])
    assert say["entry"] == entry
    assert refused["code"] == "not_found"
    assert closed["code"] == 1000
    assert [line["code"] for line in lines if line["event"] == "closed"] == [1000, 4100]
    for never in ("XYZZY", "hidden", "demo:omar", admin_token()[:20]):
        assert never not in stream.getvalue()
