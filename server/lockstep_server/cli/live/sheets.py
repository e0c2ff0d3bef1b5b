"""What lies over the inbox for a moment: a form, and help."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from lockstep_server.cli.fields import Field, Unreadable, errors_of, fields_of

Send = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Sends the data; None when that was the end of it, otherwise the refusal."""

HELP = (
    ("↑ ↓  k j", "the entry above, below"),
    ("enter", "open it: description, paths, conversation"),
    ("esc", "back to the list; out of a form or a message"),
    ("1 … 9", "take the path of that number"),
    ("l", "take the lock, renew it, or give it back"),
    ("w", "wait in line while others have it, or leave the line"),
    ("a", "ask those who have it"),
    ("m", "write a message"),
    ("pgup pgdn", "a page of the list, or of the conversation"),
    ("n", "show what is new at the top"),
    ("r", "connect again now"),
    ("q", "leave; ctrl+c does, too"),
)


class Help(ModalScreen[None]):
    """The keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,space", "dismiss", "Close"),
    ]

    def compose(self) -> ComposeResult:
        """The list of them."""
        text = Text.assemble(("Keys\n\n", "bold"))
        for key, what in HELP:
            text.append(f"  {key:<10}", "bold")
            text.append(f" {what}\n")
        text.append("\nRows stay where they are while you use the keys;\nn shows what is new.")
        with VerticalScroll(classes="sheet"):
            yield Static(text)


class Form(ModalScreen[bool]):
    """The fields of a path's form; it stays until the server took them, or until Escape."""

    AUTO_FOCUS = "Input"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+s", "send", "Send"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self, path: str, title: str, schema: dict[str, Any], given: dict[str, Any], send: Send
    ) -> None:
        super().__init__()
        self._path, self._title = path, title
        self._fields = fields_of(schema)
        closed = schema.get("additionalProperties") is False
        self._given = {} if closed else given
        self._values = given
        self._send = send
        self._sending = False

    def compose(self) -> ComposeResult:
        """A line for the name of each field, one to write in, one for what is wrong."""
        with Vertical(classes="sheet"):
            yield Static(Text.assemble((self._path, "bold"), f"  {self._title}"))
            with VerticalScroll(can_focus=False):
                for field in self._fields:
                    yield Static(_label(field), classes="label")
                    before = self._values.get(field.name, field.default)
                    yield Input(field.shown(before), id=f"field-{_id(field)}")
                    yield Static("", id=f"error-{_id(field)}", classes="error")
            yield Static("", id="problem", classes="error")
            yield Static(Text("enter next, or send · esc cancel", "dim"), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the next field, and after the last one the server."""
        last = self._fields[-1] if self._fields else None
        if last is not None and event.input.id == f"field-{_id(last)}":
            self.action_send()
        else:
            self.focus_next()

    def action_cancel(self) -> None:
        """Leave the step as it is."""
        self.dismiss(False)

    def action_send(self) -> None:
        """Send what is filled in, if it can be read."""
        data: dict[str, Any] = dict(self._given)
        wrong: dict[str, str] = {}
        for field in self._fields:
            typed = self.query_one(f"#field-{_id(field)}", Input).value
            try:
                value = field.read(typed)
            except Unreadable as why:
                wrong[field.name] = str(why)
                continue
            data.pop(field.name, None)
            if value is not None:
                data[field.name] = value
        self._show(wrong, "")
        if not wrong and not self._sending:
            self._sending = True
            self.run_worker(self._give(data))

    async def _give(self, data: dict[str, Any]) -> None:
        refusal = await self._send(data)
        self._sending = False
        if refusal is None:
            self.dismiss(True)
            return
        wrong = errors_of(refusal, self._fields)
        self._show(wrong, "" if wrong else str(refusal.get("message", "")))

    def _show(self, wrong: dict[str, str], problem: str) -> None:
        above = self.query_one("#problem", Static)
        above.update(Text(problem))
        above.display = bool(problem)
        for field in reversed(self._fields):
            text = wrong.get(field.name, "")
            line = self.query_one(f"#error-{_id(field)}", Static)
            line.update(Text(text))
            line.display = bool(text)
            if text:
                self.query_one(f"#field-{_id(field)}", Input).focus()


def _id(field: Field) -> str:
    # Names may have letters that ids of widgets may not.
    return field.name.encode().hex()


def _label(field: Field) -> Text:
    hint = f"  {field.hint}" if field.hint else ""
    about = f"  {field.about}" if field.about else ""
    return Text.assemble((field.title, "bold"), (hint + about, "dim"))
