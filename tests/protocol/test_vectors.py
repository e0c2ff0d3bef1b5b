"""The protocol package and the shared vectors say the same."""

import json
from typing import Any, get_args

import msgspec
import pytest

from lockstep_protocol.codec import (
    JSON,
    SUBPROTOCOLS,
    decode_client,
    decode_server,
    encode_client,
    encode_frame,
)
from lockstep_protocol.commands import ClientMessage
from lockstep_protocol.digest import digest
from lockstep_protocol.entry import EntryView, GuestView, apply_diff, diff_views
from lockstep_protocol.pushes import ServerMessage
from lockstep_protocol.refusals import Refused
from tests.protocol.samples import SAMPLES
from tests.protocol.vectors import cases, named


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("case", cases("client"), ids=named)
def test_a_client_message_is_read_and_written_as_it_was(
    case: dict[str, Any], subprotocol: str
) -> None:
    encoder = msgspec.json if subprotocol == JSON else msgspec.msgpack
    [message] = decode_client(encoder.encode(case["message"]), subprotocol)
    assert message.__struct_config__.tag == case["message"]["type"]
    again = encoder.decode(encode_client([message], subprotocol))
    assert again == case["message"]


def test_every_client_message_has_a_vector() -> None:
    said = {each.__struct_config__.tag for each in get_args(ClientMessage)}
    assert {case["message"]["type"] for case in cases("client")} == said


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
@pytest.mark.parametrize("case", cases("server"), ids=named)
def test_a_server_message_is_written_as_the_vector_has_it(
    case: dict[str, Any], subprotocol: str
) -> None:
    frame = encode_frame([SAMPLES[case["name"]]], subprotocol)
    assert decode_server(frame, subprotocol) == [case["message"]]


def test_every_server_message_has_a_vector() -> None:
    told = {each.__struct_config__.tag for each in get_args(ServerMessage)}
    assert {case["message"]["type"] for case in cases("server")} == told
    assert {case["name"] for case in cases("server")} == set(SAMPLES)


@pytest.mark.parametrize("case", cases("digests"), ids=named)
def test_an_inbox_has_the_digest_of_the_vector(case: dict[str, Any]) -> None:
    assert digest(case["versions"]) == case["digest"]


@pytest.mark.parametrize("case", cases("invalid"), ids=named)
def test_an_invalid_frame_is_refused_at_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        decode_client(case["frame"], JSON)
    refusal = caught.value.refusal
    assert refusal.code == case["code"]
    assert refusal.details is not None
    assert refusal.details["pointer"] == case["pointer"]
    assert refusal.id == case.get("id")
    assert refusal.message


def _view(wire: dict[str, Any]) -> EntryView | GuestView:
    if wire.get("guest"):
        return msgspec.convert(wire, GuestView)
    return msgspec.convert(wire, EntryView)


@pytest.mark.parametrize("case", cases("diffs"), ids=named)
def test_a_diff_is_found_and_applied(case: dict[str, Any]) -> None:
    changed, gone = diff_views(_view(case["old"]), _view(case["new"]))
    # As text: to Python, 1 and true are equal.
    assert json.dumps(msgspec.to_builtins(changed), sort_keys=True) == json.dumps(
        case["set"], sort_keys=True
    )
    assert sorted(gone) == sorted(case["unset"])
    applied = apply_diff(case["old"], case["version"], case["set"], case["unset"])
    assert json.dumps(applied, sort_keys=True) == json.dumps(case["new"], sort_keys=True)
