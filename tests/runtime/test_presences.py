"""Presence with a real store behind it: contacts are learnt, new entries bring people together."""

from lockstep_protocol.commands import Say, Watch
from lockstep_protocol.pushes import Presence
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, Window, eventually


def others(window: Window) -> dict[str, tuple[str, str | None]]:
    """Who is there, as a client of ``window`` has it."""
    found: dict[str, tuple[str, str | None]] = {}
    for message in window.heard:
        if isinstance(message, Presence):
            found[message.user] = (message.state, message.watching)
    return {user: shown for user, shown in found.items() if shown[0] != "offline"}


def come(house: House, user: str) -> Window:
    window = house.window(user)
    house.runtime.presences.came(window)
    return window


async def passing(house: House, condition: object) -> None:
    """Let time pass until ``condition`` holds."""
    assert callable(condition)

    def later() -> bool:
        house.now += 0.05
        house.runtime.hub.join(nobody)
        house.runtime.hub.leave(nobody)  # has it look at the clock
        return bool(condition())

    nobody = Window("nobody")
    await eventually(later)


async def test_contacts_are_read_when_a_user_comes(house: House) -> None:
    entry = await house.start()
    ann, zoe = come(house, "ann"), come(house, "zoe")
    bob = come(house, "bob")
    await passing(house, lambda: "bob" in others(ann) and "ann" in others(bob))
    await house.runtime.presences.watch(bob, Watch(entry=entry))
    await passing(house, lambda: others(ann) == {"bob": ("online", entry)})
    await house.runtime.presences.watch(zoe, Watch(entry=entry))
    assert not house.runtime.hub.is_looking("zoe", entry)
    await house.runtime.presences.watch(bob, Watch(entry=entry, away=True))
    assert not house.runtime.hub.is_looking("bob", entry)
    await passing(house, lambda: others(ann) == {"bob": ("away", None)})
    house.runtime.hub.leave(bob)
    await passing(house, lambda: others(ann) == {})
    assert zoe.heard == []


async def test_a_new_entry_and_a_mention_bring_people_together(house: House) -> None:
    await house.runtime.admin.put_user("eva", {"name": "Eva"}, "sam")
    ann, bob, eva = come(house, "ann"), come(house, "bob"), come(house, "eva")
    entry = await house.start()
    await passing(house, lambda: "bob" in others(ann) and "ann" in others(bob))
    assert others(eva) == {}
    await house.do("ann", Say(id=new_id(), entry=entry, body="@eva"))
    await passing(house, lambda: set(others(eva)) == {"ann", "bob"})
    await passing(house, lambda: "eva" in others(bob))
