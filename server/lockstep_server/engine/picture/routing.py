"""The ways of the lines: out of a box, straight through the layers, into another one."""

from .arranging import End, Line, Plan
from .placing import Placed, Point, Stop

PORT_SPACE = 26.0
"""Between the ends of two lines at the same side of a box, if there is room."""
PORT_SHARE = 0.84
"""How much of a box's side ends of lines may take."""
STRAIGHT = 12.0
"""Before a box a line is straight for so long, or else its arrow's head would seem broken."""


def route(plan: Plan) -> None:
    """Give each line its ``turns``."""
    ways = [_stops(plan.placed, len(plan.boxes), number) for number in range(len(plan.lines))]
    ports = _ports(plan, ways)
    for number, (line, way) in enumerate(zip(plan.lines, ways, strict=True)):
        upper, lower = _ends(line)
        above, below = plan.boxes[upper], plan.boxes[lower]
        turns: list[Point] = [(ports[number, True], above.y + above.height / 2)]
        turns.append((ports[number, True], plan.placed.layers[above.layer].bottom + STRAIGHT))
        for stop in way:
            layer = plan.placed.layers[stop.layer]
            turns += [(stop.x, layer.top), (stop.x, layer.bottom)]
        turns.append((ports[number, False], plan.placed.layers[below.layer].top - STRAIGHT))
        turns.append((ports[number, False], below.y - below.height / 2))
        line.turns = turns[::-1] if line.back else turns


def _ends(line: Line) -> tuple[End, End]:
    """The upper box and the lower one."""
    return (line.target, line.source) if line.back else (line.source, line.target)


def _stops(placed: Placed, boxes: int, number: int) -> list[Stop]:
    """Where the line passes on its way down: its label is one of the stops."""
    above, below = placed.ways[2 * number], placed.ways[2 * number + 1]
    return [*above, placed.boxes[boxes + number], *below]


def _ports(plan: Plan, ways: list[list[Stop]]) -> dict[tuple[int, bool], float]:
    """The x of both ends of each line, by its number and whether the end is the upper one.

    The ends at one side of a box are in the order of where they go, so that they do not cross.
    """
    sides: dict[tuple[End, bool], list[tuple[float, int]]] = {}
    for number, (line, way) in enumerate(zip(plan.lines, ways, strict=True)):
        upper, lower = _ends(line)
        sides.setdefault((upper, True), []).append((way[0].x, number))
        sides.setdefault((lower, False), []).append((way[-1].x, number))
    ports: dict[tuple[int, bool], float] = {}
    for (end, is_upper), going in sides.items():
        box = plan.boxes[end]
        space = min(PORT_SPACE, PORT_SHARE * box.width / len(going))
        left = box.x - space * (len(going) - 1) / 2
        for place, (_, number) in enumerate(sorted(going)):
            ports[number, is_upper] = left + place * space
    return ports
