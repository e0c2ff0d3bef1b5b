"""Exploring: each kind of report, and nothing where nothing is wrong."""

import pytest

from lockstep_server.engine.exploring.cast import representatives
from lockstep_server.engine.exploring.searching import Bounds
from tests.engine.graphs import act, graph, node
from tests.engine.plays import play, played, told
from tests.engine.world import compiled, people

TEAM = "given groups [team]"
BOSS = "given groups [boss]"
DONE = node("$all", status="retired")


@pytest.mark.parametrize("name", ["expense", "service-call"])
@pytest.mark.parametrize("real", [False, True])
def test_a_good_definition_has_no_report(name: str, real: bool) -> None:
    definition = compiled(name)
    users = map(people().get, ["dana", "omar", "mei", "ivo", "ruth", "sam"])
    cast = representatives([user for user in users if user], definition.nodes)
    result = play(definition, cast if real else None)
    assert (told(result), result.stopped) == ([], None)
    assert result.steps == definition.nodes.keys()
    assert result.ends >= 1
    assert result.needs_dispatch is (name == "service-call")


def test_putting_away_for_oneself_alone_is_a_note() -> None:
    result = play(compiled("incident"))
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer) == ("(left_behind)", "/start/step/paths/2")
    assert way == 'start -> on-call-1 chooses "False alarm" at start'
    assert result.problems == 0


def test_who_is_left_active_without_a_path_is_in_a_dead_end() -> None:
    result = played(start=node(TEAM, {"Go": "stay", "End": "done"}), stay=node("$all"), done=DONE)
    assert told(result) == [
        ("dead_end", "/stay/step", 'start -> team-1 chooses "Go" at start'),
    ]
    text = result.reports[0].text
    assert "team-1 and team-2 stand at 'stay', which has no path." in text


def test_an_end_where_everybody_is_retired_is_none() -> None:
    result = played(start=node(TEAM, {"End": "done"}), done=DONE)
    assert told(result) == []
    assert (result.states, result.ends) == (2, 1)


def test_paths_that_only_lead_back_are_a_dead_end() -> None:
    result = played(start=node("$sink", {"Again": "start"}))
    assert told(result) == [("dead_end", "/start/step", "start")]
    assert "whose paths only lead back there" in result.reports[0].text


def test_a_dead_end_is_told_once_for_a_step() -> None:
    result = played(start=node(TEAM, {"Mine": "mine"}), mine=node("$source"), unused=node("$sink"))
    assert [kind for kind, *_ in told(result)] == ["dead_end", "left_behind"]


def test_a_lock_that_rests_with_who_has_no_path() -> None:
    result = played(
        start=node(TEAM, {"Take": "taken"}),
        taken=node("$all", {"Release": "start", "Hand over": "waiting"}, act("lock", "$all")),
        waiting=node("$source", status="retired"),
    )
    assert ("lock_stuck", "/taken/actions/0") in [(kind, at) for kind, at, _ in told(result)]
    [report] = [each for each in result.reports if each.kind == "lock_stuck"]
    assert [move.path for move in report.route] == [None, "Take", "Hand over"]
    assert "team-1 holds the lock and will never free it" in report.text
    assert "nobody who holds it has the entry in the inbox" in report.text
    assert "team-2 can do nothing about it" in report.text
    assert not [each for each in result.reports if each.kind == "dead_end"]


def test_a_lock_that_its_holder_takes_round_and_round() -> None:
    result = played(
        start=node(TEAM, {"Take": "a"}),
        a=node("$all", {"On": "b"}, act("lock", "$all")),
        b=node("$all", {"Back": "a"}),
    )
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer) == ("lock_stuck", "/a/actions/0")
    assert way == 'start -> team-1 chooses "Take" at start'


@pytest.mark.parametrize("how", ["unlock", "ends", "lease"])
def test_a_lock_that_is_freed(how: str) -> None:
    locked = act("lock", "$all", 60 if how == "lease" else None)
    unlock = [act("unlock", "$all")] if how == "unlock" else []
    last = node("$all", {"End": "done"}, *unlock)
    result = played(
        start=node(TEAM, {"Take": "taken"}),
        taken=node("$all", {"On": "last"} if how != "lease" else {}, locked),
        last=last,
        done=DONE,
    )
    assert not [each for each in result.reports if each.kind == "lock_stuck"]
    if how == "lease":
        assert told(result) == [
            (
                "dead_end",
                "/taken/step",
                'start -> team-1 chooses "Take" at start -> the lease of the lock ends',
            )
        ]


def test_a_lock_of_a_starter_who_never_gets_the_entry() -> None:
    result = played(start=node(TEAM, {"End": "done"}, act("lock", "$all")), done=DONE)
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer, way) == ("lock_stuck", "/start/actions/0", "start")
    assert "sink holds the lock" in result.reports[0].text


