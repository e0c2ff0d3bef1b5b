"""Who a scope means, as far as the text of a definition tells.

Nobody knows the directory when a definition is checked. But that one scope takes in everybody
whom another means can often be read off both, and where it cannot, an author wants to be asked.
"""

from lockstep_protocol.definition import Action, Definition, Node
from lockstep_server.engine.scopes.parse import QueryError
from lockstep_server.engine.scopes.query import AllUsers, CurrentUser, Given, Query, write
from lockstep_server.engine.scopes.resolve import (
    ALL,
    SINK,
    SOURCE,
    All,
    Scope,
    Sink,
    Source,
    parse_scope,
)

from .arguments import argument

_WORDS: dict[Scope, str] = {SINK: "$sink", SOURCE: "$source", ALL: "$all"}


def scope_of(text: str | None) -> Scope | None:
    """The scope; None when it does not parse."""
    try:
        scope = parse_scope(text)
    except QueryError:
        return None
    return SOURCE if scope == Query(((CurrentUser(),),)) else scope


def said(scope: Scope) -> str:
    """The scope as text."""
    return write(scope) if isinstance(scope, Query) else _WORDS[scope]


def is_one_person(scope: Scope) -> bool:
    """Whether nobody but a single user can be meant."""
    match scope:
        case Sink() | Source():
            return True
        case Query(terms=((Given(kind="users", handles=(_,)),),)):
            return True
        case _:
            return False


def takes_in(wider: Scope, narrower: Scope, source_is_narrower: bool = False) -> bool:
    """Whether ``wider`` surely means everybody whom ``narrower`` means.

    ``source_is_narrower``: whoever acts is one of ``narrower``, as when they choose a path.
    """
    if isinstance(wider, All) or wider == narrower:
        return True
    if isinstance(wider, Source):
        return source_is_narrower and is_one_person(narrower)
    if not isinstance(wider, Query) or not isinstance(narrower, Query):
        return isinstance(wider, Query) and _is_everybody(wider)
    if not set(wider.excepts) <= set(narrower.excepts):
        return False
    return _is_everybody(Query(wider.terms)) or (
        bool(narrower.terms)
        and all(any(set(wide) <= set(term) for wide in wider.terms) for term in narrower.terms)
    )


def _is_everybody(query: Query) -> bool:
    return not query.excepts and (not query.terms or (AllUsers(),) in query.terms)


def set_status(action: Action) -> tuple[str, Scope] | None:
    """The status that an action sets and whose items it sets it on."""
    if action.action != "status":
        return None
    status, scope = argument(action, "status"), scope_of(action.scope)
    return (status, scope) if isinstance(status, str) and scope is not None else None


def recipients(definition: Definition, steps: set[str], at_start: set[str]) -> list[Scope]:
    """All whom ``steps`` can have reached, as scopes other than ``$all``.

    ``at_start``: the steps that a start activates. Only there is ``$source`` somebody who may
    have received nothing yet: later on it is one of those who had a path to choose.
    """
    found: dict[Scope, None] = {}
    for key in definition:
        if key in steps:
            scope = scope_of(definition[key].step.scope)
            known_already = scope == SOURCE and key not in at_start
            if scope is not None and scope != ALL and not known_already:
                found[scope] = None
    return list(found)


def status_after(
    nodes: list[Node], people: Scope, source_is_people: bool
) -> tuple[int | None, str | None]:
    """Where ``people`` stand when ``nodes`` were activated one after the other, and their status.

    The place is an index into ``nodes``; None: they were not moved. The status None: as before.
    """
    place: int | None = None
    status: str | None = None
    for index, node in enumerate(nodes):
        scope = scope_of(node.step.scope)
        if scope is not None and takes_in(scope, people, source_is_people):
            place, status = index, node.step.status
        for action in node.actions:
            change = set_status(action)
            if change and takes_in(change[1], people, source_is_people):
                status = change[0]
    return place, status
