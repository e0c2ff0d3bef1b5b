"""Real clients, a real server, a bad network: 500 histories, and faults that must be found."""

import re
from pathlib import Path
from typing import Any

import pytest

from lockstep_client.conversations import Conversations
from lockstep_client.inbox import Inbox
from lockstep_protocol.commands import Command

from .planted import FrameLoss
from .running import CLIENTS, PYTHON, tell_all
from .windows import _Listening

WRONG = re.compile("is wrong: (entries|rooms|conversations) ")
SEED = 1
HISTORIES = 500
AT_ONCE = 16
PLANTED = 24
"""Histories among which a planted fault has to show."""
HASTE = 2.0
"""Seconds after which a planted fault has shown."""


async def test_whatever_happens_all_are_equal_in_the_end_and_each_command_is_done_once(
    tmp_path: Path,
) -> None:
    told = await tell_all(tmp_path, range(SEED, SEED + HISTORIES), AT_ONCE, CLIENTS)
    assert told.failed == {}, "again: python -m tests.faults --seed N"
    assert told.lives > 5
    commands = "start choose say edit delete lock unlock status dispatch"
    for what in commands.split():
        assert told.outcomes[f"{what} done"] > 50, told.outcomes
    for rarer in ("stale", "locked", "ask done", "edit in room done"):
        assert told.outcomes[rarer] > 0, told.outcomes
    assert "Traceback" not in told.errors, told.errors


async def planted(folder: Path, **more: Any) -> str:
    """What the histories say of a planted fault."""
    told = await tell_all(folder, range(SEED, SEED + PLANTED), AT_ONCE, PYTHON, **more)
    return "\n".join(told.failed.values())


@pytest.mark.parametrize("kind", ["diff", "entry", "gone"])
async def test_a_server_that_drops_a_frame_is_found(tmp_path: Path, kind: str) -> None:
    said = await planted(tmp_path, plant=lambda _: FrameLoss(kind), patience=HASTE)
    assert WRONG.search(said)


async def test_a_client_that_forgets_a_diff_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Inbox.diff
    left = [30]

    def forgetful(self: Inbox, message: dict[str, Any]) -> Any:
        left[0] -= 1
        if left[0] % 10 == 0 and message["entry"] in self.entries:
            held = self.entries[message["entry"]]
            self.entries[message["entry"]] = {**held, "version": message["version"]}
            return []
        return apply(self, message)

    monkeypatch.setattr(Inbox, "diff", forgetful)
    assert WRONG.search(await planted(tmp_path, patience=HASTE))


async def test_a_client_that_takes_no_edits_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = Conversations.chat

    def stubborn(self: Conversations, message: dict[str, Any]) -> Any:
        return [] if message.get("revision") else chat(self, message)

    monkeypatch.setattr(Conversations, "chat", stubborn)
    assert WRONG.search(await planted(tmp_path, patience=HASTE))


async def test_a_client_that_gives_a_command_twice_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = _Listening.command

    async def twice(self: _Listening, command: Command) -> dict[str, Any]:
        self.mirror.give(type(command)(**{**_members(command), "id": self.new_id()}))
        return await once(self, command)

    monkeypatch.setattr(_Listening, "command", twice)
    assert "that nobody gave" in await planted(tmp_path, patience=HASTE)


def _members(command: Command) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}
