"""Runs Autobahn's cases against an address, and prints one line of JSON for each.

A process of its own (``python -m tests.conformance.drive URL CASE...``): kosoku changes the
interpreter it runs in, so that the cases, which were written for Python 2, can be imported.
"""

import asyncio
import json
import os
import sys

from kosoku import FailureError, run_fuzzingclient


async def drive(url: str, cases: list[str]) -> None:
    """Run what fits ``cases``: ids, or patterns with a star."""
    try:
        results = await run_fuzzingclient(url, cases, concurrency=8)
    except FailureError as failure:
        results = failure.results
    for result in results:
        line = {
            "case": result.case_id,
            "verdict": result.behavior.value,
            "close": result.behavior_close.value,
            "code": result.remote_close_code,
            "passed": result.passed,
            "why": result.result if result.behavior.value != "OK" else result.result_close,
        }
        print(json.dumps(line))


if __name__ == "__main__":
    asyncio.run(drive(sys.argv[1], sys.argv[2:]))
    sys.stdout.flush()
    # kosoku's own threads may abort the process while the interpreter is taken down.
    os._exit(0)
