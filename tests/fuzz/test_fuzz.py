"""A few seconds of fuzzing; ``python -m tests.fuzz --seconds N`` goes on for longer."""

import logging
import tracemalloc
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep_protocol.codec import JSON, MSGPACK, SUBPROTOCOLS

from .making import NONSENSE, frame
from .pure import decode, live_through
from .strangers import held, house, listening, visits

SEEDS = st.integers(0, 2**64)


@given(st.binary(max_size=200), st.sampled_from(SUBPROTOCOLS))
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_a_frame_or_refused(data: bytes, subprotocol: str) -> None:
    decode(data, subprotocol)


@given(st.text(max_size=200))
@example("\ud800")
@settings(deadline=None)
def test_any_text_is_a_frame_or_refused(text: str) -> None:
    decode(text, JSON)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("data", NONSENSE)
def test_nonsense_is_refused(data: bytes, subprotocol: str) -> None:
    assert not decode(data, subprotocol)


@given(SEEDS, st.sampled_from(SUBPROTOCOLS))
@settings(deadline=None, max_examples=400)
def test_frames_that_are_nearly_right(seed: int, subprotocol: str) -> None:
    decode(frame(Random(seed), subprotocol == MSGPACK), subprotocol)


@given(SEEDS, st.lists(st.binary(max_size=60), max_size=3))
@settings(deadline=None)
def test_a_session_only_ever_says_what_is_to_be_done(seed: int, chosen: list[bytes]) -> None:
    live_through(Random(seed), chosen)


async def test_strangers_are_answered_and_cost_nothing(caplog: pytest.LogCaptureFixture) -> None:
    # pytest keeps what is logged, and a warning for each wrong request is not what is weighed.
    caplog.set_level(logging.ERROR, "uvicorn.error")
    with listening() as loud:
        async with house() as served:
            tracemalloc.start()
            await visits(served, 1, 300)
            before = held()
            told = await visits(served, 2, 600)
            grown = held() - before
            tracemalloc.stop()
            async with served.http() as http:
                assert (await http.get("/healthz")).status_code == 200
    assert loud.heard == []
    assert grown < 1_500_000
    # All kinds of answers were seen, or the strangers do not do their work.
    for answer in ("HTTP 400", "HTTP 401", "HTTP 404", "closed with 4200", "welcome"):
        assert told[answer] > 0, told
