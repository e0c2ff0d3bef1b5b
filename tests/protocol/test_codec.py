"""Whatever comes in, the codec gives messages or a refusal."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_protocol import limits
from lockstep_protocol.codec import (
    JSON,
    MSGPACK,
    SUBPROTOCOLS,
    decode_client,
    decode_command,
    decode_server,
    encode_frame,
)
from lockstep_protocol.commands import Choose, Ping, Start
from lockstep_protocol.pushes import Pong
from lockstep_protocol.refusals import Refusal, Refused
from tests.protocol.vectors import cases

ID = "019c0d3a-4a80-7000-8000-000000000001"
START = {"type": "start", "id": ID, "workflow": "w"}


def refused(data: bytes | str, subprotocol: str = JSON, **more: Any) -> Refusal:
    with pytest.raises(Refused) as caught:
        decode_client(data, subprotocol, **more)
    return caught.value.refusal


def test_a_frame_is_one_message_or_several() -> None:
    assert decode_client('{"type":"ping"}', JSON) == [Ping()]
    assert decode_client(b'[{"type":"ping"},{"type":"ping"}]', JSON) == [Ping(), Ping()]


def test_one_message_is_an_object_and_several_are_an_array() -> None:
    assert encode_frame([Pong(n=1)], JSON) == b'{"type":"pong","n":1}'
    assert encode_frame((Pong(n=1), Pong(n=2)), JSON) == (
        b'[{"type":"pong","n":1},{"type":"pong","n":2}]'
    )


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_the_size_is_looked_at_before_anything_else(subprotocol: str) -> None:
    frame = b"{" * (limits.CLIENT_FRAME_BYTES + 1)
    refusal = refused(frame, subprotocol)
    assert refusal.code == "too_large"
    assert refusal.details == {"limit": limits.CLIENT_FRAME_BYTES, "pointer": ""}
    assert refused(frame[:-1], subprotocol).code == "invalid"


def test_the_size_is_counted_in_bytes() -> None:
    ping = '{"type":"ping"}'
    assert decode_client(ping + " " * 5, JSON, limit=20) == [Ping()]
    assert refused(ping + "ü" * 3, JSON, limit=20).code == "too_large"


def test_data_is_small_even_where_its_frame_is_smaller_than_its_json() -> None:
    # In MessagePack a number of eight bytes can be one byte short of nineteen digits.
    frame = msgspec.msgpack.encode({**START, "data": {"a": [2**62] * 6000}})
    assert len(frame) < limits.CLIENT_FRAME_BYTES
    refusal = refused(frame, MSGPACK)
    assert refusal.code == "too_large"
    assert refusal.id == ID
    assert refusal.details == {"limit": limits.ENTRY_DATA_BYTES, "pointer": "/data"}


def test_a_body_of_just_the_limit_is_taken() -> None:
    body = "x" * limits.CHAT_BODY_BYTES
    frame = msgspec.json.encode({"type": "say", "id": ID, "entry": "e1", "body": body})
    assert len(decode_client(frame, JSON)) == 1


@pytest.mark.parametrize(
    ("levels", "fits"), [(limits.NESTING_LEVELS - 2, True), (limits.NESTING_LEVELS - 1, False)]
)
@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_nesting_is_bounded(subprotocol: str, levels: int, fits: bool) -> None:
    nested: Any = "bottom"
    for _ in range(levels):
        nested = [nested]
    message = {**START, "data": {"a": nested}}
    frame = (msgspec.json if subprotocol == JSON else msgspec.msgpack).encode(message)
    if fits:
        [start] = decode_client(frame, subprotocol)
        assert isinstance(start, Start)
    else:
        refusal = refused(frame, subprotocol)
        assert refusal.id == ID
        assert "32 levels" in refusal.message


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"type":"start","data":{"a":'])
def test_nesting_without_end_is_refused(opening: str) -> None:
    assert refused(opening * (limits.CLIENT_FRAME_BYTES // len(opening))).code == "invalid"


def test_nesting_without_end_in_messagepack_is_refused() -> None:
    assert refused(b"\x91" * 60_000, MSGPACK).code == "invalid"
    data = msgspec.msgpack.encode({**START, "data": {"a": 0}})
    assert refused(data[:-1] + b"\x91" * 50_000 + b"\xc0", MSGPACK).code == "invalid"


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (b"bytes", "/data/a"),
        ([1, float("nan")], "/data/a/1"),
        (float("inf"), "/data/a"),
        ({3: 4}, "/data/a"),
        ({"x/y~": b""}, "/data/a/x~1y~0"),
        (datetime(2026, 1, 1, tzinfo=UTC), "/data/a"),
        (msgspec.msgpack.Ext(5, b"x"), "/data/a"),
    ],
)
def test_messagepack_may_only_say_what_json_can(value: Any, pointer: str) -> None:
    refusal = refused(msgspec.msgpack.encode({**START, "data": {"a": value}}), MSGPACK)
    assert (refusal.code, refusal.id) == ("invalid", ID)
    assert refusal.details == {"pointer": pointer}


def test_keys_are_strings_at_the_top_of_data_too() -> None:
    refusal = refused(msgspec.msgpack.encode({**START, "data": {3: 4}}), MSGPACK)
    assert refusal.details == {"pointer": "/data"}


def test_the_http_door_takes_one_command() -> None:
    choose = {"type": "choose", "id": ID, "entry": "e", "step": "s", "visit": 1, "path": "p"}
    assert isinstance(decode_command(msgspec.json.encode(choose)), Choose)
    for body, pointer in (([choose, choose], ""), ({"type": "ping"}, "/type")):
        with pytest.raises(Refused) as caught:
            decode_command(msgspec.json.encode(body))
        assert caught.value.refusal.details == {"pointer": pointer}


@pytest.mark.parametrize("frame", ["3", "[3]", "{}", "[]x", '{"type":3}'])
def test_a_client_says_when_a_server_talks_nonsense(frame: str) -> None:
    with pytest.raises(ValueError):
        decode_server(frame, JSON)


def test_a_client_reads_types_it_does_not_know() -> None:
    assert decode_server('{"type":"new","x":1}', JSON) == [{"type": "new", "x": 1}]


def check(frame: bytes | str, subprotocol: str) -> None:
    try:
        messages = decode_client(frame, subprotocol)
    except Refused as refusal:
        encode_frame([refusal.refusal], subprotocol)
    else:
        # Whatever was let in can be sent on, in either subprotocol.
        for each in messages:
            for encoder in (msgspec.json, msgspec.msgpack):
                encoder.encode(each)


@given(st.binary(max_size=200), st.sampled_from(SUBPROTOCOLS))
def test_any_bytes_are_messages_or_a_refusal(frame: bytes, subprotocol: str) -> None:
    check(frame, subprotocol)


@given(st.text(st.characters(), max_size=50))
def test_any_text_is_messages_or_a_refusal(frame: str) -> None:
    check(frame, JSON)


VALID = [case["message"] for case in cases("client")]


@given(
    st.sampled_from(VALID),
    st.sampled_from(SUBPROTOCOLS),
    st.integers(min_value=0),
    st.binary(min_size=0, max_size=3),
)
def test_a_message_with_damage_is_a_message_or_a_refusal(
    message: dict[str, Any], subprotocol: str, at: int, damage: bytes
) -> None:
    frame = (msgspec.json if subprotocol == JSON else msgspec.msgpack).encode(message)
    at %= len(frame)
    check(frame[:at] + damage + frame[at + len(damage) :], subprotocol)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(VALID), st.text(max_size=8), VALUES, st.booleans())
def test_a_message_with_another_member_is_a_message_or_a_refusal(
    message: dict[str, Any], other: str, value: Any, replace: bool
) -> None:
    changed = {**message, (next(iter(message)) if replace else other): value}
    for subprotocol, encoder in ((JSON, msgspec.json), (MSGPACK, msgspec.msgpack)):
        try:
            frame = encoder.encode(changed)
        except (OverflowError, UnicodeEncodeError, ValueError):
            continue
        check(frame, subprotocol)
