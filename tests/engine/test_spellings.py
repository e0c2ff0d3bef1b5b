"""However a definition is spelt, it reads to the same canonical bytes, and so do these."""

import json
from typing import Any

import pytest

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.compiled import canonical
from lockstep_server.engine.definition.positions import place

from .faults import source
from .spellings import SPELLINGS, Spelling, copy, everything, paths_by_label

WORKFLOWS = ("service-call", "expense", "incident")
STEP = {"name": "New", "scope": "$sink", "paths": [{"label": "Go", "step": "end"}]}
END = {"step": {"name": "End", "scope": "$sink", "status": "retired"}}
FAULTY: dict[str, Any] = {
    "start": {
        "step": {
            "name": "{{ a b }}",
            "nameStyle": "blue",
            "scope": "given group [a]",
            "paths": [
                {"label": " ", "step": "nowhere at all", "behavior": "none"},
                {"label": "Two", "step": "end", "behavior": "shut", "icon": 3},
            ],
        },
        "behaviors": [
            {"handle": "shut", "behavior": "ux", "fields": "close", "target": "$al"},
            {"handle": "late", "behavior": "form", "templates": ["data.title"]},
        ],
        "actions": [
            {"action": "status", "scope": "$sink", "args": "retird"},
            {"action": "notify", "scope": "$sink", "args": "{{ x"},
            {"action": "lock", "args": -1},
            {"action": "trigger", "args": "wherever"},
        ],
    },
    "end": {
        "step": {"name": "End", "scope": "$sink", "template": "T", "paths": []},
        "behaviors": [],
        "actions": [],
    },
}


def accepted(document: object) -> bytes:
    definition, findings = check(document)
    assert definition is not None, findings
    return canonical(definition)


def of_a_step(step: Any, **others: Any) -> bytes:
    return accepted({"start": {"step": step, **others}, "end": END})


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_real_workflow_in_another_spelling_is_the_same(workflow: str, spelling: Spelling) -> None:
    document = json.loads(source(workflow))
    other = {key: spelling(copy(node)) for key, node in document.items()}
    assert accepted(other) == accepted(document)
    assert alike(check(other)[1]) == alike(check(document)[1])
    for finding in check(other)[1]:
        assert resolved(other, finding.pointer) is not None


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_paths_that_are_only_labels_are_the_same(workflow: str) -> None:
    document = json.loads(source(workflow))
    other = {key: paths_by_label(copy(node)) for key, node in document.items()}
    for node in document.values():
        for path in node["step"]["paths"]:
            path.pop("icon", None)
    assert accepted(other) == accepted(document)


@pytest.mark.parametrize("spelling", [None, *SPELLINGS], ids=lambda each: each and each.__name__)
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_canonical_form_reads_to_itself(workflow: str, spelling: Spelling | None) -> None:
    document = json.loads(source(workflow))
    if spelling is not None:
        document = {key: spelling(copy(node)) for key, node in document.items()}
    once = accepted(document)
    assert accepted(once) == once
    assert alike(check(once)[1]) == alike(check(document)[1])


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda each: each.__name__)
def test_faults_are_found_in_every_spelling_where_they_are_written(spelling: Spelling) -> None:
    other = {key: spelling(copy(node)) for key, node in FAULTY.items()}
    text = json.dumps(other, indent=1)
    plain = check(json.dumps(FAULTY))[1]
    findings = check(text)[1]
    assert len(plain) >= 14
    assert alike(findings) == alike(plain)
    for finding in findings:
        value = resolved(json.loads(text), finding.pointer)
        assert finding.line is not None
        assert finding.column is not None
        line = text.split("\n")[finding.line - 1]
        assert 1 <= finding.column <= len(line)
        if isinstance(value, str) and finding.code in ("unknown_name_style", "unknown_member"):
            assert line[finding.column - 1 :].startswith(json.dumps(value))


