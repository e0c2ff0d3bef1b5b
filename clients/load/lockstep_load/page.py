"""A report as one HTML file that needs nothing else."""

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lockstep_protocol.closes import CLOSES
from lockstep_protocol.refusals import KINDS

from .figures import FIGURES, MOMENTS, TIMES, amount, total
from .plots import MOST, plots
from .plotting import Plot, clock, draw, told
from .report import Plan, Report
from .verdict import measured, verdict

ROWS = 24
"""A table beside a plot has no more rows than this."""


class Tile(msgspec.Struct, frozen=True):
    """A main figure, and what belongs to it."""

    label: str
    value: str
    more: str


def page(report: Report) -> str:
    """The page of a report: it asks for nothing from anywhere, and runs no script but its own."""
    return render(
        "report.html",
        plots(report),
        report.plan.ramp,
        report=report,
        verdict=verdict(report),
        tiles=tiles(report),
        plan=plan_rows(report.plan),
        times=[(said, report.times[key]) for key, said in TIMES.items() if key in report.times],
        moments=MOMENTS,
        measured=measured,
        totals=[(name, total(report, name)) for name in _names(report)],
        refusals=_coded(report.refusals, {code: kind.class_ for code, kind in KINDS.items()}),
        closes=_coded(report.closes, {str(code): kind.reason for code, kind in CLOSES.items()}),
        width=max(1, -(-len(report.series) // MOST)),
        seconds=report.seconds,
        marks=report.marks,
    )


def render(template: str, drawn: tuple[Plot, ...], ramp: float, **values: Any) -> str:
    """A page of ``pages/``: ``drawn`` are its plots, over ``seconds`` and with ``marks``; ``ramp``
    seconds at their beginning are shaded."""
    made = Environment(
        loader=PackageLoader("lockstep_load", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    style, script = _file("page.css"), _file("page.js")
    seconds = max(
        [values["seconds"], *(each.t for p in drawn for i in p.lines for each in i.points)]
    )
    fields = [(plot, draw(plot, seconds, values["marks"], ramp), table(plot)) for plot in drawn]
    return made.get_template(template).render(
        {
            **values,
            "style": Markup(style),
            "script": Markup(script),
            "policy": f"default-src 'none'; img-src data:; style-src {_hash(style)};"
            f" script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
            "fields": fields,
            "data": data(drawn, seconds),
            "amount": amount,
            "clock": clock,
            "told": told,
        }
    )


def tiles(report: Report) -> list[Tile]:
    """The main figures."""

    def said(name: str) -> str:
        figure = FIGURES[name]
        return amount(figure.of(report), figure.unit)

    made = [
        Tile("Commands a second", said("throughput"), f"{said('commands')} in all"),
        Tile("Frames a second", said("frames_rate"), f"{said('bytes')} in all"),
    ]
    for of, label in (("command", "Command to answer"), ("viewer", "Command to last viewer")):
        more = f"p90 {said(f'{of}.p90')} · p99 {said(f'{of}.p99')}"
        made.append(Tile(f"{label}, p50", said(f"{of}.p50"), more))
    reconnects = f"{said('reconnects')} reconnects"
    made.append(Tile("Sessions at once", said("sessions"), reconnects))
    refused = f"{said('refused')} commands refused, {said('refused_share')}"
    made.append(Tile("Errors", said("errors"), refused))
    stall = f"longest stall {said('server.stall')}"
    made.append(Tile("Server, CPU", said("server.cpu"), f"{said('server.work')} a command"))
    made.append(Tile("Server, memory", said("server.memory"), stall))
    return made


def plan_rows(plan: Plan) -> list[tuple[str, str]]:
    """What was asked for, as names and texts."""
    profiles = ", ".join(f"{amount(many, '')} {name}" for name, many in plan.profiles.items())
    rows = [
        ("server", plan.url),
        ("sessions", f"{amount(sum(plan.profiles.values()), '')}: {profiles}"),
        ("commands", amount(plan.rate, "/s")),
        ("ramp", f"{plan.ramp:g} s"),
        ("duration", f"{plan.duration:g} s"),
        ("workers", str(plan.workers)),
        ("seed", str(plan.seed)),
    ]
    return rows + [(name, _plain(value)) for name, value in plan.more.items()]


def table(plot: Plot) -> list[tuple[str, list[float | None]]]:
    """Rows for who does not see a plot: moments, evenly chosen, and each line's value there."""
    longest = max((len(line.points) for line in plot.lines), default=0)
    every = max(1, -(-longest // ROWS))
    times = next((line.points for line in plot.lines if len(line.points) == longest), ())
    return [
        (
            clock(times[at].t),
            [line.points[at].value if at < len(line.points) else None for line in plot.lines],
        )
        for at in range(0, longest, every)
    ]


def data(drawn: tuple[Plot, ...], seconds: float) -> dict[str, Any]:
    """What the script shows under the pointer."""
    return {
        "seconds": seconds,
        "plots": [
            {
                "unit": plot.unit,
                "lines": [
                    [
                        [_brief(point.t) for point in line.points],
                        [_brief(point.value) for point in line.points],
                    ]
                    for line in plot.lines
                ],
            }
            for plot in drawn
        ],
    }


def _brief(value: float | None) -> float | int | None:
    if value is None:
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short


def _names(report: Report) -> list[str]:
    known = [name for name in FIGURES if name in report.totals]
    return known + [name for name in report.totals if name not in known]


def _coded(counts: dict[str, int], meanings: dict[str, str]) -> list[tuple[str, str, int]]:
    rows = [(code, meanings.get(code, ""), count) for code, count in counts.items() if count]
    return sorted(rows, key=lambda row: -row[2])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _file(name: str) -> str:
    return (files("lockstep_load") / "pages" / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
