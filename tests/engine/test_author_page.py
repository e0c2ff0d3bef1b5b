"""The page for authors: its example is without fault, and it names all that there is."""

import re
from pathlib import Path
from typing import get_args

import pytest

from lockstep_protocol.definition import ActionName, BehaviorName
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.scopes.parse import parse_query

PAGE = (Path(__file__).parents[2] / "protocol/spec/workflows.md").read_text(encoding="utf-8")


def test_the_example_is_without_fault() -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    definition, findings = check(example)
    assert definition is not None
    assert findings == []


@pytest.mark.parametrize("name", [*get_args(ActionName), *get_args(BehaviorName)])
def test_every_action_and_behavior_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_every_query_on_the_page_can_be_read() -> None:
    queries = re.findall(r"`((?:given|all users|current user)[^`…]*)`", PAGE)
    assert len(queries) > 6
    for query in queries:
        if query != "given":
            parse_query(query)