def test_a_key_that_stands_for_a_member_is_the_place() -> None:
    text = json.dumps({key: everything(copy(node)) for key, node in FAULTY.items()}, indent=1)
    missing = next(each for each in check(text)[1] if each.code == "missing_step")
    assert missing.pointer == "/start/paths/nowhere at all"
    assert (missing.line, missing.column) == place(text, text.index('"nowhere at all"'))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"action": "lock", "args": {"ttl": 60}}, {"action": "lock", "args": 60}),
        ({"action": "lock", "args": {}}, {"action": "lock"}),
        ({"action": "lock", "args": {"ttl": None}}, {"action": "lock", "args": None}),
        ({"action": "unlock"}, "unlock"),
        (
            {"action": "trigger", "args": {"workflow": "w", "step": None}},
            {"action": "trigger", "args": {"rule": "w"}},
        ),
        (
            {"action": "chat", "args": {"data": {"text": "a"}, "text": "a"}},
            {"action": "chat", "args": {"body": "a", "data": {"text": "a"}}},
        ),
        (
            {"action": "task", "args": {"state": "open", "status": "open"}},
            {"action": "task", "args": "open"},
        ),
    ],
)
def test_actions_that_mean_the_same(one: Any, other: Any) -> None:
    assert of_a_step(STEP, actions=[one]) == of_a_step(STEP, actions=[other])
    assert of_a_step(STEP, actions={"1": one}) == of_a_step(STEP, actions=[other])


def test_actions_of_an_object_may_be_named_by_their_keys() -> None:
    named = {"lock": {"scope": "$all"}, "task": {"args": "open"}}
    listed = [{"action": "lock", "scope": "$all"}, {"action": "task", "args": "open"}]
    assert of_a_step(STEP, actions=named) == of_a_step(STEP, actions=listed)


def test_actions_of_an_object_run_as_people_count() -> None:
    keys = ("a10", "a2", "a1", "2", "10", "b")
    mapped = {key: {"action": "task", "args": key} for key in keys}
    definition, _ = check({"start": {"step": STEP, "actions": mapped}, "end": END})
    assert definition is not None
    order = [action.args for action in definition["start"].actions]
    assert order == ["a1", "a2", "a10", "b", "2", "10"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("close", {"handle": "close", "behavior": "ux", "fields": "close"}),
        ({"behavior": "ux"}, {"handle": "ux", "behavior": "ux", "fields": "close"}),
        (
            {"handle": "x", "behavior": "open"},
            {"handle": "x", "behavior": "automatic", "fields": "open"},
        ),
        (
            {"handle": "x", "behavior": "chat", "data": {"a": "{b}"}, "templates": "data.a"},
            {"handle": "x", "behavior": "chat", "data": {"a": "{b}"}, "templates": ["data.a"]},
        ),
    ],
)
def test_behaviors_that_mean_the_same(one: Any, other: Any) -> None:
    assert of_a_step(STEP, behaviors=[one]) == of_a_step(STEP, behaviors=[other])
    keyed = dict(one, handle="h") if isinstance(one, dict) else one
    assert of_a_step(STEP, behaviors={"h": keyed}) == of_a_step(
        STEP, behaviors=[other | {"handle": "h"}]
    )


@pytest.mark.parametrize("word", ["close", "open"])
def test_a_path_may_name_a_short_behavior_that_is_not_written(word: str) -> None:
    paths = [{"label": "Go", "step": "end", "behavior": word}]
    written = {"handle": word, "behavior": word}
    assert of_a_step(STEP | {"paths": paths}) == of_a_step(
        STEP | {"paths": paths}, behaviors=[written]
    )


def test_the_same_member_twice_must_be_equal() -> None:
    assert accepted({"start": {"step": STEP, "name": "New"}, "end": END}) == of_a_step(STEP)
    definition, [finding] = check({"start": {"step": STEP, "name": "Other"}, "end": END})
    assert definition is None
    assert (finding.code, finding.pointer) == ("conflicting_member", "/start/name")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"paths": {"end": {"label": "Go", "step": "start"}}}, "/start/paths/end/step"),
        ({"behaviors": {"a": {"handle": "b", "behavior": "chat"}}}, "/start/behaviors/a/handle"),
        ({"behaviors": [{"behavior": "close", "fields": "x"}]}, "/start/behaviors/0/fields"),
        (
            {"actions": {"action": "task", "args": {"state": "a", "status": "b"}}},
            "/start/actions/args/status",
        ),
    ],
)
def test_a_member_that_says_something_else_elsewhere_conflicts(
    document: dict[str, Any], pointer: str
) -> None:
    definition, findings = check({"start": {"scope": "$sink", **document}, "end": END})
    assert definition is None
    assert ("conflicting_member", pointer) in {(each.code, each.pointer) for each in findings}


def alike(findings: list[Finding]) -> list[tuple[Any, ...]]:
    """What must not depend on the spelling."""
    return [(each.code, each.severity, each.step, each.text, each.hint) for each in findings]


def resolved(document: Any, pointer: str) -> Any:
    """What ``pointer`` leads to; fails where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document
