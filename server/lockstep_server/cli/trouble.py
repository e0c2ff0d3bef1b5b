"""How a command says that it could not do what was asked."""

import json
from typing import IO, Any

import click

FAILED = 1
USAGE = 2


class Trouble(click.ClickException):
    """One clear sentence on standard error and exit code 1; never a traceback.

    For who asked with ``--json`` it is an object instead: ``code`` (one of the protocol's
    refusals, or a word of this program), ``message``, and whatever else is known.
    """

    exit_code = FAILED

    def __init__(self, message: str, code: str = "failed", **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.more = more
        self.as_json = wants_json(click.get_current_context(silent=True))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, or the object."""
        if self.as_json:
            told = {"code": self.code, "message": self.message, **self.more}
            text = json.dumps(told, ensure_ascii=False)
        else:
            text = f"lockstep: {self.format_message()}"
        click.echo(text, err=True, file=file)


class Refused(Trouble):
    """The server's refusal, as the protocol has it in ``refusal``, in one sentence."""

    def __init__(self, refusal: dict[str, Any], message: str | None = None) -> None:
        said = {
            name: value
            for name, value in refusal.items()
            if name not in ("type", "id", "code", "message")
        }
        super().__init__(refusal["message"], refusal["code"], **said)
        self.refusal = refusal
        self._text = message or sentence(refusal)

    @property
    def details(self) -> dict[str, Any]:
        """What the refusal adds to its code."""
        return self.refusal.get("details") or {}

    def format_message(self) -> str:
        """The sentence for people."""
        return self._text


class Misused(Trouble):
    """The command line itself is wrong, said to a program."""

    exit_code = USAGE

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(error.format_message(), "usage")
        self.as_json = True


def sentence(refusal: dict[str, Any]) -> str:
    """What the server said, with its code, for people; fields that are wrong a line each."""
    details = dict(refusal.get("details") or {})
    errors = details.pop("errors", None) or []
    more = ", ".join(f"{name}: {_shown(value)}" for name, value in details.items())
    lines = [f"{refusal['message']} [{refusal['code']}{'; ' + more if more else ''}]"]
    if len(errors) > 1:
        lines += [f"  {one['pointer']}: {one['text']}" for one in errors]
    return "\n".join(lines)


def wants_json(context: click.Context | None) -> bool:
    """Whether ``--json`` was given to the command that runs, or to the group that it is of."""
    while context is not None:
        if context.params.get("as_json") is True:
            return True
        context = context.parent
    return False


def _shown(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " and ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
