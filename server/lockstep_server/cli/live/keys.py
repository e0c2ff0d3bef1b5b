"""Which key does what in the live view."""

from textual.binding import Binding, BindingType

LISTED = "↑↓ move  enter open  1-9 path  l lock  m message  ? help  q quit"
OPENED = "esc list  ↑↓ other entries  1-9 path  l lock  m message  ? help  q quit"
WRITING = "enter send  esc back"

ALWAYS = (("ctrl+c,ctrl+q", "end"), ("ctrl+z", "suspend_process"))
UNLESS_WRITING = (
    ("q", "leave"),
    ("question_mark", "help"),
    ("up,k", "move(-1)"),
    ("down,j", "move(1)"),
    ("home,g", "move(-1000000)"),
    ("end,G", "move(1000000)"),
    ("pageup", "page(-1)"),
    ("pagedown", "page(1)"),
    ("enter,right", "open"),
    ("escape,left,backspace", "back_out"),
    ("l", "lock"),
    ("w", "wait"),
    ("a", "ask"),
    ("m", "write"),
    ("n", "settle"),
    ("r", "retry"),
    *((str(number), f"choose({number})") for number in range(1, 10)),
)
COMMANDS = frozenset(action.partition("(")[0] for _, action in UNLESS_WRITING)
"""What is no command while something is written."""


def bindings() -> list[BindingType]:
    """All of them, with priority: they are done in the turn in which the key comes, so that after
    ``m`` the next letters are a message, however fast they follow."""
    return [Binding(key, action, priority=True) for key, action in (*ALWAYS, *UNLESS_WRITING)]
