"""Refusals say what to do about them."""

from typing import get_args

import pytest

from lockstep_protocol import closes, refusals
from lockstep_protocol.codec import JSON, decode_server, encode_frame
from lockstep_protocol.refusals import KINDS, RefusalCode, Refused, refusal


@pytest.mark.parametrize("code", get_args(RefusalCode))
def test_class_status_and_text_follow_from_the_code(code: RefusalCode) -> None:
    made = refusal(code)
    assert made.class_ == KINDS[code].class_
    assert made.message == KINDS[code].text
    assert 400 <= made.status < 600
    [wire] = decode_server(encode_frame([made], JSON), JSON)
    assert wire == {
        "type": "refusal",
        "code": code,
        "class": made.class_,
        "message": made.message,
    }


def test_what_may_be_sent_again_as_it_is_is_never_the_senders_fault() -> None:
    for kind in KINDS.values():
        assert (kind.class_ == "retry") <= (kind.status >= 500)


@pytest.mark.parametrize(
    ("raised", "details"),
    [
        (refusals.invalid("/a", "No.", id="x"), {"pointer": "/a"}),
        (
            refusals.stale("mei", "t", "claimed", entry=None),
            {"by": "mei", "at": "t", "step": "claimed"},
        ),
        (refusals.locked(("mei",)), {"by": ["mei"]}),
        (refusals.locked(("mei",), "t"), {"by": ["mei"], "until": "t"}),
        (refusals.too_large(9), {"limit": 9, "pointer": ""}),
        (refusals.later("busy", 250), {"after_ms": 250}),
    ],
)
def test_details_are_as_the_specification_has_them(
    raised: Refused, details: dict[str, object]
) -> None:
    assert raised.refusal.details == details
    assert raised.refusal.code in str(raised)


def test_an_id_is_given_to_a_refusal_later() -> None:
    assert refusals.with_id(refusal("busy"), "x") == refusal("busy", id="x")


def test_every_close_code_constant_is_in_the_list() -> None:
    named = {value for value in vars(closes).values() if isinstance(value, int)}
    assert named == set(closes.CLOSES)
