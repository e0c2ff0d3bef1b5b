"""Command ids."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_protocol.ids import is_uuid7, uuid7, uuid7_ms


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_ids_are_uuids_of_version_7_that_carry_their_time(ms: int, random: bytes) -> None:
    text = uuid7(ms, random)
    parsed = uuid.UUID(text)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert is_uuid7(text)
    assert is_uuid7(text.upper())
    assert uuid7_ms(text) == ms


def test_the_example_of_the_rfc() -> None:
    # RFC 9562, A.6: rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
    random = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_later_ids_sort_after_earlier_ones() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, bytes(10))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert not is_uuid7(text)


def test_a_time_or_randomness_that_does_not_fit_is_a_fault() -> None:
    with pytest.raises(ValueError):
        uuid7(2**48, bytes(10))
    with pytest.raises(ValueError):
        uuid7(-1, bytes(10))
    with pytest.raises(ValueError):
        uuid7(1, bytes(9))
