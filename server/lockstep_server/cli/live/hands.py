"""What one can do from the live view: the lock, the paths, and how their answers are told."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

from rich.text import Text
from textual.app import App

from lockstep_client import Client, CommandRefused, ConnectionEnded, TooManyPending, View
from lockstep_server.cli.asking import schema_of
from lockstep_server.cli.fields import given_of
from lockstep_server.cli.remote import Remote
from lockstep_server.cli.trouble import Trouble

from . import drawing, words
from .model import Model
from .sheets import Form

HASTE = 0.7
"""Seconds after a change of step in which a number counts as meant for the step before."""


class Hands(App[Trouble | int]):
    """The commands of one user, by key."""

    def __init__(self, remote: Remote) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.client = Client(remote.url, remote.token, name="lockstep-cli")
        self.model = Model(self.client)
        self._remote = remote
        self._dirty = True
        self._notice: tuple[float, Text] | None = None

    def action_write(self) -> None:
        """Write a message to what is selected."""
        raise NotImplementedError

    def action_lock(self) -> None:
        """Take the lock, or give it back."""
        view = self._entry()
        if view is None:
            return
        lock = view.get("locked")
        if lock is None:
            self._do(self.client.lock(view["id"]), "You have it now.")
        elif self.model.me in lock["by"]:
            self._do(self.client.unlock(view["id"]), "You gave it back.")
        else:
            holders = words.people(lock["by"], self.model.name, self.model.me)
            self._say(f"{holders} has it: a asks for it, w waits in line.")

    def action_wait(self) -> None:
        """Get in line for the lock, or leave the line."""
        view = self._entry()
        if view is None:
            return
        lock = view.get("locked") or {}
        line = [one["user"] for one in lock.get("waiting") or ()]
        if self.model.me in line:
            self._do(self.client.unlock(view["id"]), "You left the line.")
        elif not lock or self.model.me in lock["by"]:
            self._say("Nobody else has it: l takes it.")
        else:
            self._do(self.client.lock(view["id"], wait=True), "You are in line for it.")

    def action_ask(self) -> None:
        """Ask those who hold the lock."""
        view = self._entry()
        if view is None:
            return
        lock = view.get("locked")
        if lock is None or self.model.me in lock["by"]:
            self._say("Nobody else has it: l takes it.")
        else:
            self._do(self.client.ask(view["id"]), "They are asked.")

    def action_choose(self, number: int) -> None:
        """Take a path by its number."""
        view = self._entry()
        if view is None:
            return
        paths = view.get("paths") or []
        if number > len(paths):
            self._say(f"There is no path {number} here.")
        elif self.model.changed_just_now(view["id"], HASTE):
            self._say("It has just moved: look at its paths, and press the number again.")
        else:
            self._take_path(view, paths[number - 1])

    def _take_path(self, view: View, path: dict[str, Any]) -> None:
        behavior = path.get("behavior") or {}
        where = {"step": view["step"], "visit": view["visit"]}
        if behavior.get("behavior") != "form":
            chosen = self.client.choose(view["id"], path["label"], **where)
            self._do(chosen, _after(path, behavior))
            if behavior.get("behavior") == "chat":
                self.action_write()
            return

        async def send(data: dict[str, Any]) -> dict[str, Any] | None:
            try:
                await self.client.choose(view["id"], path["label"], data=data, **where)
            except CommandRefused as refused:
                if refused.code == "invalid":
                    return {"message": refused.message, "details": refused.details}
                self._refused(refused)
            else:
                self._say(_after(path, behavior))
            return None

        async def ask() -> None:
            try:
                schema = await asyncio.to_thread(
                    schema_of, self._remote, str(behavior.get("fields"))
                )
            except Trouble as trouble:
                self._say(trouble.format_message(), wrong=True)
                return
            form = Form(path["label"], str(view["title"]), schema, given_of(behavior), send)
            await self.push_screen(form)

        self.run_worker(ask())

    def _entry(self) -> View | None:
        """The selected entry, unless it is a room, a guest's, or gone."""
        self.model.touched()
        view = self.model.selected
        if view is None:
            return None
        if self.model.listing.gone(view["id"]):
            self._say("It has left your inbox.")
            return None
        if "step" not in view:
            self._say("Here one can only read and write: m writes.")
            return None
        return view

    def _do(self, command: Awaitable[Any], done: str) -> None:
        async def doing() -> None:
            try:
                await command
            except CommandRefused as refused:
                self._refused(refused)
            except TooManyPending as full:
                self._say(str(full), wrong=True)
            except ConnectionEnded:
                pass  # Whoever follows says so.
            else:
                if done:
                    self._say(done)

        if not self.client.connected:
            self._say("You are offline: it is sent as soon as the server is back.")
        self.run_worker(doing())

    def _refused(self, refused: CommandRefused) -> None:
        self._say(refused.message or refused.code, wrong=True)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._notice = (time.monotonic(), Text(f" {text}", drawing.WRONG if wrong else "bold"))
        self._dirty = True


def where(view: View) -> dict[str, Any]:
    """An entry or a room, as the client's methods for conversations want it."""
    room = "members" in view
    return {"entry": None if room else view["id"], "room": view["id"] if room else None}


def _after(path: dict[str, Any], behavior: dict[str, Any]) -> str:
    """What is left to do when the path was taken."""
    if behavior.get("behavior") in ("dispatch", "schedule", "payment", "layout", "wiki"):
        return f"{path['label']}: done. What belongs to it is in the web inbox."
    return f"{path['label']}: done."
