"""What is no JSON, or no JSON that can be kept: said with its place, and with what to do."""

import pytest

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.bounds import DEFINITION_BYTES, NESTING
from lockstep_server.engine.definition.check import check


def only(raw: bytes | str) -> Finding:
    definition, [finding] = check(raw)
    assert definition is None
    assert finding.severity == "error"
    assert finding.text
    assert finding.hint
    return finding


@pytest.mark.parametrize(
    ("raw", "place", "hint"),
    [
        ("", (1, 1), "Check"),
        ('{\n  "start": {"step": {},}\n}', (2, 23), "the comma"),
        ('{\n  "start": [1, 2,]\n}', (2, 17), "the comma"),
        ('{\n  "start": {"step": {}\n}', (3, 2), "`{` of line 1, column 1,"),
        ('{\n  // first\n  "start": {}}', (2, 3), "no comments"),
        ('{\r\n  "start": /* a */ {}}', (2, 12), "no comments"),
        ("{'start': {}}", (1, 2), "double"),
        ('{"start": NaN}', (1, 11), "null"),
        ('{"start": {"NaN": "NaN",\n "x": [-Infinity]}}', (2, 8), "null"),
        (f'{{"start":\n{{"x": 1{"0" * 5000}}}}}', (2, 7), "smaller"),
        ('{"start": {"x":\t1e999}}', (1, 17), "smaller"),
        ('{"start":\n {"x": 18446744073709551616}}', (2, 8), "smaller"),
        ('{"start":\n {"x": [0, -9223372036854775809]}}', (2, 12), "smaller"),
        ('{"start": {"x": "a",\n "y": ["\\ud800"]}}', (2, 8), "escapes"),
        ('{"start": {"\\udc00": 1}}', (1, 12), "escapes"),
        ('{"start" {}}', (1, 10), "Check"),
        ('{"start": "a\nb"}', (1, 13), "\\n"),
        ('{"start": {}} {}', (1, 15), "what follows"),
        ('{"start": "a', (1, 11), "quotation"),
        ('{"start": [1, 2', (1, 16), "`[` of line 1, column 11,"),
    ],
)
def test_what_is_not_json_has_its_place(raw: str, place: tuple[int, int], hint: str) -> None:
    finding = only(raw)
    assert finding.code == "not_json"
    assert (finding.line, finding.column) == place
    assert hint in finding.hint
    assert (
        only("\ufeff" + raw) == only(("\ufeff" + raw).encode("utf-8", "surrogatepass")) == finding
    )


def test_what_is_not_utf_8_has_its_place() -> None:
    finding = only(b'{\n "caf\xe9": 1}')
    assert (finding.code, finding.line, finding.column) == ("not_json", 2, 6)
    assert (only(b"\xff\xfe{\x00").line, only(b"\xff\xfe{\x00").column) == (1, 1)


@pytest.mark.parametrize("levels", [NESTING, 90_000])
def test_what_is_nested_too_deep_has_its_place(levels: int) -> None:
    finding = only('{"start":\n' + "[" * levels + "]" * levels + "}")
    assert finding.code == "too_large"
    assert (finding.line, finding.column) == (2, NESTING)


def test_what_is_too_large_is_not_read() -> None:
    finding = only('{"start": "' + "x" * DEFINITION_BYTES)
    assert (finding.code, finding.line, finding.column) == ("too_large", 1, 1)


def test_a_member_that_stands_twice_is_found_wherever_it_is() -> None:
    raw = '{"start": {"step": {"name": "a",\n "name": "b", "scope": "$sink"}},\n "start": {}}'
    _, findings = check(raw)
    [found] = [finding for finding in findings if finding.code == "duplicate_member"]
    assert (found.pointer, found.line, found.column) == ("/start", 3, 2)
    _, findings = check(raw.replace('"start": {}', '"end": {}'))
    [found] = [finding for finding in findings if finding.code == "duplicate_member"]
    assert (found.pointer, found.line, found.column) == ("/start/step/name", 2, 2)
    assert found.step == "start"
