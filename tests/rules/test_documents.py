"""What the code can say is written down: no code, close, limit or message without its line."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from lockstep_protocol.closes import CLOSES
from lockstep_protocol.commands import ClientMessage
from lockstep_protocol.entry import EntryView
from lockstep_protocol.limits import Limits
from lockstep_protocol.pushes import ServerMessage
from lockstep_protocol.refusals import KINDS, RefusalCode
from lockstep_server.config import Settings

ROOT = Path(__file__).parents[2]
SPECIFICATION = (ROOT / "protocol/spec/protocol.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the tables in a section, by what their first cell names."""
    section = SPECIFICATION.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("| \n").split(" | ")]
            for name in re.findall(r"`([^`]+)`", cells[0]) or [cells[0]]:
                found[name] = cells
    return found


@pytest.mark.parametrize("code", get_args(RefusalCode))
def test_every_refusal_is_specified_with_its_class_and_status(code: RefusalCode) -> None:
    row = rows("6. Refusals")[code]
    assert row[1:3] == [KINDS[code].class_, str(KINDS[code].status)]


@pytest.mark.parametrize("code", CLOSES)
def test_every_close_is_specified(code: int) -> None:
    row = rows("7. Closes")[str(code)]
    assert row[1].startswith(CLOSES[code].reason)
    words = {"resume": "resumes", "later": "later|longer", "sign_in": "signs in", "stop": "stops"}
    assert re.search(words[CLOSES[code].next], row[2])


@pytest.mark.parametrize("field", msgspec.structs.fields(Limits), ids=lambda field: field.name)
def test_every_limit_is_specified_with_its_default(field: msgspec.structs.FieldInfo) -> None:
    row = rows("8. Limits")[field.encode_name]
    assert float(row[1]) == field.default


@pytest.mark.parametrize(
    ("section", "messages"),
    [("2. What a client says", ClientMessage), ("4. What a server says", ServerMessage)],
)
def test_every_message_is_specified_with_its_members(section: str, messages: object) -> None:
    table = rows(section)
    for message in get_args(messages):
        row = table[str(message.__struct_config__.tag)]
        for name in message.__struct_encode_fields__:
            assert re.search(rf"\b{name}\b", row[1]), (message.__name__, name)


def test_every_member_of_an_entry_is_specified() -> None:
    section = SPECIFICATION.split("\n## 5.", 1)[1]
    listed = set(re.findall(r"\w+", section.split("```")[1])) - {"count", "ids", "last"}
    assert listed == set(EntryView.__struct_encode_fields__)


def test_every_decision_is_short_and_says_how_to_undo_it() -> None:
    notes = sorted((ROOT / "protocol/decisions").glob("*.md"))
    assert len(notes) >= 5
    for note in notes:
        text = note.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 20, note.name
        assert "Why: " in text, note.name
        assert "To undo: " in text, note.name


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "protocol").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            # The picture of the inbox is taken by whoever builds the page.
            if not target.endswith(".png"):
                assert (document.parent / target).exists(), (document.name, target)


def test_the_readme_shows_how_to_begin() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("\n## Settings", 1)[1].split("\n## ", 1)[0]
    told: dict[str, str] = {}
    for line in table.splitlines():
        cells = [re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3]]
        if line.startswith("| `"):
            names, defaults = cells
            told.update(zip(names, defaults or ["none"] * len(names), strict=True))
    for field in msgspec.structs.fields(Settings):
        value = field.default
        expected = "none" if value in (None, ()) else str(value).removesuffix(".0").lower()
        assert told.pop(field.name) == expected, field.name
    assert not told
