"""``/metrics``: who may read it, and that each metric is on its page and the other way round."""

import re
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_text

from lockstep_server.config import Settings
from lockstep_server.metrics import Metrics
from lockstep_server.web.app import build

from .conftest import SECRET, admin_token
from .serving import Served, serving

PAGE = Path(__file__).parents[2] / "protocol/spec/metrics.md"


def exposed(text: str) -> dict[str, Metric]:
    return {metric.name: metric for metric in read_text(text)}


def documented() -> dict[str, tuple[str, set[str]]]:
    """Each metric of the page with its kind and labels."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `lockstep_"):
            found[cells[0].strip("`")] = (cells[1], set(re.findall(r"`(\w+)`", cells[2])))
    return found


def test_the_page_lists_every_metric_with_its_kind_and_labels() -> None:
    kept = {}
    for name, wrapper in vars(Metrics()).items():
        if isinstance(wrapper, MetricWrapperBase):
            [metric] = wrapper.describe()
            suffix = {"counter": "_total", "info": "_info"}.get(metric.type, "")
            labels = set(wrapper._labelnames) if name != "build" else set(wrapper._value)  # type: ignore[attr-defined]
            kept[metric.name + suffix] = (metric.type.replace("info", "gauge"), labels)
    assert documented() == kept


async def test_a_program_on_this_machine_reads_them(lockstep: Served) -> None:
    async with lockstep.http() as http:
        answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    read = exposed(answer.text)
    assert read["lockstep_digest_differences"].samples[0].value == 0
    assert read["process_resident_memory_bytes"].samples[0].value > 1e6
    assert read["lockstep_build_info"].samples[0].labels.keys() == {"version", "python", "sqlite"}


async def test_openmetrics_is_given_to_who_accepts_it(lockstep: Served) -> None:
    async with lockstep.http() as http:
        headers = {"Accept": "application/openmetrics-text; version=1.0.0"}
        answer = await http.get("/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    read = {metric.name for metric in read_open(answer.text)}  # type: ignore[no-untyped-call]
    assert read >= {"lockstep_refusals"}


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "203.0.113.9"},
    ],
)
async def test_what_comes_through_a_proxy_needs_an_administrator(
    lockstep: Served, header: dict[str, str]
) -> None:
    async def status(http: httpx.AsyncClient) -> int:
        return (await http.get("/metrics", headers=header)).status_code

    async with lockstep.http() as nobody, lockstep.http("omar") as omar:
        assert (await status(nobody), await status(omar)) == (401, 403)
    async with lockstep.http(token=admin_token()) as admin:
        assert await status(admin) == 200


@pytest.mark.parametrize(("public", "status"), [(False, 401), (True, 200)])
async def test_another_host_name_is_somebody_elses(
    tmp_path: Path, public: bool, status: int
) -> None:
    settings = Settings(
        jwt_secret=SECRET, db=str(tmp_path / "lockstep.db"), metrics_public=public
    ).checked()
    async with serving(build(settings)) as served, served.http() as http:
        answer = await http.get("/metrics", headers={"Host": "inbox.example.org"})
    assert answer.status_code == status


async def test_what_happens_is_counted(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar, lockstep.http() as http:
        await omar.hear("snapshot")
        started = await omar.command("start", workflow="call", data={"who": "Ann"})
        assert (await omar.command("get", entry="nothing"))["code"] == "not_found"
        assert (await http.get("/v1/nothing")).status_code == 404

        def counted() -> bool:
            return value("lockstep_commit_to_last_write_seconds_count") >= 1

        text = (await http.get("/metrics")).text

        def value(name: str, **labels: str) -> float:
            samples = [one for metric in read_text(text) for one in metric.samples]
            return sum(
                s.value for s in samples if s.name == name and labels.items() <= s.labels.items()
            )

        assert started["n"] > 0
        assert value("lockstep_commands_total", type="start", outcome="done") == 1
        assert value("lockstep_commands_total", type="get", outcome="refused") == 1
        assert value("lockstep_refusals_total", code="not_found") == 2
        assert value("lockstep_resumes_total", kind="snapshot") == 1
        assert value("lockstep_sessions") == value("lockstep_users_connected") == 1
        assert value("lockstep_entries_resident") == 1
        assert value("lockstep_commit_seconds_count") >= 1
        assert value("lockstep_commit_changes_sum") >= 1
        assert counted()
        assert value("lockstep_incidents_open") == 0
    async with lockstep.http() as http:
        text = (await http.get("/metrics")).text
        assert value("lockstep_closes_total", code="1000") == 1
