"""The command `lockstep` with all that it can do."""

from importlib import import_module
from typing import Any

import click

from lockstep_server import __version__

from .trouble import Misused

ROOMS = {
    "serve": "serving",
    "demo": "demo",
    "config": "settings",
    "doctor": "doctor",
    "backup": "backing_up",
    "restore": "restoring",
    "check": "checking",
    "graph": "drawing",
    "explore": "exploring",
    "publish": "publishing",
    "workflows": "workflows",
    "start": "acting",
    "dispatch": "acting",
    "inbox": "inbox",
    "choose": "choosing",
    "say": "acting",
    "lock": "locking",
    "unlock": "locking",
    "ask": "locking",
    "history": "history",
    "incidents": "incidents",
    "script": "scripting",
    "revoke": "access",
    "keys": "access",
    "webpush-keys": "webpush",
    "load": "load",
    "completion": "completion",
}
"""Each command, and the file that has it: read when it is asked for, so that all start fast."""

LINE = "lockstep.line"


class Lockstep(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, as they are listed."""
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        room = ROOMS.get(cmd_name)
        if room is None:
            return None
        module = import_module(f".{room}", __package__)
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line, and keep it."""
        ctx.meta[LINE] = args[: args.index("--")] if "--" in args else list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run one. What is wrong with the line is told as JSON to who wants JSON."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if "--json" in ctx.meta[LINE] and _takes_json(error.ctx):
                raise Misused(error) from None
            raise


def _takes_json(context: click.Context | None) -> bool:
    params = context.command.params if context is not None else []
    return any(param.name == "as_json" for param in params)


@click.group(
    cls=Lockstep,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="lockstep")
def main() -> None:
    """Lockstep: shared inbox entries that move step by step, for everyone at once.

    Exit codes: 0 done, 1 refused or failed, 2 not understood. With --json, what goes wrong is one
    JSON object on standard error, with a code.
    """
