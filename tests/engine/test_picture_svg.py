"""The SVG of definitions: whole, readable, harmless."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from lockstep_protocol.definition import Definition
from lockstep_server.engine.picture.svg import svg
from tests.engine.graphs import act, graph, node
from tests.engine.world import compiled

EXAMPLES = ["expense", "incident", "service-call"]
SVG = "{http://www.w3.org/2000/svg}"
Rectangle = tuple[float, float, float, float]


def drawn(nodes: Definition) -> ElementTree.Element:
    return ElementTree.fromstring(svg(nodes, "A picture"))


def parts(root: ElementTree.Element, tag: str, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter(SVG + tag) if name in each.get("class", "").split()]


def text(element: ElementTree.Element) -> str:
    return " ".join(each.text or "" for each in element.iter(SVG + "text"))


def rectangles(root: ElementTree.Element) -> list[Rectangle]:
    """Left, top, right and bottom of all boxes and labels."""
    groups = parts(root, "g", "box") + parts(root, "g", "label")
    found = []
    for group in groups:
        rect = group.find(SVG + "rect")
        assert rect is not None
        x, y, wide, high = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        found.append((x, y, x + wide, y + high))
    return found


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def steps(count: int, *leaps: int) -> Definition:
    """As many steps, each with a path to those so far on or back, if there is one."""
    keys = ["start", *(f"s{number}" for number in range(1, count))]
    return graph(
        **{
            key: node(
                "$sink",
                {f"to {keys[at]}": keys[at] for leap in leaps if 0 <= (at := here + leap) < count},
                name=f"Step {here}",
            )
            for here, key in enumerate(keys)
        }
    ).nodes


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_step_and_each_path_is_drawn(name: str) -> None:
    nodes = compiled(name).nodes
    root = drawn(nodes)
    boxes = [text(box) for box in parts(root, "g", "box")]
    assert len(boxes) == len(nodes)
    for key, each in nodes.items():
        assert [box for box in boxes if box.startswith(f"{each.step.name} {key}")]
    labels = " ".join(text(label) for label in root.iter(SVG + "g"))
    for each in nodes.values():
        for path in each.step.paths:
            assert path.label in labels


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_box_and_no_label_lies_on_another(name: str) -> None:
    found = rectangles(drawn(compiled(name).nodes))
    assert not [pair for pair in combinations(found, 2) if overlap(*pair)]


def test_it_needs_nothing_else_and_runs_nothing() -> None:
    picture = svg(compiled("incident").nodes, "incident")
    root = ElementTree.fromstring(picture)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "circle", "path", "g", "text"}
    for each in root.iter():
        assert not [name for name in each.attrib if name.startswith("on") or "href" in name]
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in picture
    assert "prefers-color-scheme: dark" in picture


def test_it_says_in_words_what_it_shows() -> None:
    root = drawn(compiled("incident").nodes)
    named = root.get("aria-labelledby", "").split()
    said = {each.get("id"): each.text or "" for each in root}
    assert root.get("role") == "img"
    assert said[named[0]] == "A picture"
    assert "Alarm (start), active: Acknowledge [automatic] to acknowledged;" in said[named[1]]
    assert "Solved (solved), retired: leads nowhere." in said[named[1]]


@pytest.mark.parametrize(
    "nasty",
    ['"quoted" <script>alert(1)</script>', "a & b ]]> -->", "two\nlines", "\x00\u202e\ud800 x"],
)
def test_every_text_is_only_text(nasty: str) -> None:
    trigger = act("trigger", None, {"rule": nasty})
    nodes = graph(
        start=node("$source", {nasty: "start"}, trigger, name=nasty, description=nasty)
    ).nodes
    root = ElementTree.fromstring(svg(nodes, nasty).encode())
    assert not list(root.iter(f"{SVG}script"))
    shown = " ".join(re.sub("[\x00\n\u202e\ud800]", " ", nasty).split())
    step, other = (text(box) for box in parts(root, "g", "box"))
    assert step == f"{shown} start $source"
    assert other == f"{shown} another workflow"
    assert text(parts(root, "g", "loop")[0]) == shown


def test_a_path_to_the_same_step_is_a_line_with_its_label_beside_it() -> None:
    root = drawn(graph(start=node("$sink", {"Again": "start", "Once more": "start"})).nodes)
    [loop] = parts(root, "g", "loop")
    assert text(loop) == "• Again • Once more"
    assert len(parts(loop, "path", "way")) == 1
    [box] = rectangles(root)
    left = min(float(each.get("x", "")) for each in loop.iter(SVG + "text"))
    assert left > box[2]
    assert float(root.get("width", "")) > left - float(root.get("viewBox", "").split()[0])


def test_paths_between_the_same_steps_have_their_labels_below_one_another() -> None:
    root = drawn(graph(start=node("$sink", {"One": "end", "Two": "end"}), end=node("$sink")).nodes)
    [label] = parts(root, "g", "label")
    rows = [float(each.get("y", "")) for each in label.iter(SVG + "text")]
    assert text(label) == "• One • Two"
    assert rows[1] - rows[0] >= 12


def test_what_leads_back_is_told_apart_and_points_upwards() -> None:
    root = drawn(steps(3, 1, -2))
    [back] = parts(root, "path", "back")[:1]
    ys = [float(y) for y in re.findall(r"[MV](?:[\d.-]+ )?([\d.-]+)", back.get("d", ""))]
    assert ys[0] > ys[-1]
    assert len(parts(root, "path", "back")) == 2, "a line and its head"


def test_triggers_are_dashed_and_other_workflows_have_boxes() -> None:
    nodes = graph(
        start=node("$sink", {}, act("trigger", None, "late"), act("trigger", None, {"rule": "w"})),
        late=node("$sink", status="retired"),
    ).nodes
    root = drawn(nodes)
    assert len(parts(root, "path", "trigger")) == len(parts(root, "path", "to-workflow")) == 1
    assert [text(box) for box in parts(root, "g", "workflow")] == ["w another workflow"]
    assert [text(box) for box in parts(root, "g", "retired")] == ["A step late · retired $sink"]


def test_parts_that_nothing_leads_to_are_drawn_as_well() -> None:
    nodes = graph(start=node("$sink"), a=node("$sink", {"x": "b"}), b=node("$sink")).nodes
    assert len(parts(drawn(nodes), "g", "box")) == 3


@pytest.mark.parametrize("leaps", [(1,), (1, 3, -5), (1, 20, -50)])
def test_many_steps(leaps: tuple[int, ...]) -> None:
    nodes = steps(200, *leaps)
    root = drawn(nodes)
    found = sorted(rectangles(root), key=lambda each: each[1])
    assert len(parts(root, "g", "box")) == 200
    assert not [pair for pair in combinations(found, 2) if overlap(*pair)]
    assert svg(nodes, "A picture") == svg(nodes, "A picture"), "the same every time"
