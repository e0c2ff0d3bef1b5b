"""A report in a few lines for the terminal."""

from .figures import MOMENTS, TIMES, amount, total
from .report import Report, Sample
from .verdict import measured, verdict

SHOWN = ("sessions", "commands", "refused", "errors", "reconnects", "frames", "bytes")


def summary(report: Report) -> str:
    """What came of a run, with all that did not hold."""
    judged = verdict(report)
    lines = [f"{judged.word}: {judged.reason}", judged.tool]
    counts = ((name, total(report, name)) for name in SHOWN)
    lines.append(
        ", ".join(
            f"{amount(number, 'bytes' if name == 'bytes' else '')} {name}"
            for name, number in counts
            if number
        )
    )
    for name, called in TIMES.items():
        times = report.times.get(name)
        if times is not None and times.count:
            moments = (f"{said} {amount(getattr(times, of), 'ms')}" for of, said in MOMENTS.items())
            lines.append(f"{called}: {', '.join(moments)}")
    for called, codes in (("refusals", report.refusals), ("closes", report.closes)):
        if codes:
            lines.append(f"{called}: " + ", ".join(f"{code} {n}" for code, n in codes.items()))
    for threshold in report.thresholds:
        lines.append(f"{_word(threshold.ok)} {threshold.text}: {measured(threshold)}")
    for check in report.checks:
        word = _word(not check.wrong) if check.looked else "unseen"
        lines.append(
            f"{word} {check.name}: {check.what} ({check.looked - check.wrong} of {check.looked})"
        )
        lines += [f"       {example}" for example in check.examples]
    return "\n".join((*lines, *report.notes))


def _word(good: bool) -> str:
    return "ok    " if good else "FAILED"


def line(sample: Sample) -> str:
    """A second in a line."""
    command, viewer = sample.command, sample.viewer
    said = (
        f"{sample.t:5.0f} s {sample.phase:5} {sample.sessions} sessions, {sample.commands} "
        f"commands, {sample.frames} frames, {sample.errors} errors; p50/p99 ms: answer "
        f"{command.p50:.0f}/{command.p99:.0f}, last viewer {viewer.p50:.0f}/{viewer.p99:.0f}"
    )
    if sample.server is not None:
        said += f"; server {sample.server.cpu:.2f} core"
    if sample.tool is not None:
        said += f"; tool {sample.tool.busiest:.2f} core, {sample.tool.lag:.0f} ms late"
    return said
