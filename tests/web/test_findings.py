"""What a server says of a definition that is sent to it: all of it, with its place in the text."""

from typing import Any

import pytest

from .conftest import admin_token
from .serving import Served

WRONG = """\ufeff{
\t"start": {
\t\t"scope": "given groups [team], except ‸groop [off]",
\t\t"template": "Call of {{ who‸",
\t\t"paths": {‸"nowhere": "Finish", "done": ‸{‸"lable": "Over"}}
\t},
\t"done": {"step": {"scope": "$sink", "status": "retired"}}
}
""".replace("\n", "\r\n")

SAID = (
    ("bad_query", "/start/scope"),
    ("bad_template", "/start/template"),
    ("missing_step", "/start/paths/nowhere"),
    ("missing_member", "/start/paths/done"),
    ("unknown_member", "/start/paths/done/lable"),
)
"""What is said of each caret in the text, which is taken out."""


def carets(text: str) -> list[tuple[int, int]]:
    """The line and column of each caret."""
    lines = text.removeprefix("\ufeff").split("\r\n")
    return [
        (number, column - line[: column - 1].count("‸"))
        for number, line in enumerate(lines, 1)
        for column, character in enumerate(line, 1)
        if character == "‸"
    ]


@pytest.mark.parametrize("path", ["/v1/workflows/call?dry=1", "/v1/workflows/call"])
async def test_every_finding_has_its_place_in_the_text(empty: Served, path: str) -> None:
    async with empty.http(token=admin_token()) as http:
        answer = await http.put(path, content=WRONG.replace("‸", "").encode())
    assert answer.status_code == 422
    assert answer.json()["definition"] is None
    findings = answer.json()["findings"]
    assert {told(finding) for finding in findings} == {
        (*said, *place) for said, place in zip(SAID, carets(WRONG), strict=True)
    }
    assert all(finding["text"] and finding["hint"] for finding in findings)
    severities = [finding["severity"] for finding in findings]
    assert severities == sorted(severities)


async def test_warnings_come_with_their_place_and_do_not_refuse(empty: Served) -> None:
    body = '{"start": {\n  "status": "retired"}, "end":\n {"status": "retired", "scope": "$sink"}}'
    async with empty.http(token=admin_token()) as http:
        for path, status in (("call?dry=1", 200), ("call", 201), ("call", 200)):
            answer = await http.put(f"/v1/workflows/{path}", content=body)
            assert answer.status_code == status
            findings = {told(finding) for finding in answer.json()["findings"]}
            assert findings == {
                ("missing_scope", "/start", 1, 11),
                ("unreachable_step", "/end", 2, 25),
            }


async def test_what_is_not_json_comes_back_with_the_place_where_reading_stopped(
    empty: Served,
) -> None:
    async with empty.http(token=admin_token()) as http:
        answer = await http.put("/v1/workflows/call?dry=1", content='{"start": {},\n}')
    assert answer.status_code == 422
    [finding] = answer.json()["findings"]
    assert told(finding) == ("not_json", "", 1, 13)


def told(finding: dict[str, Any]) -> tuple[str, str, int, int]:
    return finding["code"], finding["pointer"], finding["line"], finding["column"]
