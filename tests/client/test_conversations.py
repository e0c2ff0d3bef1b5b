"""What the client keeps of a conversation, and from where on it says that nothing is missing."""

from typing import Any

from lockstep_client.conversations import Conversations
from lockstep_client.events import Said


def chat(m: int, revision: int = 0) -> dict[str, Any]:
    return {"type": "chat", "entry": "e", "m": m, "body": f"{m}"} | (
        {"revision": revision} if revision else {}
    )


def test_an_edit_of_what_is_not_kept_is_told_and_leaves_no_hole() -> None:
    conversations = Conversations()
    assert conversations.chat(chat(1, 1)) == [Said("e", chat(1, 1))]
    assert conversations.known_from("e") is None
    for message in (chat(7), chat(8), chat(3, 1)):
        conversations.chat(message)
    assert sorted(conversations.messages["e"]) == [7, 8]
    assert conversations.known_from("e") == 7


def test_an_edit_of_what_is_kept_or_newer_than_all_is_kept() -> None:
    conversations = Conversations()
    # Who comes back may hear of a message only after it was edited.
    for message in (chat(7), chat(7, 2), chat(7, 1), chat(8, 1)):
        conversations.chat(message)
    kept = conversations.messages["e"]
    assert {m: each.get("revision") for m, each in kept.items()} == {7: 2, 8: 1}


def test_after_an_entry_has_left_an_edit_brings_back_no_part_of_it() -> None:
    conversations = Conversations()
    for message in (chat(1), chat(2)):
        conversations.chat(message)
    conversations.forget("e")
    conversations.chat(chat(1, 1))
    assert conversations.known_from("e") is None
