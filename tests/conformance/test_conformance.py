"""Autobahn's cases, but for those that are slow, large or about compression.

``python -m tests.conformance`` runs all of them; what came of it is in ``RESULTS.md``.
"""

import logging

import pytest

from lockstep_protocol import closes

from .suite import QUICK, echoing, lockstep, run

AT_LEAST = 240


async def test_the_socket_keeps_to_the_standard(caplog: pytest.LogCaptureFixture) -> None:
    async with echoing() as url:
        results = await run(url, QUICK)
    assert len(results) > AT_LEAST
    assert [result for result in results if not result.passed] == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_lockstep_answers_the_same_cases_or_says_that_it_is_no_echo(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with lockstep() as url:
        results = await run(url, QUICK)
    assert len(results) > AT_LEAST
    wrong = [each for each in results if not each.passed and each.code != closes.VIOLATION]
    assert wrong == []
    # Pings, closing, reserved bits and codes, and wrong text need no echo.
    for section, least in ((2, 11), (3, 7), (4, 10), (7, 36)):
        assert sum(each.passed for each in results if each.section == section) >= least
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
