"""Real workflows turned, step by step, into the other spellings that authors may use."""

import json
from collections.abc import Callable
from typing import Any

Node = dict[str, Any]
Spelling = Callable[[Node], Node]

MAIN = {
    "status": "status",
    "task": "state",
    "lock": "ttl",
    "script": "handle",
    "notify": "body",
    "trigger": "step",
    "chat": "body",
}
"""What a single value in ``args`` is of each action."""
OTHER_WORDS = {
    "task": {"state": "status"},
    "script": {"handle": "script"},
    "notify": {"body": "text"},
    "chat": {"body": "text"},
}
"""Other words for arguments."""


def copy(node: Node) -> Node:
    found: Node = json.loads(json.dumps(node))
    return found


def paths_by_step(node: Node) -> Node:
    """Paths keyed by the step they lead to; where two lead to the same, a map cannot say it."""
    paths = node["step"]["paths"]
    if len({path["step"] for path in paths}) == len(paths):
        node["step"]["paths"] = {path.pop("step"): path for path in paths}
    return node


def paths_by_label(node: Node) -> Node:
    """The same with nothing but the label for paths that have nothing else."""
    paths_by_step(node)
    paths = node["step"]["paths"]
    if isinstance(paths, dict):
        for key, path in paths.items():
            path.pop("icon", None)
            if set(path) == {"label"}:
                paths[key] = path["label"]
    else:
        for path in paths:
            path.pop("icon", None)
    return node


def behaviors_by_handle(node: Node) -> Node:
    node["behaviors"] = {each.pop("handle"): each for each in node["behaviors"]}
    return node


def actions_by_number(node: Node) -> Node:
    """Actions in an object run in the order of its keys, however they are written."""
    numbered = {f"a{number}": each for number, each in enumerate(node["actions"], 5)}
    node["actions"] = dict(reversed(numbered.items()))
    return node


def members_on_the_node(node: Node) -> Node:
    return {**node.pop("step"), **node}


def members_on_both(node: Node) -> Node:
    """Every second member on the node, and one of them in both places with the same value."""
    step = node["step"]
    moved = {name: step.pop(name) for name in list(step)[::2]}
    return {**moved, **node, **dict(list(step.items())[:1])}


def step_is_its_paths(node: Node) -> Node:
    step = node.pop("step")
    return {"step": step.pop("paths"), **step, **node}


def single_ones(node: Node) -> Node:
    """What is alone in an array, without the array."""
    for holder, name in ((node["step"], "paths"), (node, "behaviors"), (node, "actions")):
        if len(holder[name]) == 1:
            [holder[name]] = holder[name]
    for behavior in node["behaviors"] if isinstance(node["behaviors"], list) else ():
        if len(behavior.get("templates", ())) == 1:
            [behavior["templates"]] = behavior["templates"]
    return node


def empty_ones_left_out(node: Node) -> Node:
    for holder in (node, node["step"]):
        for name in [name for name, value in holder.items() if value == []]:
            del holder[name]
    return node


def arguments_by_name(node: Node) -> Node:
    for action in node["actions"]:
        if "args" in action and not isinstance(action["args"], dict):
            action["args"] = {MAIN[action["action"]]: action["args"]}
    return node


def arguments_by_other_words(node: Node) -> Node:
    for action in arguments_by_name(node)["actions"]:
        words = OTHER_WORDS.get(action["action"], {})
        if "args" in action:
            args = {words.get(name, name): value for name, value in action["args"].items()}
            action["args"] = dict(reversed(args.items()))
    return node


def short_behaviors(node: Node) -> Node:
    """``close`` and ``open`` for the two behaviors that are always used like that."""
    for behavior in node["behaviors"]:
        if behavior["behavior"] in ("ux", "automatic"):
            behavior["behavior"] = behavior.pop("fields")
    return node


def everything(node: Node) -> Node:
    node = paths_by_step(behaviors_by_handle(actions_by_number(arguments_by_other_words(node))))
    return members_on_the_node(empty_ones_left_out(node))


SPELLINGS: list[Spelling] = [
    paths_by_step,
    behaviors_by_handle,
    actions_by_number,
    members_on_the_node,
    members_on_both,
    step_is_its_paths,
    single_ones,
    empty_ones_left_out,
    arguments_by_name,
    arguments_by_other_words,
    short_behaviors,
    everything,
]
