"""A definition as Mermaid, which many editors and forges draw by themselves."""

import re

from lockstep_protocol.definition import Definition, Node

from .outline import START, Arrow, arrows, one_line, other_workflows, scope_text

CLASSES = {
    "plain": "fill:#f4f4f5,stroke:#71717a,color:#18181b",
    "danger": "fill:#fee2e2,stroke:#b91c1c,color:#450a0a",
    "success": "fill:#dcfce7,stroke:#15803d,color:#052e16",
    "info": "fill:#dbeafe,stroke:#1d4ed8,color:#172554",
    "dark": "fill:#d4d4d8,stroke:#27272a,color:#18181b",
    "warning": "fill:#fef3c7,stroke:#b45309,color:#451a03",
    "first": "stroke-width:3px",
    "retired": "stroke-dasharray:2 3",
    "workflow": "fill:#f5f3ff,stroke:#6d28d9,color:#2e1065,stroke-dasharray:6 3",
}
"""How each class looks: dark on light, so that it can be read on any ground."""

# Everything that Mermaid, Markdown or HTML could read as something other than itself.
_MARKS = re.compile(r"[^\w\s,?'/$\[\]-]|_|\$(?=\$)|(?<![^\W_])-|-(?![^\W_])")


def mermaid(definition: Definition) -> str:
    """The definition as a Mermaid flowchart, ending in a line end.

    Steps are boxes with their key, name and scope; retired ones have round ends. Paths are
    arrows with their labels, triggers are dashed.
    """
    lines = arrows(definition)
    ids = {key: f"s{number}" for number, key in enumerate(definition)}
    others = {name: f"w{number}" for number, name in enumerate(other_workflows(lines))}
    drawn = ["flowchart TD"]
    drawn += (f"  {ids[key]}{_box(key, node)}" for key, node in definition.items())
    drawn += (f'  {others[name]}[["{escape(name)}<br/>workflow"]]' for name in others)
    drawn += (_line(arrow, ids, others) for arrow in lines)
    members = _members(definition, ids, others)
    drawn += (f"  classDef {name} {CLASSES[name]}" for name in members)
    drawn += (f"  class {','.join(found)} {name}" for name, found in members.items())
    return "\n".join(drawn) + "\n"


def escape(text: str) -> str:
    """``text`` for a quoted label: marks become Mermaid's entities, line ends spaces."""
    # A space without width between two dollars, which would begin a formula.
    marked = _MARKS.sub(lambda mark: f"#{ord(mark[0])};", one_line(text))
    return marked.replace("#36;", "#36;#8203;")


def _box(key: str, node: Node) -> str:
    step = node.step
    retired = step.status == "retired"
    parts = [escape(step.name or key)]
    about = f"{key}, retired" if retired else key
    parts += [escape(about), escape(scope_text(step))]
    text = "<br/>".join(parts)
    return f'(["{text}"])' if retired else f'["{text}"]'


def _line(arrow: Arrow, ids: dict[str, str], others: dict[str, str]) -> str:
    target = others[arrow.target] if arrow.kind == "workflow" else ids[arrow.target]
    shape = "-->" if arrow.kind == "path" else "-.->"
    return f'  {ids[arrow.source]} {shape}|"{escape(arrow.label)}"| {target}'


def _members(
    definition: Definition, ids: dict[str, str], others: dict[str, str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in CLASSES}
    for key, node in definition.items():
        found[node.step.name_style or "plain"].append(ids[key])
        if key == START:
            found["first"].append(ids[key])
        if node.step.status == "retired":
            found["retired"].append(ids[key])
    found["workflow"] += others.values()
    return {name: each for name, each in found.items() if each}
