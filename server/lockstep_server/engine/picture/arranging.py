"""A definition arranged on a plane: boxes, labels, and the ways of the lines between them.

A label is placed like a box in the middle of its line, so that no label covers another one or
a step. What leads from one step to another is one line, with all its labels one below the other.
"""

import msgspec

from lockstep_protocol.definition import Definition

from .measuring import shorten, width, wrap
from .outline import START, Arrow, Kind, arrows, one_line, other_workflows, scope_text
from .placing import Placed, Point, place

NAME, SMALL = 15.0, 12.0
"""Sizes of text in pixels: names, and everything else."""
NAME_LINE, SMALL_LINE = 20.0, 16.0
"""From one line of text to the next."""
BOX_TEXT, LABEL_TEXT = 220.0, 230.0
"""The widest line of text in a box and in a label."""
SCOPE_LINES = 4
PADDING = 14.0
LOOP = 44.0
"""How far a line from a step to itself swings out."""
X_SPACE, Y_SPACE = 28.0, 42.0

End = tuple[bool, str]
"""Whether it is another workflow, and the workflow's name or the step's key."""


class Box(msgspec.Struct):
    """A step, or another workflow. ``x`` and ``y`` are its centre; ``loop`` the labels of the
    paths that lead from the step to itself, in lines of text."""

    style: str
    name: list[str]
    about: str
    scope: list[str]
    title: str
    retired: bool = False
    loop: list[str] = []
    width: float = 0.0
    height: float = 0.0
    layer: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def loop_width(self) -> float:
        """How far the lines to itself and their labels stand out at the right."""
        return LOOP + widest(self.loop, SMALL) if self.loop else 0.0


class Line(msgspec.Struct):
    """``labels`` in lines of text around their centre. ``turns`` from the source's border to
    the target's: by turns straight through a layer, and bent through a gap between two."""

    source: End
    target: End
    kind: Kind
    labels: list[str]
    back: bool = False
    x: float = 0.0
    y: float = 0.0
    turns: list[Point] = []


class Plan(msgspec.Struct, frozen=True):
    """All that is to be drawn, around no particular origin."""

    boxes: dict[End, Box]
    lines: list[Line]
    placed: Placed


def arrange(definition: Definition) -> Plan:
    """Boxes and lines of ``definition``, placed; the lines have no turns yet."""
    found = arrows(definition)
    first = START if START in definition else next(iter(definition))
    keys = [first, *(key for key in definition if key != first)]
    boxes = {(False, key): _box(key, definition, found) for key in keys}
    boxes |= {(True, name): _workflow(name) for name in other_workflows(found)}
    lines = _lines(found)
    order = {end: number for number, end in enumerate(boxes)}
    joined = [(order[line.source], order[line.target]) for line in lines]
    for number in _leading_back(len(boxes), joined):
        lines[number].back = True
    placed = _place(list(boxes.values()), lines, joined)
    for box, stop in zip(boxes.values(), placed.boxes, strict=False):
        layer = placed.layers[stop.layer]
        box.layer = stop.layer
        box.x, box.y = stop.x - box.loop_width / 2, (layer.top + layer.bottom) / 2
    for line, stop in zip(lines, placed.boxes[len(boxes) :], strict=True):
        layer = placed.layers[stop.layer]
        line.x, line.y = stop.x, (layer.top + layer.bottom) / 2
    return Plan(boxes, lines, placed)


def widest(lines: list[str], size: float) -> float:
    """The width of the widest of these lines of text."""
    return max((width(line, size) for line in lines), default=0.0)


def _box(key: str, definition: Definition, found: list[Arrow]) -> Box:
    step = definition[key].step
    loops = [arrow.label for arrow in found if arrow.source == key == arrow.target]
    scope = one_line(scope_text(step))
    about = one_line(key) + (" · retired" if step.status == "retired" else "")
    box = Box(
        style=step.name_style or "plain",
        name=wrap(one_line(step.name or key), NAME, BOX_TEXT),
        about=shorten(wrap(about, SMALL, BOX_TEXT), 1)[0],
        scope=shorten(wrap(scope, SMALL, BOX_TEXT), SCOPE_LINES),
        title=f"{about}, for {scope}" + (f": {one_line(step.description or '')}".rstrip(": ")),
        retired=step.status == "retired",
        loop=_rows(loops),
    )
    return _sized(box)


def _workflow(name: str) -> Box:
    shown = wrap(one_line(name), NAME, BOX_TEXT)
    return _sized(Box("workflow", shown, "another workflow", [], f"workflow {one_line(name)}"))


def _sized(box: Box) -> Box:
    small = [box.about, *box.scope]
    texts = max(widest(box.name, NAME) * 1.06, widest(small, SMALL))
    box.width = max(texts, 90.0) + 2 * PADDING
    box.height = len(box.name) * NAME_LINE + len(small) * SMALL_LINE + 1.4 * PADDING
    return box


def _rows(labels: list[str]) -> list[str]:
    """The labels in lines of text; several are told apart by a dot before each."""
    dot = "• " if len(labels) > 1 else ""
    return [row for label in labels for row in wrap(dot + one_line(label), SMALL, LABEL_TEXT)]


def _lines(found: list[Arrow]) -> list[Line]:
    labels: dict[tuple[End, End, Kind], list[str]] = {}
    for arrow in found:
        source, target = (False, arrow.source), (arrow.kind == "workflow", arrow.target)
        if source != target:
            labels.setdefault((source, target, arrow.kind), []).append(arrow.label)
    return [Line(*ends, _rows(each)) for ends, each in labels.items()]


def _leading_back(count: int, lines: list[tuple[int, int]]) -> set[int]:
    """The lines that lead back, seen from the first box: without them there is no circle."""
    out: dict[int, list[tuple[int, int]]] = {box: [] for box in range(count)}
    for number, (source, target) in enumerate(lines):
        out[source].append((number, target))
    back: set[int] = set()
    done: set[int] = set()
    for first in range(count):
        trail = {} if first in done else {first: iter(out[first])}
        while trail:
            box = next(reversed(trail))
            line = next(trail[box], None)
            if line is None:
                done.add(box)
                del trail[box]
            elif line[1] in trail:
                back.add(line[0])
            elif line[1] not in done:
                trail[line[1]] = iter(out[line[1]])
    return back


def _place(boxes: list[Box], lines: list[Line], joined: list[tuple[int, int]]) -> Placed:
    """Each line is two to be placed, from box to label to box; the upper one comes first."""
    sizes = [(box.width + box.loop_width, max(box.height, _height(box.loop))) for box in boxes]
    sizes += [(widest(line.labels, SMALL) + 12, _height(line.labels)) for line in lines]
    halves: list[tuple[int, int]] = []
    for number, (line, (source, target)) in enumerate(zip(lines, joined, strict=True)):
        label = len(boxes) + number
        upper, lower = (target, source) if line.back else (source, target)
        halves += [(upper, label), (label, lower)]
    return place(sizes, halves + _missing(len(sizes), halves), X_SPACE, Y_SPACE)


def _height(rows: list[str]) -> float:
    return len(rows) * SMALL_LINE + 4


def _missing(count: int, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What joins the parts that nothing joins to the first box."""
    near: dict[int, set[int]] = {box: set() for box in range(count)}
    for source, target in lines:
        near[source].add(target)
        near[target].add(source)
    seen: set[int] = set()
    missing: list[tuple[int, int]] = []
    for box in range(count):
        if box not in seen:
            missing.append((0, box))
        waiting = [box]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += near[each] - seen
    return missing[1:]
