"""Reports that no run wrote: seeded, and with all that is awkward to show.

``python -m tests.load.made DIR`` writes some of them, as JSON and as pages, to be looked at.
"""

import math
import random
import sys
from pathlib import Path

import msgspec

from lockstep_load.report import (
    Check,
    Plan,
    Report,
    Sample,
    ServerSample,
    Threshold,
    Times,
    ToolSample,
)

HOSTILE = "</script><img src=//evil.example/x onerror=alert(1)>\"'&{{ 7*7 }}]]>"
NOTHING = Times()


def times(middle: float, count: int, dice: random.Random) -> Times:
    """Times around ``middle`` ms, with a tail."""
    if not count:
        return NOTHING
    p50 = middle * dice.uniform(0.9, 1.12)
    p90 = p50 * dice.uniform(1.5, 1.9)
    p99 = p90 * dice.uniform(1.4, 2.6)
    top = p99 * dice.uniform(1.2, 2.5)
    return Times(count, p50 * 1.2, p50, p90, p99, (p99 + top) / 2, top)


def sample(t: int, seconds: int, storm: int | None, dice: random.Random, server: bool) -> Sample:
    """One second of a run with a ramp, a storm, and a quiet stretch."""
    ramp = seconds // 6
    up = min(1.0, t / max(ramp, 1))
    after = math.inf if storm is None or t < storm else t - storm
    down = after < 2
    heavy = 1 + 12 * math.exp(-after / 4)
    quiet = seconds * 0.7 < t < seconds * 0.75
    sessions = 0 if down else round(2000 * up * min(1.0, (after + 1) / 8))
    commands = 0 if down or quiet else round(200 * up * dice.uniform(0.9, 1.1))
    refused = sum(dice.random() < 0.004 for _ in range(commands))
    frames = 0 if down else round(commands * 9.6 + sessions * 0.05)
    signing = round(2000 / ramp) if t <= ramp and ramp else (400 if 2 <= after < 7 else 0)
    return Sample(
        t=float(t),
        sessions=sessions,
        commands=commands,
        refused=refused,
        frames=frames,
        messages=round(frames * 1.3),
        bytes=frames * 420,
        errors=dice.randrange(60) if down else int(dice.random() < 0.02),
        reconnects=signing if after < 20 else int(dice.random() < 0.3),
        command=times(4.1 * heavy, commands, dice),
        viewer=times(9.5 * heavy, max(0, commands - refused), dice),
        sign_in=times(24 * heavy, signing if t <= ramp else 0, dice),
        resume=times(15 * heavy, 0 if t <= ramp else signing, dice),
        server=ServerSample(
            cpu=0.04 if quiet else 0.1 + 0.5 * up * dice.uniform(0.92, 1.1) + (after < 6) * 0.35,
            memory=round(84e6 + 96e6 * up + t * 2000 + dice.uniform(0, 3e6)),
            stall=dice.uniform(3, 9) * heavy**0.5,
        )
        if server and not down
        else None,
        tool=ToolSample(
            cpu=0.1 + 0.45 * up * dice.uniform(0.9, 1.1),
            memory=round(140e6 + 60e6 * up),
            lag=dice.uniform(0.4, 3.5) * (1 + (after < 5) * 4),
            busiest=0.06 + 0.26 * up * dice.uniform(0.9, 1.15),
        ),
        phase="ramp" if t <= ramp else "storm" if after < 8 else "steady",
    )


def report(
    seconds: int = 300,
    *,
    seed: int = 1,
    storm: bool = True,
    server: bool = True,
    wrong: bool = False,
    hostile: bool = False,
    slower: float = 1.0,
) -> Report:
    """A whole run. ``slower``: by how much its times are multiplied."""
    dice = random.Random(seed)
    moment = seconds // 2 if storm else None
    series = tuple(sample(t, seconds, moment, dice, server) for t in range(1, seconds + 1))
    names = ("commands", "refused", "errors", "frames", "messages", "bytes", "reconnects")
    totals = {name: sum(getattr(each, name) for each in series) for name in names}
    text = HOSTILE if hostile else "entry 01J9Z4: the view says n=812, the server 814"
    marks = ((float(moment), HOSTILE if hostile else "restart, storm"),) if moment else ()
    return Report(
        plan=Plan(
            url=f"http://127.0.0.1:8420/{HOSTILE if hostile else ''}",
            profiles={"readers": 1500, "deciders": 300, "chatters": 120, "reconnectors": 60,
                      "slow readers": 20},
            rate=200.0, ramp=float(seconds // 6), duration=float(seconds), seed=seed, workers=2,
            more={"storm": moment, "command": "lockstep load --sessions 2000 --rate 200"},
        ),
        began="2026-11-27T08:00:00Z",
        seconds=float(seconds),
        machine="2 cores, Linux 6.1, Python 3.11.2",
        tool="lockstep 0.1.0",
        server="lockstep 0.1.0",
        series=series,
        totals=totals,
        refusals={"entry_moved": totals["refused"] - 3, "rate_limited": 3},
        closes={"1006": 1980, "4008": 2, "1001": 20} if storm else {},
        times={
            "command": times(4.4 * slower, totals["commands"], dice),
            "viewer": times(10.1 * slower, totals["commands"], dice),
            "sign_in": times(61 * slower, 2000, dice),
            "resume": times(140 * slower, totals["reconnects"], dice),
        },
        checks=(
            Check("views", "every view equals the server's at the end", 2000, 2 * wrong,
                  (text,) * wrong),
            Check("order", "changes come in order, none twice and none left out", 512_000, 0),
            Check("durable", "what was answered is stored", 41_000, 1 * wrong, (text,) * wrong),
        ),
        thresholds=(
            Threshold("viewer.p99<200ms", 48.2, True),
            Threshold("server.memory<190MB", 184e6 if server else None, server and not wrong),
            Threshold("refused<1%", 0.0041, True),
        ),
        marks=marks,
        notes=(f"error: connection refused {text}",) if wrong else (),
    )  # fmt: skip


def empty() -> Report:
    """A run that ended before its first second."""
    made = report(30)
    return msgspec.structs.replace(
        made, series=(), totals={}, times={}, checks=(), thresholds=(), refusals={}, marks=()
    )


SHOWN = {
    "short": lambda: report(30),
    "usual": lambda: report(300),
    "long": lambda: report(1800, storm=False),
    "failed": lambda: report(300, wrong=True, hostile=True, server=False),
    "empty": empty,
}


def main(folder: Path) -> None:
    """Write what is shown."""
    from lockstep_load.comparing import compare, comparison_page
    from lockstep_load.page import page

    for name, make in SHOWN.items():
        made = make()
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(made))
        (folder / f"{name}.html").write_text(page(made), encoding="utf-8")
    two = [("before", report(300)), ("after", report(330, seed=2, slower=1.3, wrong=True))]
    compared = comparison_page(two, compare(two))
    (folder / "compared.html").write_text(compared, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
