"""The generated documents are current, and say what the package does."""

from typing import Any, get_args

import jsonschema_rs
import pytest

from lockstep_protocol.asyncapi import asyncapi
from lockstep_protocol.commands import ClientMessage
from lockstep_protocol.generate import DOCUMENTS, document, main
from lockstep_protocol.pushes import ServerMessage
from lockstep_protocol.workflow_schema import workflow_schema
from tests.protocol.vectors import PROTOCOL, cases, named


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_committed_document_is_current(name: str) -> None:
    text = (PROTOCOL / "spec" / name).read_text(encoding="utf-8")
    assert text == document(name), f"run python -m lockstep_protocol.generate {name}"


def test_the_command_prints_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asyncapi.json"]) == 0
    assert capsys.readouterr().out == document("asyncapi.json")
    assert main([]) == 2
    assert "workflow.schema.json" in capsys.readouterr().err


def validator(name: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": asyncapi()["components"]}
    return jsonschema_rs.validator_for(schema)


@pytest.mark.parametrize(
    ("case", "messages"),
    [(case, ClientMessage) for case in cases("client")]
    + [(case, ServerMessage) for case in cases("server")],
    ids=lambda value: named(value) if isinstance(value, dict) else None,
)
def test_the_vectors_fit_the_asyncapi_schemas(case: dict[str, Any], messages: Any) -> None:
    message = case["message"]
    [name] = [
        each.__name__
        for each in get_args(messages)
        if each.__struct_config__.tag == message["type"]
    ]
    validator(name).validate(message)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    made = asyncapi()
    found = []

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found.append(value["$ref"])
            for each in value.values():
                visit(each)
        elif isinstance(value, list):
            for each in value:
                visit(each)

    visit(made)
    assert len(found) > 50
    for reference in found:
        at: Any = made
        for key in reference.removeprefix("#/").split("/"):
            at = at[key]


STEP: dict[str, Any] = {"name": "New", "nameStyle": "info", "scope": "$sink", "status": "active"}
PATH = {"label": "Go", "step": "end", "behavior": "shut", "icon": "check"}
BEHAVIOR = {"handle": "shut", "behavior": "ux", "fields": "close"}
ACTION = {"action": "status", "scope": "$all", "args": "retired"}
END: dict[str, Any] = {"step": {"status": "retired"}}


STARTS: list[dict[str, Any]] = [
    {"step": {**STEP, "paths": [PATH]}, "behaviors": [BEHAVIOR], "actions": [ACTION]},
    {**STEP, "paths": [PATH], "behaviors": [BEHAVIOR], "actions": [ACTION]},
    {**STEP, "step": [PATH]},
    {"step": {"paths": {"end": {"label": "Go"}}}},
    {"paths": {"end": {"label": "Go"}}, "behaviors": {"shut": {"behavior": "close"}}},
    {"step": STEP, "actions": {"1": ACTION, "2": {"action": "lock", "args": {"ttl": 60}}}},
    {"step": STEP, "behaviors": [{"handle": "f", "behavior": "form", "fields": {"a": 1}}]},
]


@pytest.mark.parametrize("start", STARTS)
def test_every_spelling_of_a_definition_fits_its_schema(start: dict[str, Any]) -> None:
    schema = jsonschema_rs.validator_for(workflow_schema())
    schema.validate({"$schema": "./workflow.schema.json", "start": start, "end": END})


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ({"end": END}, []),
        ([], []),
        ({"start": {"step": {"nameStyle": "pink"}}}, ["start", "step"]),
        ({"start": {"status": "gone"}}, ["start", "status"]),
        ({"start": {"stepp": {}}}, ["start"]),
        ({"start": {"actions": [{"action": "explode"}]}}, ["start", "actions", 0, "action"]),
        ({"start": {"behaviors": [{"behavior": "sing"}]}}, ["start", "behaviors", 0, "behavior"]),
        ({"start": {"paths": [{"label": ""}]}}, ["start", "paths", 0, "label"]),
    ],
)
def test_a_wrong_definition_is_marked_where_it_is_wrong(definition: Any, path: list[Any]) -> None:
    errors = list(jsonschema_rs.validator_for(workflow_schema()).iter_errors(definition))
    assert [list(error.instance_path) for error in errors] == [path]
