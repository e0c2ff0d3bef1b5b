"""What many workers count is put together as if one had."""

import random

from lockstep_load.capacity import WARM, measure
from lockstep_load.exchange import Done, Tally, Told
from lockstep_load.findings import Findings
from lockstep_load.gathering import FORGET_SECONDS, SAMPLES, Gathering, Own
from lockstep_load.histogram import Histogram

OWN = Own(0.25, 1_000)


def test_percentiles_are_exact_to_a_hundredth_however_they_are_merged() -> None:
    chance = random.Random(1)
    times = [chance.lognormvariate(1, 2) for _ in range(5_000)]
    parts = [Histogram() for _ in range(3)]
    for index, ms in enumerate(times):
        parts[index % 3].add(ms)
    whole = Histogram()
    for part in parts:
        whole.merge(part)
    times.sort()
    told = whole.times()
    assert told.count == 5_000
    assert told.max == round(times[-1], 3)
    for share, got in ((0.5, told.p50), (0.9, told.p90), (0.99, told.p99)):
        exact = times[int(share * len(times)) - 1]
        assert abs(got - exact) <= 0.011 * exact
    assert Histogram().times().count == 0


def second(gathering: Gathering, t: float, *tallies: Tally) -> float:
    """The viewers' longest time in a second that is put together."""
    return gathering.second(t, list(tallies), None, "load", OWN).viewer.max


def test_the_last_viewer_is_that_of_all_workers() -> None:
    gathering = Gathering({7: 2, 8: 1})
    one = Tally(told=[Told(1, 10.2, 5)], done=[Done(1, 10.0, 7), Done(2, 10.0, 8)])
    assert second(gathering, 1, one) == 0.0
    other = Tally(told=[Told(1, 10.5, 5)])
    assert second(gathering, 2, other) == 500.0
    late = Tally(told=[Told(2, 10.1, 5)])
    assert round(second(gathering, 3, late)) == 100


def test_what_no_answer_came_for_is_forgotten() -> None:
    gathering = Gathering({7: 2})
    second(gathering, 1, Tally(told=[Told(1, 10.2, 5)]))
    second(gathering, 1, Tally(told=[Told(2, 10.2, 5)], done=[Done(2, 10.0, 7)]))
    # The other worker had nobody there to be told.
    assert round(second(gathering, 2 + FORGET_SECONDS, Tally())) == 200
    assert not gathering._pairs
    assert not gathering._teams


def test_counts_add_up_and_findings_keep_few_examples() -> None:
    gathering = Gathering({})
    tallies = []
    for number in range(4):
        findings = Findings()
        for _ in range(3):
            findings.saw("views", False, f"worker {number}")
        tally = Tally(
            cpu=0.25, memory=2_000, sessions=5, frames=10, refusals={"stale": 1}, findings=findings
        )
        tally.count("commands", 2)
        tallies.append(tally)
    sample = gathering.second(1.0, tallies, None, "load", OWN)
    assert (sample.sessions, sample.commands, sample.frames) == (20, 8, 40)
    assert sample.tool is not None
    assert (sample.tool.cpu, sample.tool.memory, sample.tool.busiest) == (1.25, 9_000, 0.25)
    assert gathering.refusals == {"stale": 4}
    (views,) = (check for check in gathering.findings.checks() if check.name == "views")
    assert (views.looked, views.wrong, len(views.examples)) == (12, 12, 5)


def test_a_long_run_keeps_few_samples() -> None:
    gathering = Gathering({})
    seconds = SAMPLES * 2 + 10
    for t in range(1, seconds + 1):
        tally = Tally(sessions=3)
        tally.count("commands", 7)
        tally.command.add(float(t))
        gathering.second(float(t), [tally], None, "load", OWN)
    assert len(gathering.series) <= SAMPLES
    assert gathering.series[0].commands == 7
    assert gathering.series[0].command.max > 1.0
    assert gathering.totals["commands"] == 7 * seconds


async def test_a_worker_takes_in_what_is_poured_and_finds_it_right() -> None:
    taken = await measure(60, WARM + 1)
    assert taken.right
    assert taken.sessions == 60
    assert taken.frames
