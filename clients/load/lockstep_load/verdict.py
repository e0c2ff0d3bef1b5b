"""What came of a run, in sentences: passed or failed, why, and whether the tool was in its way."""

import msgspec

from .figures import amount, steady
from .report import Report, Threshold
from .thresholds import BadRule, parse

BUSY, LATE = 0.9, 50.0
"""A worker of the tool is busy at this share of a core, and late from so many ms on."""
OFTEN = 0.05
"""When it was busy or late in more than this share of the seconds, its figures are doubted."""


class Verdict(msgspec.Struct, frozen=True):
    """``reason`` and ``tool`` are sentences; ``doubted``: the tool may have been the bottleneck."""

    passed: bool
    reason: str
    tool: str
    doubted: bool

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return "Passed" if self.passed else "Failed"


def verdict(report: Report) -> Verdict:
    """Judge a report by its checks and thresholds, and the tool by its own samples."""
    reason = _held(report) if report.passed else _broken(report)
    tool, doubted = _tool(report)
    return Verdict(report.passed, reason, tool, doubted)


def measured(threshold: Threshold) -> str:
    """What was measured for a threshold, with its unit."""
    if threshold.value is None:
        return "not measured"
    try:
        return amount(threshold.value, parse(threshold.text).figure.unit)
    except BadRule:
        return f"{threshold.value:g}"


def _held(report: Report) -> str:
    looked = sum(check.looked for check in report.checks)
    if not looked:
        checks = "no check looked at anything"
    else:
        times = "once" if looked == 1 else f"{amount(looked, '')} times"
        idle = [check.name for check in report.checks if not check.looked]
        checks = f"{_many(len(report.checks) - len(idle), 'check')} looked {times} and always held"
        if idle:
            checks += f" ({', '.join(idle)} had nothing to look at)"
    if not report.thresholds:
        return f"{checks}; no thresholds were set."
    met = "the threshold was" if len(report.thresholds) == 1 else "all thresholds were"
    return f"{checks}, and {met} met."


def _broken(report: Report) -> str:
    wrong = [check for check in report.checks if check.wrong]
    missed = [threshold for threshold in report.thresholds if not threshold.ok]
    parts = []
    if wrong:
        names = ", ".join(f"{check.name}: {amount(check.wrong, '')}" for check in wrong)
        some = _some(len(wrong), len(report.checks), "check")
        parts.append(f"{some} did not hold ({names})")
    if missed:
        names = ", ".join(f"{each.text}: {measured(each)}" for each in missed)
        some = _some(len(missed), len(report.thresholds), "threshold")
        parts.append(f"{some} {'was' if len(missed) == 1 else 'were'} not met ({names})")
    return f"{' and '.join(parts)}."


def _tool(report: Report) -> tuple[str, bool]:
    seconds = [sample.tool for sample in steady(report) if sample.tool is not None]
    if not seconds:
        return "How busy the load tool was is not known.", True
    busy = sum(each.busiest >= BUSY for each in seconds)
    late = sum(each.lag >= LATE for each in seconds)
    most = amount(max(each.busiest for each in seconds), "share")
    of = f"of {len(seconds)} seconds"
    if busy > OFTEN * len(seconds):
        share = amount(BUSY, "share")
        told = (
            f"its busiest worker used {share} or more of a core in {busy} {of}. Use more workers."
        )
        return f"The load tool may have been the bottleneck: {told}", True
    if late > OFTEN * len(seconds):
        told = f"late by {amount(LATE, 'ms')} or more in {late} {of}, so times are too long"
        return f"The load tool was {told}: it or its machine was the bottleneck.", True
    told = f"its busiest worker used at most {most} of a core."
    return f"The load tool was not the bottleneck: {told}", False


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _some(count: int, of: int, word: str) -> str:
    return f"the {word}" if of == 1 else f"{count} of {of} {word}s"
