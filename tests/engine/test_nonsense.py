"""Nonsense put anywhere into a real workflow: it is told, at a place that there is, and no more."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.compiled import canonical, compile_definition

from .faults import source
from .spellings import SPELLINGS, copy
from .test_positions import pointers
from .test_spellings import resolved

WORDS = ("start", "claimed", "step", "paths", "label", "action", "args", "$all", "", "a/b~c", "{{")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(WORDS)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("workflow", ["service-call", "expense", "incident"])
@given(data=st.data())
def test_nonsense_is_told_where_it_stands(workflow: str, data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(SPELLINGS))
    document = {key: spelling(copy(node)) for key, node in json.loads(source(workflow)).items()}
    for _ in range(data.draw(st.integers(1, 4))):
        plant(document, data)
    text = json.dumps(document, indent=data.draw(st.sampled_from([None, 1])))
    definition, findings = check(text)
    lines = text.split("\n")
    for finding in findings:
        assert finding.text
        assert finding.hint
        resolved(document, finding.pointer)
        assert finding.line is not None
        assert finding.column is not None
        assert 1 <= finding.column <= len(lines[finding.line - 1])
    assert (definition is None) == any(each.severity == "error" for each in findings)
    if definition is not None:
        compile_definition("w", 1, definition)
        once = canonical(definition)
        again, _ = check(once)
        assert again is not None
        assert canonical(again) == once


@given(raw=VALUES)
def test_no_document_is_too_strange(raw: Any) -> None:
    for each in (raw, {"start": raw}, {"start": {"step": raw, "behaviors": raw, "actions": raw}}):
        text = json.dumps(each)
        _, findings = check(text)
        for finding in findings:
            assert finding.hint
            resolved(json.loads(text), finding.pointer)


@given(text=st.text())
def test_no_text_is_too_strange(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        definition, [finding] = check(text)
        assert definition is None
        assert finding.line is not None


def plant(document: Any, data: st.DataObject) -> None:
    """Put another value in the place of one, or beside it, or move it to another key."""
    everything = pointers(document)
    del everything[""]
    if not everything:
        return
    pointer = data.draw(st.sampled_from(sorted(everything)))
    around = resolved(document, pointer.rpartition("/")[0])
    last = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    key = int(last) if isinstance(around, list) else last
    match data.draw(st.integers(0, 3)):
        case 0:
            around[key] = data.draw(VALUES)
        case 1 if isinstance(around, dict):
            around[data.draw(st.sampled_from(WORDS))] = around.pop(key)
        case 2 if isinstance(around, dict):
            around[data.draw(st.sampled_from(WORDS))] = data.draw(VALUES)
        case _:
            del around[key]
