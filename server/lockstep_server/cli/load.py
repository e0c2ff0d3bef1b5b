"""`lockstep load`: many simulated users, and whether what they see is right."""

import asyncio
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from .load_compare import compare
from .trouble import Trouble

SECRET = ("token", "jwt_secret")
WIDTH = 110
"""Letters in a line of the summary where there is no terminal that says."""
SERVE = (sys.executable, "-m", "lockstep_server.cli", "serve")


def _time(_context: click.Context, _option: click.Parameter, given: str) -> float:
    from lockstep_load.options import Unusable, seconds

    try:
        return seconds(given)
    except Unusable as wrong:
        raise click.BadParameter(str(wrong)) from None


def _rules(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Any:
    from lockstep_load.thresholds import BadRule, parse

    try:
        return tuple(parse(text) for text in given)
    except BadRule as wrong:
        raise click.BadParameter(str(wrong)) from None


def _place(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    # Now, and not after half an hour.
    if file is not None and not os.access(file if file.exists() else file.parent, os.W_OK):
        raise click.BadParameter(f"{file} cannot be written: there is no such folder, or no right.")
    return file


@click.group(invoke_without_command=True)
@click.option("--url", help="The server; without it one of our own is started, and thrown away.")
@click.option("--token", help="An administrator's, e.g. demo:sam on the demo.")
@click.option("--jwt-secret", help="Makes the users' tokens (HS256), and the administrator's.")
@click.option(
    "--tokens",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with the users, one USER TOKEN a line.",
)
@click.option("--sessions", type=click.IntRange(1), help="Simulated users in all.  [default: 200]")
@click.option(
    "--profile",
    help="How many of each kind: readers, deciders, chatters, reconnectors, slow; and storm=N "
    "to cut all off N times. E.g. deciders=30,storm=2.",
)
@click.option(
    "--rate", type=float, default=20.0, show_default=True, help="Commands a second, in all."
)
@click.option(
    "--ramp", default="5s", show_default=True, callback=_time, help="Until all have signed in."
)
@click.option(
    "--duration", default="30s", show_default=True, callback=_time, help="Of the load after that."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same decisions again.")
@click.option("--workers", type=int, help="Processes.  [default: one a core but one]")
@click.option("--team", type=int, default=20, show_default=True, help="Users who share entries.")
@click.option("--entries", type=int, default=2, show_default=True, help="That each team shares.")
@click.option("--keep", is_flag=True, help="Leave the entries open at the end.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_place,
    help="Write the report there.",
)
@click.option(
    "--report",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_place,
    help="Write it there as a page with plots.",
)
@click.option(
    "--threshold",
    "rules",
    multiple=True,
    callback=_rules,
    help="What has to hold, such as viewer.p99<200ms or errors=0; may be repeated.",
)
@click.pass_context
def load(context: click.Context, /, **given: Any) -> None:
    """Simulate many users, measure how long they wait, and check what they are told.

    Exit 1 when a check failed (something lost, told twice, or not as the server has it) or a
    threshold was not met.
    """
    if context.invoked_subcommand is not None:
        return
    # Here, so that the other commands start without all this.
    from rich.console import Console

    from lockstep_load.options import Unusable
    from lockstep_load.page import page
    from lockstep_load.running import run
    from lockstep_load.showing import Showing, summary
    from lockstep_load.thresholds import judge

    json_file, html_file = given.pop("json_file"), given.pop("html_file")
    rules = given.pop("rules")
    try:
        options = _options(**given)
        with Showing(Console(stderr=True, highlight=False), options.plan()) as showing:
            report = run(options, showing.say, showing.show)
    except Unusable as wrong:
        raise Trouble(str(wrong)) from None
    except KeyboardInterrupt:
        raise Trouble("Given up.") from None
    report = msgspec.structs.replace(report, thresholds=judge(report, rules), again=_again(context))
    if json_file is not None:
        _write(json_file, msgspec.json.format(msgspec.json.encode(report), indent=1))
    if html_file is not None:
        _write(html_file, page(report).encode())
    written = [file for file in (json_file, html_file) if file is not None]
    width = None if sys.stdout.isatty() else WIDTH
    summary(Console(highlight=False, width=width), report, written)
    if not report.passed:
        context.exit(1)


load.add_command(compare)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as failure:
        raise Trouble(f"{file} cannot be written: {failure.strerror}.") from None


def _again(context: click.Context) -> str:
    """The command line that does the same, without what nobody else may know."""
    said = ["lockstep", "load"]
    for option in context.command.params:
        name = option.name or ""
        value: Any = context.params.get(name)
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not given or name in (*SECRET, "json_file", "html_file"):
            continue
        values = [rule.text for rule in value] if name == "rules" else [value]
        for each in values:
            text = f"{each:g}" if isinstance(each, float) else str(each)
            said += [option.opts[0]] if value is True else [option.opts[0], text]
    return shlex.join(said)


def _options(
    sessions: int | None, profile: str | None, tokens: Path | None, workers: int | None, **rest: Any
) -> Any:
    from lockstep_load.options import Options, default_workers, profiles_of, tokens_of

    profiles, storms = profiles_of(profile, sessions)
    return Options(
        profiles=profiles,
        storms=storms,
        tokens=tokens_of(tokens) if tokens is not None else (),
        workers=min(default_workers(), sum(profiles.values())) if workers is None else workers,
        serve=SERVE,
        **rest,
    ).checked()


@load.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def capacity(context: click.Context, /, as_json: bool) -> None:
    """Measure how much one worker of this tool takes in here, from a server that only pours."""
    from lockstep_load.capacity import measure
    from lockstep_load.options import Unusable

    try:
        taken = asyncio.run(measure())
    except Unusable as wrong:
        raise Trouble(str(wrong)) from None
    click.echo(msgspec.json.encode(taken).decode() if as_json else taken.text())
    if not taken.right:
        context.exit(1)
