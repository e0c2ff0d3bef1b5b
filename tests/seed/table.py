"""The table of the seed page: each member, value and rule of it, and the tests that show it.

``python -m tests.seed.table > protocol/spec/seed-table.md`` writes it anew. A test says what it
shows by the mark ``@pytest.mark.seed("row", …)``; one in JavaScript by a comment ``// seed: row``
on the line before it.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]

ROWS: dict[str, dict[str, str]] = {
    "The definition": {
        "definition.graph": "a directed graph in JSON: steps, and paths between them",
        "definition.start": "`start` is in every workflow and is always the first step",
        "definition.steps": "every other key is a step of that name, reached by paths",
        "node.step": "`step`: what the step is",
        "node.behaviors": "`behaviors`: what clients do",
        "node.actions": "`actions`: what the server does",
    },
    "A step": {
        "step.name": "`name`: the label in the list",
        "step.name.each": "the label is set anew by each step",
        "step.template": "`template`: the title",
        "step.template.once": "the title is made at the start only",
        "step.template.server": "the title is a server template",
        "step.template.dispatch": "started by a dispatch, it sees its attributes and data",
        "step.template.data": "started by a script, it sees the data that the script gave",
        "step.description": "`description`: the subtitle",
        "step.description.each": "the subtitle is set anew by each step",
        "step.scope": "`scope`: who receives the step",
        "step.paths": "`paths`: the steps that may come next, shown to the user",
        "step.status": "`status`: of the items it is delivered as",
        "step.status.active": "`active`: in the inbox",
        "step.status.retired": "`retired`: gone from the inbox",
        "step.nameStyle": "`nameStyle`: the colour of the label",
        "step.nameStyle.danger": "`danger`",
        "step.nameStyle.success": "`success`",
        "step.nameStyle.info": "`info`",
        "step.nameStyle.dark": "`dark`",
        "step.nameStyle.warning": "`warning`",
    },
    "A path": {
        "path.label": "`label`: what the user chooses",
        "path.step": "`step`: where it leads",
        "path.behavior": "`behavior`: the handle of what the client does",
        "path.icon": "`icon`",
    },
    "Scopes": {
        "scope.inbox": "the scope decides in whose inbox the entry is",
        "scope.shared": "several users have the same step",
        "scope.$sink": "`$sink`: the recipient of the workflow",
        "scope.$source": "`$source`: who activated the step",
        "scope.$all": "`$all`: everybody who ever received it",
        "scope.query": "any other text is a user query",
        "scope.practice.sink": "`$sink` for all steps: one user has the workflow",
        "scope.practice.all": "a query first, then `$all`: everybody keeps the same state",
    },
    "In the inbox": {
        "inbox.title": "the title is the template's",
        "inbox.label": "the label is the step's name",
        "inbox.subtitle": "the subtitle is the step's description and changes with it",
        "inbox.summaryTitle": "`summaryTitle` of the data",
        "inbox.summary": "`summary` of the data",
        "inbox.icon": "`icon` of the data",
    },
    "Behaviors": {
        "behavior.client": "done by the client, when a path is chosen",
        "behavior.handle": "`handle`: how paths name it",
        "behavior.behavior": "`behavior`: which one",
        "behavior.dispatch": "`dispatch` makes a dispatch",
        "behavior.target": "`target`: whom it is for",
        "behavior.target.$sink": "`$sink`",
        "behavior.target.$source": "`$source`",
        "behavior.target.$all": "`$all`",
        "behavior.target.query": "a user query",
        "behavior.fields": "`fields`: its parameter",
        "behavior.data": "`data`: JSON for it",
        "behavior.templates": "`templates`: which parts go through ParseTemplate",
    },
    "Actions": {
        "action.server": "done by the server, when a step is activated",
        "action.action": "`action`: which one",
        "action.scope": "`scope`: for whom",
        "action.scope.$sink": "`$sink`",
        "action.scope.$source": "`$source`",
        "action.scope.$all": "`$all`",
        "action.scope.query": "a user query",
        "action.args": "`args`: its parameter",
        "action.status": "`status` sets the status for the users of the scope",
        "action.task": "`task` sets the task state of the dispatch",
        "action.lock": "`lock` locks the entry",
        "action.unlock": "`unlock` unlocks it",
        "action.script": "`script` runs a script",
        "action.notify": "`notify` sends a push notification",
        "action.trigger": "`trigger` activates a step of a workflow",
        "action.chat": "`chat` posts a message",
    },
}
NAMES = frozenset(name for rows in ROWS.values() for name in rows)

_COMMENT = re.compile(r'// seed: (.+)\n\s*test\("([^"]+)"')


def shown() -> dict[str, list[str]]:
    """The tests by the row that they show, each as ``file::name``."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for row in _marked(node):
                    found[row].append(f"{file.relative_to(ROOT)}::{node.name}")
    for folder in ("tests/browser", "clients/js/test"):
        for file in sorted((ROOT / folder).glob("*.test.mjs")):
            for rows, name in _COMMENT.findall(file.read_text(encoding="utf-8")):
                for row in rows.split(","):
                    found[row.strip()].append(f"{file.relative_to(ROOT)}::{name}")
    return found


def _marked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    rows = []
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.seed":
            rows += [ast.literal_eval(argument) for argument in decorator.args]
    return rows


def document() -> str:
    """The table as Markdown."""
    found = shown()
    lines = [
        "# What the seed page names, and the tests that show it",
        "",
        "Made from the tests by `python -m tests.seed.table`; no row may be empty.",
    ]
    for heading, rows in ROWS.items():
        lines += ["", f"## {heading}", "", "| row | what it says | shown by |", "|---|---|---|"]
        for name, says in rows.items():
            tests = "<br>".join(f"`{test}`" for test in found.get(name, []))
            lines.append(f"| {name} | {says} | {tests} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
