"""The load tool finds faults that are planted in a real server, and none in a healthy one."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from lockstep_load.report import Report
from tests.process.server import clean_environment, run

SECRET = "of the load tests, and of nothing else, 32+"
ROOT = Path(__file__).parents[2]
PROFILE = "readers=6,deciders=12,chatters=4,reconnectors=2,storm=1"
OPTIONS = {"team": 8, "entries": 1, "rate": 60, "ramp": 0.5, "duration": 4, "workers": 2}
LOAD = [f"--{name}={value}" for name, value in OPTIONS.items()]


def outcome_of(fault: str, folder: Path) -> tuple[int, Report, str]:
    """A short load test of a server with ``fault``: exit code, report, output."""
    report = folder / "report.json"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.load.faulty", fault, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=clean_environment()
        | {
            "LOCKSTEP_DB": str(folder / "load.db"),
            "LOCKSTEP_JWT_SECRET": SECRET,
            "LOCKSTEP_LOG_LEVEL": "critical",
        },
    ) as server:
        assert server.stdout is not None
        try:
            url = server.stdout.readline().split()[-1]
            code, output, errors = run(
                "load",
                *LOAD,
                "--profile",
                PROFILE,
                "--url",
                url,
                "--jwt-secret",
                SECRET,
                "--json",
                report,
            )
        finally:
            server.kill()
    return code, msgspec.json.decode(report.read_bytes(), type=Report), output + errors


def wrong(report: Report) -> set[str]:
    """The checks that failed."""
    return {check.name for check in report.checks if check.wrong}


def test_a_healthy_server_passes(tmp_path: Path) -> None:
    code, report, said = outcome_of("healthy", tmp_path)
    assert code == 0, said
    assert not wrong(report)
    assert report.passed
    unseen = {check.name for check in report.checks if not check.looked}
    # The server sends digests once a minute, and this run is shorter.
    assert unseen == {"digests"}
    assert report.totals["sessions"] == 24
    assert report.totals["reconnects"]
    assert report.times["viewer"].count >= report.totals["commands"] * 0.9


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("a_diff_is_lost", {"continuity"}),
        ("an_answer_is_early", {"own_change", "read_your_writes"}),
    ],
)
def test_a_planted_fault_is_found(fault: str, checks: set[str], tmp_path: Path) -> None:
    code, report, said = outcome_of(fault, tmp_path)
    assert code == 1, said
    assert checks <= wrong(report), said
    (sentence,) = (line for line in said.splitlines() if line.startswith("Failed: "))
    for check in checks:
        assert f"{check}: " in sentence
