"""`lockstep load`: many simulated users, and whether what they see is right."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from .trouble import Trouble

SERVE = (sys.executable, "-m", "lockstep_server.cli", "serve")


def _time(_context: click.Context, _option: click.Parameter, given: str) -> float:
    from lockstep_load.options import Unusable, seconds

    try:
        return seconds(given)
    except Unusable as wrong:
        raise click.BadParameter(str(wrong)) from None


@click.group(invoke_without_command=True)
@click.option("--url", help="The server; without it one of our own is started, and thrown away.")
@click.option("--token", help="An administrator's, e.g. demo:dana on a demo server.")
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
    help="Write the report there.",
)
@click.pass_context
def load(context: click.Context, /, **given: Any) -> None:
    """Simulate many users, measure how long they wait, and check what they are told.

    Exit 1 when a check failed: something lost, told twice, or not as the server has it.
    """
    if context.invoked_subcommand is not None:
        return
    from lockstep_load.options import Unusable
    from lockstep_load.running import run

    json_file: Path | None = given.pop("json_file")
    try:
        options = _options(**given)
        report = run(options, _say, _show)
    except Unusable as wrong:
        raise Trouble(str(wrong)) from None
    except KeyboardInterrupt:
        raise Trouble("Given up.") from None
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    _summary(report)
    if not report.passed:
        context.exit(1)


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


def _say(text: str) -> None:
    click.echo(f"load: {text}", err=True)


def _show(sample: Any) -> None:
    _say(
        f"{sample.t:4.0f} s {sample.phase:5} {sample.sessions} sessions, {sample.commands} "
        f"commands, {sample.frames} frames; p50/p99 ms: answer {sample.command.p50:.0f}/"
        f"{sample.command.p99:.0f}, last viewer {sample.viewer.p50:.0f}/{sample.viewer.p99:.0f}"
        + (f"; server {sample.server.cpu:.2f} core" if sample.server else "")
        + (f"; tool {sample.tool.busiest:.2f}, lag {sample.tool.lag:.0f}" if sample.tool else "")
    )


def _summary(report: Any) -> None:
    click.echo(
        f"{report.server}, {report.seconds:.0f} s: "
        + ", ".join(f"{number} {name}" for name, number in sorted(report.totals.items()))
    )
    for name, times in report.times.items():
        if times.count:
            click.echo(
                f"  {name:8} {times.count:8} times: p50 {times.p50:.1f}, p90 {times.p90:.1f}, "
                f"p99 {times.p99:.1f}, p99.9 {times.p999:.1f}, max {times.max:.1f} ms"
            )
    for what, of in (("refusals", report.refusals), ("closes", report.closes)):
        if of:
            click.echo(f"  {what}: " + ", ".join(f"{code} {n}" for code, n in of.items()))
    for check in report.checks:
        state = "FAILED" if check.wrong else "ok" if check.looked else "not looked at"
        click.echo(f"  {state:6} {check.name}: {check.what} ({check.wrong} of {check.looked})")
        for example in check.examples:
            click.echo(f"         {example}")
    for note in report.notes:
        click.echo(f"  note: {note}")
