"""The live view: the inbox on a terminal, drawn anew as it changes, and keys to act from it."""

import asyncio
import signal
import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Key
from textual.widgets import Input, Static

from lockstep_client import CommandRefused, ConnectionEnded, FellBehind, Synced, TooManyPending
from lockstep_server.cli.remote import Remote
from lockstep_server.cli.trouble import Trouble

from . import bars, drawing, keys, words
from .hands import Hands, where
from .rows import Rows
from .sheets import Help

BEAT = 0.2
NOTICE_SECONDS = 8.0
LATEST = 3
"""Lines of what happened last."""
WIDE = 110
"""Columns from which on the list and an entry stand side by side."""
SHORT = 18
"""Lines below which the latest are left out."""
TYPING_SECONDS = 3.0


class Live(Hands):
    """One user's inbox. ``run`` returns what ended it: a trouble, or an exit code."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS_PATH = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings()

    def __init__(self, remote: Remote) -> None:
        super().__init__(remote)
        self._open = False
        self._second = 0.0
        self._typed = 0.0
        self._looked_at = ""
        self._shown = ""
        self._read: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """The parts, from the top down."""
        yield Static(id="head")
        with Horizontal(id="middle"):
            yield Rows(self.model, colour=not self.no_color)
            with Vertical(id="entry"):
                yield Static(id="facts")
                with VerticalScroll(id="scroll", can_focus=False):
                    yield Static(id="talk")
        yield Static(id="line")
        yield Static(id="latest")
        with Horizontal(id="composer"):
            yield Static(id="to")
            yield Input(id="message", compact=True)
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Connect, and draw from now on."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 128 + number)
        self.run_worker(self._follow(), exclusive=True, group="follow")
        self.set_interval(BEAT, self._beat)

    def on_resize(self) -> None:
        """The terminal has another size."""
        self._dirty = True
        self.call_after_refresh(self._draw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is a command now: while something is written, few are."""
        if action not in keys.COMMANDS:
            return True
        return len(self.screen_stack) == 1 and not isinstance(self.focused, Input)

    def action_end(self) -> None:
        """End, whatever is open."""
        self.exit(0)

    def action_leave(self) -> None:
        """End."""
        self.exit(0)

    def on_key(self, event: Key) -> None:
        """Escape leaves a message that is written."""
        if event.key == "escape" and len(self.screen_stack) == 1:
            self.action_back_out()

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_move(self, by: int) -> None:
        """Select another entry."""
        self.model.touched()
        self.query_one(Rows).move(by)
        self._look()

    def action_page(self, by: int) -> None:
        """A page of what is looked at."""
        self.model.touched()
        if self._open:
            scroll = self.query_one("#scroll", VerticalScroll)
            scroll.scroll_page_up(animate=False) if by < 0 else scroll.scroll_page_down(
                animate=False
            )
        else:
            rows = self.query_one(Rows)
            rows.move(by * rows.page)
            self._draw()

    def action_open(self) -> None:
        """Open the selected entry."""
        self.model.touched()
        if self.model.selected is not None:
            self._open = True
            self._look()

    def action_back_out(self) -> None:
        """Close the message, or the entry."""
        self.model.touched()
        composer = self.query_one("#composer")
        if composer.display:
            composer.display = False
            self.set_focus(None)
        elif self._open:
            self._open = False
        self._look()

    def action_settle(self) -> None:
        """Let the rows move now, and go to the top when something new is there."""
        listing = self.model.listing
        new = listing.waiting
        self.model.settle()
        if new:
            self.query_one(Rows).move(-len(listing.shown))
        self._look()

    def action_retry(self) -> None:
        """Connect now."""
        self.client.retry()

    def action_write(self) -> None:
        """Write a message to what is selected."""
        self.model.touched()
        view = self.model.selected
        if view is None:
            return
        self.query_one("#to", Static).update(Text(" To everybody here: ", "bold"))
        self.query_one("#composer").display = True
        # At once: `focus` would let the next keys be taken for commands.
        self.set_focus(self.query_one("#message", Input))
        self._open = True
        self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Others see that somebody writes."""
        view, now = self.model.selected, time.monotonic()
        self.model.touched()
        if event.input.id != "message" or view is None or not event.value:
            return
        if now - self._typed > TYPING_SECONDS:
            self._typed = now
            self.run_worker(self.client.typing(**where(view)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the message."""
        view, text = self.model.selected, event.value.strip()
        if event.input.id != "message" or view is None:
            return
        event.input.value = ""
        if text:
            self._typed = 0.0
            self._do(self.client.say(**where(view), body=text), "")
        self.action_back_out()

    async def _follow(self) -> None:
        try:
            changes = self.client.changes()
            async with self.client:
                while True:
                    try:
                        async for event in changes:
                            self.model.take(event)
                            self._dirty = True
                            if isinstance(event, Synced):
                                self._looked_at = ""
                                self._look()
                        break
                    except FellBehind:
                        changes = self.client.changes()
                        self.model.bring()
                await self.client.ready()
        except ConnectionEnded as ended:
            code = "unauthorized" if ended.code == 4100 else "ended"
            self.exit(Trouble(str(ended), code))
        except (OSError, ValueError) as failure:
            text = f"The server at {self._remote.url} cannot be reached: {failure}"
            self.exit(Trouble(text, "unreachable"))

    def _look(self) -> None:
        """Tell the server and others what is looked at, and draw."""
        view = self.model.selected if self._open else None
        looked_at = view["id"] if view is not None and "members" not in view else ""
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self.run_worker(self.client.watch(looked_at or None))
        if view is not None:
            if "step" in view and not view.get("seen"):
                self.run_worker(self.client.mark_seen(view["id"]))
            if view["id"] not in self.model.pages:
                self.model.add_page(view["id"], ())
                self.run_worker(self._load(view["id"]))
        self._draw()

    async def _load(self, place: str) -> None:
        view = self.model.view(place)
        if view is None:
            return
        try:
            page = await self.client.messages(**where(view))
        except (CommandRefused, TooManyPending, ConnectionEnded):
            self.model.pages.pop(place, None)
            return
        self.model.add_page(place, page["messages"])
        self._dirty = True

    def _beat(self) -> None:
        if self.model.beat():
            self.query_one(Rows).settle()
        if self._dirty or time.monotonic() - self._second >= 1.0:
            self._second = time.monotonic()
            self._look()

    def _draw(self) -> None:
        """Everything as it is now."""
        self._dirty = False
        width, height = self.size
        wide = width >= WIDE
        rows = self.query_one(Rows)
        rows.display = wide or not self._open
        entry = self.query_one("#entry")
        entry.display = wide or self._open
        rows.set_class(wide, "beside")
        entry.set_class(wide, "beside")
        writing = bool(self.query_one("#composer").display)
        latest = self.query_one("#latest", Static)
        latest.display = height >= SHORT and not (self._open and not wide)
        self.query_one("#line").display = not writing or self._notice is not None
        told = keys.WRITING if writing else keys.OPENED if self._open else keys.LISTED
        self.query_one("#keys", Static).update(Text(told, "dim", no_wrap=True))
        self.query_one("#head", Static).update(bars.head(self.model, width))
        self.query_one("#line", Static).update(self._line())
        lines = [drawing.note_line(note, width - 2) for note in list(self.model.notes)[-LATEST:]]
        latest.update(
            Text("\n").join(lines or [Text("Changes appear here as they happen.", "dim")])
        )
        rows.show()
        if wide or self._open:
            self._draw_entry()

    def _draw_entry(self) -> None:
        view, now = self.model.selected, words.now()
        facts, talk = self.query_one("#facts", Static), self.query_one("#talk", Static)
        if view is None:
            facts.update("")
            talk.update("")
            return
        facts.update(drawing.facts(self.model, view, now, colour=not self.no_color))
        scroll = self.query_one("#scroll", VerticalScroll)
        at_end = scroll.scroll_y >= scroll.max_scroll_y - 1
        talk.update(drawing.talk(self.model, view, now))
        if at_end or self._shown != view["id"]:
            self._shown = view["id"]
            scroll.scroll_end(animate=False)
        if self._open:
            self._mark_read(view["id"])

    def _mark_read(self, place: str) -> None:
        view = self.model.view(place)
        said = self.model.messages(place)
        if view is None or not said or not self.client.connected:
            return
        newest = said[-1]["m"]
        if newest > self._read.get(place, 0) and self.model.unread(view):
            self._read[place] = newest
            self.run_worker(self.client.mark_read(m=newest, **where(view)))

    def _line(self) -> Text:
        if self._notice is not None:
            at, text = self._notice
            if time.monotonic() - at < NOTICE_SECONDS:
                return text
            self._notice = None
        view = self.model.selected
        listed = (self._open or self.size.width >= WIDE) and self.size.height >= SHORT
        if view is None or listed or self.model.listing.gone(view["id"]):
            return Text("")
        return drawing.paths_line(view)
