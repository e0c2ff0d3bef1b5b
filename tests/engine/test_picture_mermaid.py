"""The Mermaid of definitions: everything is there, and nothing is more than a text."""

import re

import pytest

from lockstep_server.engine.picture.mermaid import escape, mermaid
from tests.engine.graphs import act, graph, node
from tests.engine.world import compiled

EXAMPLES = ["expense", "incident", "service-call"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_step_and_each_path_is_drawn(name: str) -> None:
    nodes = compiled(name).nodes
    drawn = mermaid(nodes).splitlines()
    for key, each in nodes.items():
        assert [line for line in drawn if f"{escape(each.step.name)}<br/>{escape(key)}" in line]
        for path in each.step.paths:
            assert [line for line in drawn if f'-->|"{escape(path.label)}' in line]
    lines = sum("-->|" in line for line in drawn)
    assert lines == sum(len(each.step.paths) for each in nodes.values())


def test_behaviors_stand_in_brackets_and_triggers_are_dashed() -> None:
    drawn = mermaid(compiled("incident").nodes)
    assert 's0 -->|"Acknowledge [automatic]"| s1\n' in drawn
    assert 's2 -.->|"triggers"| s3\n' in drawn
    assert 's1 -->|"Incident room [managedChat]"| s1\n' in drawn


def test_what_is_retired_has_round_ends_and_a_style_is_a_class() -> None:
    drawn = mermaid(compiled("incident").nodes)
    assert '  s5(["Solved<br/>solved, retired<br/>$all"])\n' in drawn
    assert "  class s5,s6 retired\n" in drawn
    assert "  class s0,s2 danger\n" in drawn


def test_another_workflow_is_a_box_of_its_own() -> None:
    nodes = graph(
        start=node(
            "$source",
            {},
            act("trigger", None, {"rule": "other", "step": "late"}),
            act("trigger", None, {"rule": "other"}),
        )
    ).nodes
    drawn = mermaid(nodes)
    assert drawn.count('[["other<br/>workflow"]]') == 1
    assert 's0 -.->|"starts at late"| w0\n' in drawn
    assert 's0 -.->|"starts"| w0\n' in drawn


@pytest.mark.parametrize(
    "nasty",
    [
        'a "quoted" name',
        "<script>alert(1)</script>",
        "two\nlines\r\nof\u2028it",
        "a|b [x](y) {z} `c` %%{init: {}}%% #quot; &amp; a --> b; end",
        "1. **bold** __it__ - x $$y$$",
        "\x00 \u202e \ud800",
    ],
)
def test_no_text_gets_out_of_its_label(nasty: str) -> None:
    nodes = graph(start=node("$source", {nasty: "start"}, name=nasty)).nodes
    lines = mermaid(nodes).splitlines()
    assert (
        len(lines)
        == len(mermaid(graph(start=node("$source", {"x": "start"})).nodes).split("\n")) - 1
    )
    for label in re.findall(r'"([^"]*)"', "\n".join(lines)):
        text = re.sub(r"#\d+;|<br/>", "", label)
        assert not re.search(r"[<>&#;`|{}()*_%\\:\x00-\x1f]|\$\$", text)
    mermaid(nodes).encode()


def test_a_step_without_a_name_shows_its_key() -> None:
    assert '["start<br/>start<br/>$sink"]' in mermaid(graph(start=node("$sink", name="")).nodes)