def test_who_can_still_choose_what_another_has_taken_on_is_left_behind() -> None:
    result = played(
        start=node(TEAM, {"Accept": "mine"}),
        mine=node("$source", {"End": "done"}),
        done=DONE,
    )
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer) == ("left_behind", "/start/step/paths/0")
    assert way == 'start -> team-1 chooses "Accept" at start'
    assert "team-1 has left 'start' by 'Accept', and team-2 can still choose" in (
        result.reports[0].text
    )


def test_what_goes_to_others_leaves_colleagues_behind_even_if_the_mover_is_done() -> None:
    result = played(
        start=node(TEAM, {"Hand over": "boss"}),
        boss=node(
            BOSS, {"End": "done"}, act("status", "$source", "retired"), act("trigger", None, "x")
        ),
        x=node("$source", status="retired"),
        done=DONE,
    )
    assert [(kind, at) for kind, at, _ in told(result)] == [("left_behind", "/start/step/paths/0")]


def test_what_its_chooser_can_choose_again_is_a_note() -> None:
    result = played(
        start=node(TEAM, {"Tell the boss": "told", "Again": "start", "End": "done"}),
        told=node(BOSS, {"End": "done"}),
        done=DONE,
    )
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer) == ("(left_behind)", "/start/step/paths/0")
    assert way == 'start -> team-1 chooses "Tell the boss" at start'
    assert "team-1 has chosen 'Tell the boss' and stays at 'start', as does team-2" in (
        result.reports[0].text
    )


def test_who_is_locked_out_is_left_behind_only_once_the_lock_is_free() -> None:
    nodes = {
        "start": node(TEAM, {"Accept": "mine"}),
        "mine": node("$source", {"Give back": "start"}, act("lock", "$all")),
    }
    nodes["start"]["actions"] = [act("unlock", "$all")]
    assert told(played(**nodes)) == []
    nodes["mine"]["step"]["paths"].append({"label": "End", "step": "end"})
    nodes["end"] = node("$source", {}, act("unlock", "$all"), status="retired")
    [(kind, pointer, way)] = told(played(**nodes))
    assert (kind, pointer) == ("left_behind", "/start/step/paths/0")
    assert way == ('start -> team-1 chooses "Accept" at start -> team-1 chooses "End" at mine')


def test_who_was_given_the_same_step_at_another_time_is_not_left_behind() -> None:
    result = played(
        start=node(TEAM, {"Answer": "form"}),
        form=node("$source", {"Send": "sent"}),
        sent=node("$source", status="retired"),
    )
    assert {at for _, at, _ in told(result)} == {"/start/step/paths/0"}


def test_a_scope_that_means_nobody_for_some_chooser() -> None:
    result = played(
        start=node("all users", {"On": "on", "End": "done"}),
        on=node("current user and given groups [team]", {"End": "done"}),
        done=DONE,
    )
    assert ("empty_scope", "/on/step/scope", 'start -> outsider chooses "On" at start') in told(
        result
    )


def test_an_action_for_nobody_and_a_triggered_step_for_nobody() -> None:
    result = played(
        start=node(
            TEAM,
            {"End": "done"},
            act("notify", "given groups [team], except groups [team]", "Hello"),
            act("trigger", None, "late"),
        ),
        late=node("given roles [none], except roles [none]"),
        done=DONE,
    )
    assert told(result) == [
        ("empty_scope", "/start/actions/0/scope", "start"),
        ("empty_scope", "/late/step/scope", "start"),
    ]


def test_an_action_that_fails_later_needs_a_dispatch_from_the_start() -> None:
    result = played(
        start=node("$sink", {"End": "done"}),
        done=node("$all", {}, act("task", None, "complete"), status="retired"),
    )
    assert [(kind, at) for kind, at, _ in told(result)] == [
        ("dead_end", "/start/step"),
        ("refused", "/done/actions/0"),
    ]
    assert all("no dispatch started" in each.text for each in result.reports)
    assert result.needs_dispatch is False


def test_the_bound_on_states_is_kept_and_told() -> None:
    nodes = {"start": node("all users", {f"to {n}": f"s{n}" for n in range(9)})}
    nodes |= {f"s{n}": node("$source", {"Back": "start"}) for n in range(9)}
    definition = graph(**nodes)
    few = play(definition, bounds=Bounds(4, lambda: False))
    assert (few.states, few.stopped, few.depth) == (4, "states", 1)
    whole = play(definition)
    assert whole.stopped is None
    assert whole.states > 4


def test_it_stops_when_there_is_no_time() -> None:
    asked = iter([False, True, True])
    told_of: list[tuple[int, int]] = []
    bounds = Bounds(1000, lambda: next(asked), lambda *numbers: told_of.append(numbers))
    result = play(graph(start=node("$sink", {"End": "done"}), done=DONE), bounds=bounds)
    assert (result.stopped, result.states, result.depth) == ("time", 2, 2)
    assert told_of == [(2, 1)]


def test_what_was_not_looked_at_is_no_dead_end() -> None:
    definition = graph(start=node("$sink", {"End": "done"}), done=node("$all"))
    assert told(play(definition, bounds=Bounds(1, lambda: False))) == []
