"""Where rows stand in the live view: they never jump under the cursor."""

from lockstep_server.cli.live.listing import Listing


def listing(*ids: str, selected: str) -> Listing:
    made = Listing()
    made.bring(ids)
    made.selected = selected
    return made


def test_the_first_row_is_selected_at_first() -> None:
    made = Listing()
    assert (made.selected, made.position, made.waiting) == (None, 0, 0)
    made.move(1)
    made.bring("abc")
    assert (made.shown, made.selected) == (["a", "b", "c"], "a")


def test_what_is_new_waits_until_rows_may_move() -> None:
    made = listing("a", "b", selected="b")
    made.bring("xyab")
    assert (made.shown, made.waiting, made.unsettled) == (["a", "b"], 2, True)
    made.settle()
    assert (made.shown, made.selected, made.waiting) == (["x", "y", "a", "b"], "b", 0)
    assert not made.unsettled


def test_another_order_moves_no_row() -> None:
    made = listing("a", "b", "c", selected="a")
    made.bring("cba")
    made.settle()
    assert made.shown == ["a", "b", "c"]


def test_what_has_left_keeps_its_row_and_the_selection_until_rows_may_move() -> None:
    made = listing("a", "b", "c", selected="b")
    made.bring("ac")
    assert (made.shown, made.selected) == (["a", "b", "c"], "b")
    assert made.gone("b")
    assert not made.gone("a")
    made.settle()
    assert (made.shown, made.selected) == (["a", "c"], "c")


def test_the_neighbour_above_is_selected_when_there_is_none_below() -> None:
    made = listing("a", "b", "c", selected="c")
    made.bring("a")
    made.settle()
    assert made.selected == "a"
    made.bring("")
    made.settle()
    assert made.shown == []
    assert made.selected is None


def test_what_came_back_is_no_longer_gone() -> None:
    made = listing("a", "b", selected="a")
    made.bring("b")
    made.bring("ab")
    assert (made.shown, made.waiting, made.gone("a")) == (["a", "b"], 0, False)


def test_the_selection_moves_within_the_rows() -> None:
    made = listing("a", "b", "c", selected="a")
    made.move(5)
    assert made.selected == "c"
    made.move(-1)
    assert made.selected == "b"
    made.move(-9)
    assert made.selected == "a"
