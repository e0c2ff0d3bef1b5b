"""`lockstep script run`: try a script without a server and see what it would have done."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, assert_never

import click
import msgspec

from lockstep_server.engine.intents import (
    Intent,
    NotifyUsers,
    SendChat,
    SetData,
    SetTask,
    StartWorkflow,
    TriggerStep,
)
from lockstep_server.scripts.limits import PARAM_NAMES
from lockstep_server.scripts.result import ScriptError, ScriptResult

from .trouble import Trouble

_NIL_HINT = "a parameter that is not given is nil: give it with --mock name=value"


@click.group()
def script() -> None:
    """Try Lua scripts."""


@script.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--mock",
    "mocks",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"What param(NAME) answers: JSON, or else text. Names: {', '.join(PARAM_NAMES)}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all of it.")
def run(file: Path, mocks: tuple[str, ...], as_json: bool) -> None:
    """Run a script and print what it logs, wants and returns; nothing of it is carried out.

    The script's own mock(name, value) fills in what --mock does not give. Exit code 1 if the
    script fails.
    """
    params = dict(_mock(each) for each in mocks)
    result = asyncio.run(_run(_source(file), params))
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(result), indent=2, ensure_ascii=False))
        sys.exit(0 if result.error is None else 1)
    for line in result.log:
        click.echo(f"log: {line}")
    if result.error is not None:
        raise Trouble(_told(file, result.error))
    for intent in result.intents:
        click.echo(_sentence(intent))
    click.echo(f"returned: {_shown(result.value)}")


async def _run(source: str, params: dict[str, Any]) -> ScriptResult:
    # Here, so that the other commands start without it.
    from lockstep_server.scripts.runner import ScriptRunner

    runner = ScriptRunner()
    try:
        return await runner.run(source, params, mock=True)
    finally:
        await runner.close()


def _source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise Trouble(f"{file} cannot be read: {reason}.") from None
    except UnicodeDecodeError as failure:
        raise Trouble(f"{file} is not text in UTF-8 (at byte {failure.start}).") from None


def _mock(given: str) -> tuple[str, Any]:
    name, equals, text = given.partition("=")
    if not equals:
        raise click.BadParameter(f"{given!r} is not NAME=VALUE", param_hint="--mock")
    if name not in PARAM_NAMES:
        known = ", ".join(PARAM_NAMES)
        raise click.BadParameter(f"there is no {name!r}; there are {known}", param_hint="--mock")
    try:
        return name, msgspec.json.decode(text)
    except msgspec.DecodeError:
        return name, text


def _told(file: Path, error: ScriptError) -> str:
    """An error for people: ``file:line: kind: text``, with what to do where that is known."""
    place = str(file) if error.line is None else f"{file}:{error.line}"
    hint = f" — {_NIL_HINT}" if "a nil value" in error.text and "global" not in error.text else ""
    return f"{place}: {error.kind}: {error.text}{hint}"


def _sentence(intent: Intent) -> str:
    """One intent in one line."""
    match intent:
        case SendChat():
            details = {"kind": intent.kind, "data": intent.data}
            if intent.schema != SendChat(body="").schema:
                details["schema"] = intent.schema
            return f"chat to {_users(intent.to)}: {_shown(intent.body)}{_details(details)}"
        case NotifyUsers():
            details = {"title": intent.title, "url": intent.url}
            return f"notify {_users(intent.to)}: {_shown(intent.body)}{_details(details)}"
        case StartWorkflow():
            whom = f" for {', '.join(intent.to)}" if intent.to else ""
            details = {"step": intent.step, "data": intent.data or None}
            return f"start {intent.workflow}{whom}{_details(details)}"
        case TriggerStep():
            return f"trigger {intent.step}"
        case SetTask():
            return f"task {intent.state}"
        case SetData():
            return f"set {_shown(intent.data)}"
        case _ as never:
            assert_never(never)


def _users(to: tuple[str, ...] | None) -> str:
    if to is None:
        return "everybody"
    return ", ".join(to) or "nobody"


def _details(members: dict[str, Any]) -> str:
    given = [f"{name} {_shown(value)}" for name, value in members.items() if value is not None]
    return f" ({', '.join(given)})" if given else ""


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
