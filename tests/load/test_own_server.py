"""With no server named the tool starts one, kills it in a storm, and nothing answered is lost."""

from pathlib import Path

import msgspec

from lockstep_load.report import Report
from tests.process.server import run

OPTIONS = {"team": 8, "entries": 1, "rate": 40, "ramp": 0.5, "duration": 4, "workers": 1}
PROFILE = "readers=6,deciders=8,slow=2,storm=1"


def test_a_killed_server_keeps_what_it_answered_and_thresholds_decide(tmp_path: Path) -> None:
    file, page = tmp_path / "report.json", tmp_path / "report.html"
    given = [f"--{name}={value}" for name, value in OPTIONS.items()]
    demands = ["--threshold=errors=0", "--threshold=viewer.max<1us"]
    code, said, _ = run(
        "load", *given, "--profile", PROFILE, *demands, "--json", file, "--report", page
    )
    report = msgspec.json.decode(file.read_bytes(), type=Report)
    assert code == 1, said
    assert [each.ok for each in report.thresholds] == [True, False]
    assert not any(check.wrong for check in report.checks), said
    looked = {check.name: check.looked for check in report.checks}
    assert looked["durable"] >= 16
    assert next(text for _, text in report.marks) == "storm: SIGKILL"
    assert report.totals["reconnects"] >= 16
    assert "--profile" in report.again
    assert str(file) not in report.again
    assert "storm: SIGKILL" in page.read_text()
