"""The users who play: few, and enough for every query."""

import pytest

from lockstep_server.engine.exploring.cast import CAST, MOST, Cast, made_up, representatives
from lockstep_server.engine.scopes.directory import User
from lockstep_server.engine.scopes.query import evaluate
from lockstep_server.engine.scopes.resolve import parse_scope
from tests.engine.graphs import act, graph, node
from tests.engine.world import compiled


def cast_for(*scopes: str) -> Cast:
    actions = [act("notify", scope, "x") for scope in scopes[1:]]
    return made_up(graph(start=node(scopes[0], {}, *actions)).nodes)


def meant(scope: str, cast: Cast) -> set[str]:
    query = parse_scope(scope)
    return evaluate(query, cast.directory, None)  # type: ignore[arg-type]


def test_a_definition_without_queries_has_the_sink_and_somebody_else() -> None:
    cast = cast_for("$sink")
    assert [user.id for user in cast.users] == ["sink", "outsider"]
    assert cast.starters == ["sink", "outsider"]


def test_two_of_each_group_and_one_of_none() -> None:
    cast = cast_for("given groups [a]", "given roles [b]")
    assert meant("given groups [a]", cast) == {"a-1", "a-2"}
    assert meant("given roles [b]", cast) == {"b-1", "b-2"}
    assert cast.kinds["a-1"] == cast.kinds["a-2"] != cast.kinds["sink"]
    assert len(cast.users) <= CAST


@pytest.mark.parametrize(
    "scope",
    [
        "given groups [a], except groups [b]",
        "given groups [a] and given roles [b]",
        "given groups [a, b] and given user-labels [c, d]",
        "given users [ann, bob@example.org]",
        "given users [ann] and given groups [a]",
        "except users [ann]",
        ", given ".join(["given groups [a]", *(f"roles [{handle}]" for handle in "bcdefghi")]),
    ],
)
def test_every_query_means_somebody_and_not_everybody(scope: str) -> None:
    cast = cast_for(scope)
    assert meant(scope, cast)
    assert meant(scope, cast) < {user.id for user in cast.users}
    for part in scope.split(", given"):
        assert meant(part if part.startswith(("given", "except")) else f"given{part}", cast)


def test_somebody_is_excepted_if_there_is_room() -> None:
    cast = cast_for("given groups [a], except user-labels [away]")
    assert meant("given groups [a] and given user-labels [away]", cast)


def test_all_marks_of_a_user_named_by_id_are_of_one_user() -> None:
    cast = cast_for("given users [ann]", "given users [ann] and given groups [a]")
    assert [user.groups for user in cast.users if user.id == "ann"] == [("a",)]


def test_of_a_directory_two_of_each_kind_play() -> None:
    nodes = compiled("service-call").nodes
    users = [User("first"), User("second"), User("third")]
    users += [User(f"f{n}", groups=("field-team", "tennis")[: n + 1]) for n in range(3)]
    cast = representatives(users, nodes)
    assert [user.id for user in cast.users] == ["first", "second", "f0", "f1"]
    assert cast.sink == "first"
    assert cast.left_out == 0
    assert cast.kinds["first"] != cast.kinds["second"]
    assert cast.kinds["f0"] == cast.kinds["f1"]


def test_of_many_kinds_those_that_do_not_fit_are_counted() -> None:
    handles = [f"g{n}" for n in range(12)]
    nodes = graph(start=node(f"given groups [{', '.join(handles)}]")).nodes
    cast = representatives([User(f"u{n}", groups=(handles[n % 12],)) for n in range(24)], nodes)
    assert len(cast.users) == MOST
    assert cast.left_out == 8
