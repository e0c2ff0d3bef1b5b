"""All of Autobahn's cases: ``python -m tests.conformance`` writes ``RESULTS.md`` anew."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from lockstep_protocol import closes
from lockstep_protocol.limits import TRANSPORT_FRAME_BYTES

from .suite import COMPRESSED, LARGE, QUICK, SLOW, Result, echoing, lockstep, run

PAGE = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("kosoku", "uvicorn", "websockets", "h11")

HEAD = """# Conformance of the socket to RFC 6455

Written by `python -m tests.conformance`. The cases are those of the Autobahn TestSuite, driven by
kosoku, which carries them unchanged but for what Python 3 asks for. They expect an echo, which
Lockstep is not; so they run against an echo behind the server's own uvicorn configuration and
protocol class (`server_config` and `SocketProtocol` in `server/lockstep_server/web/serve.py`), and
once more against Lockstep's own `/v1/ws`. A quick part of both is in the suite
(`tests/conformance/test_conformance.py`).
"""

REASONS: dict[str | tuple[str, ...], str] = {
    (
        "3.",
        "4.",
        "5.",
    ): "The wrong frame came together with the messages before it, and ends the connection "
    "before their echo.",
    "6.4.": "Wrong text ends the connection at the end of the message, not at its first wrong "
    "byte.",
    "7.1.6": "Which of the two comes first is open, says the case.",
    "7.13.": "Close codes that the standard leaves open, says the case.",
    "9.": f"The message is larger than the {TRANSPORT_FRAME_BYTES // 1024} KiB that the server "
    "takes: close 1009, as it must be.",
    ("12.", "13."): "Compression is not offered.",
}


def main() -> int:
    """1 when a case failed that has no good reason to."""
    parts, bad = asyncio.run(_parts())
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = ".".join(str(part) for part in sys.version_info[:3])
    PAGE.write_text(f"{HEAD}\nVersions: Python {python}, {versions}.\n" + "".join(parts))
    for result in bad:
        print(f"{result.case}: {result.verdict}, close {result.close} {result.code}: {result.why}")
    print(f"{PAGE.name} written, {len(bad)} cases failed without a good reason")
    return 1 if bad else 0


async def _parts() -> tuple[list[str], list[Result]]:
    async with echoing() as url:
        own = await run(url, (*QUICK, *SLOW, *LARGE, *COMPRESSED))
    async with echoing(ws_max_size=32 * 1024 * 1024) as url:
        large = await run(url, LARGE)
    async with lockstep() as url:
        socket = await run(url, (*QUICK, *SLOW))
    echoes = [each for each in socket if not each.passed and each.code == closes.VIOLATION]
    bad = [each for each in own if not each.passed and each.section not in (9, 12, 13)]
    bad += [each for each in own if each.section == 9 and not each.passed and each.code != 1009]
    bad += [each for each in large if not each.passed]
    bad += [each for each in socket if not each.passed and each not in echoes]
    echo = (
        f"\nAnother {len(echoes)} cases send a message and wait for its echo. Each was answered "
        "as the protocol says of a first frame that is no `hello`: a refusal, then close "
        f"{closes.VIOLATION}.\n"
    )
    parts = [
        _part("An echo with the server's own settings", own),
        _part("The same, and messages up to 32 MiB", large),
        _part("Lockstep's own socket", [each for each in socket if each not in echoes]),
        echo,
    ]
    return parts, bad


def _part(title: str, results: list[Result]) -> str:
    return f"\n## {title}\n\n" + "\n".join([*_counts(results), "", *_others(results)]) + "\n"


def _counts(results: list[Result]) -> Iterator[str]:
    yield "| section | cases | OK | not strict | informational | unimplemented | failed |"
    yield "|---|---|---|---|---|---|---|"
    for section in sorted({each.section for each in results}):
        some = [each for each in results if each.section == section]
        yield _row(str(section), some)
    yield _row("all", results)


def _row(name: str, results: list[Result]) -> str:
    counts = Counter(each.verdict if each.verdict != "OK" else _by_close(each) for each in results)
    columns = ("OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED")
    return " | ".join(["| " + name, str(len(results)), *(str(counts[c]) for c in columns)]) + " |"


def _by_close(result: Result) -> str:
    return "OK" if result.smooth else "FAILED"


def _others(results: list[Result]) -> Iterator[str]:
    """What is not simply OK, with the reason; cases that have it in common together."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in results:
        if not each.smooth:
            found = [why for start, why in REASONS.items() if each.case.startswith(start)]
            why = found[0] if found else each.why
            by_reason.setdefault((each.verdict, why), []).append(each.case)
    for (verdict, why), cases in by_reason.items():
        yield f"- {verdict}: {_listed(cases)}. {why}"


def _listed(cases: list[str]) -> str:
    if len(cases) <= 24:
        return ", ".join(cases)
    return f"{len(cases)} cases from {cases[0]} to {cases[-1]}"


if __name__ == "__main__":
    sys.exit(main())
