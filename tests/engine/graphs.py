"""Small definitions, written short."""

from typing import Any

from lockstep_server.engine.definition.compiled import CompiledDefinition
from tests.engine.world import World, compiled

ON_CALL = "given groups [on-call]"
LEADS = "given groups [operations-leads]"
FIELD = "given groups [field-team]"


def node(
    scope: str,
    paths: dict[str, str] | None = None,
    *actions: dict[str, Any],
    status: str = "active",
    **step: Any,
) -> dict[str, Any]:
    """One step: its scope, its paths (label to step), its actions."""
    ways = [{"label": label, "step": target} for label, target in (paths or {}).items()]
    about = {"name": "A step", "scope": scope, "status": status, "paths": ways, **step}
    return {"step": about, "actions": list(actions)}


def act(action: str, scope: str | None = None, args: Any = None) -> dict[str, Any]:
    """One action."""
    given = {"action": action, "scope": scope, "args": args}
    return {member: value for member, value in given.items() if value is not None}


def graph(**nodes: dict[str, Any]) -> CompiledDefinition:
    """A definition of these steps; every one is found by its name as a keyword."""
    return compiled(nodes)


def begun(**nodes: dict[str, Any]) -> World:
    """An entry of such a definition, started by dana for herself."""
    world = World(graph(**nodes))
    world.start("dana", sink="dana")
    return world
