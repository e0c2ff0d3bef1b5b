"""A definition as SVG: one file that needs nothing else, without scripts."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from lockstep_protocol.definition import Definition

from .arranging import LOOP, NAME_LINE, PADDING, SMALL, SMALL_LINE, Box, Line, arrange, widest
from .look import ROOT, style_sheet
from .outline import arrows, one_line
from .placing import Point
from .routing import route

MARGIN = 24.0
ORIGIN = 34.0
"""The room above the first step, for the dot from which everything begins."""
HEAD = 8.0
"""The length of an arrow's head."""


def svg(definition: Definition, title: str) -> str:
    """The definition as an SVG document, ending in a line end.

    Steps in layers with their name, key and scope; retired ones have round ends and two
    borders. Paths are arrows with their labels, those that lead back have a colour of their own;
    triggers are dashed. It fits light and dark surroundings, and says in words what it shows.
    """
    plan = arrange(definition)
    route(plan)
    boxes = list(plan.boxes.values())
    left, top, right, bottom = _bounds(boxes, plan.lines)
    wide, high = right - left, bottom - top
    first = boxes[0]
    size = f'width="{wide:.0f}" height="{high:.0f}"'
    labelled = f'role="img" aria-labelledby="{ROOT}-title {ROOT}-desc"'
    view_box = f'viewBox="{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{ROOT}" {labelled} {size} {view_box}>',
        f'<title id="{ROOT}-title">{_text(title)}</title>',
        f'<desc id="{ROOT}-desc">{_text(in_words(definition))}</desc>',
        f"<style>\n{style_sheet()}\n</style>",
        f'<rect class="ground" x="{left:.0f}" y="{top:.0f}" {size}/>',
        *_origin(first),
        *(part for line in plan.lines for part in _way(line)),
        *(part for box in boxes for part in _drawn(box, box is first)),
        *(part for line in plan.lines for part in _label(line)),
        "</svg>",
    ]
    return "\n".join(drawn) + "\n"


def in_words(definition: Definition) -> str:
    """What the picture shows, for those who do not see it."""
    said = [f"{len(definition)} steps."]
    leading = arrows(definition)
    for key, node in definition.items():
        name = node.step.name or key
        ways = [f"{each.label} to {each.target}" for each in leading if each.source == key]
        state = "retired" if node.step.status == "retired" else "active"
        said.append(f"{name} ({key}), {state}: {'; '.join(ways) or 'leads nowhere'}.")
    return " ".join(said)


def _bounds(boxes: list[Box], lines: list[Line]) -> tuple[float, float, float, float]:
    xs, ys = [], []
    for box in boxes:
        xs += [box.x - box.width / 2, box.x + box.width / 2 + box.loop_width]
        high = max(box.height, len(box.loop) * SMALL_LINE)
        ys += [box.y - high / 2, box.y + high / 2]
    for line in lines:
        half = widest(line.labels, SMALL) / 2
        xs += [line.x - half, line.x + half, *(x for x, _ in line.turns)]
    top = min(min(ys), boxes[0].y - boxes[0].height / 2 - ORIGIN)
    return min(xs) - MARGIN, top - MARGIN, max(xs) + MARGIN, max(ys) + MARGIN


def _origin(first: Box) -> list[str]:
    x, y = first.x, first.y - first.height / 2
    return [
        f'<circle class="origin" cx="{x:.1f}" cy="{y - ORIGIN + 5:.1f}" r="5"/>',
        f'<path class="way" d="M{x:.1f} {y - ORIGIN + 5:.1f}V{y - HEAD:.1f}"/>',
        _head((x, y), down=True, classes="head"),
    ]


def _way(line: Line) -> list[str]:
    """The line's curve and the head of its arrow."""
    classes = {"path": "way path", "trigger": "way trigger", "workflow": "way to-workflow"}
    back = " back" if line.back else ""
    *before, (x, y) = line.turns
    down = not line.back
    turns = [*before, (x, y - HEAD if down else y + HEAD)]
    parts = [f"M{turns[0][0]:.1f} {turns[0][1]:.1f}"]
    for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(turns)):
        if number % 2 == 0:
            parts.append(f"V{y2:.1f}")
        else:
            middle = (y1 + y2) / 2
            parts.append(f"C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}")
    return [
        f'<path class="{classes[line.kind]}{back}" d="{"".join(parts)}"/>',
        _head((x, y), down, f"head{back}"),
    ]


def _head(tip: Point, down: bool, classes: str) -> str:
    x, y = tip
    end = y - HEAD if down else y + HEAD
    return f'<path class="{classes}" d="M{x:.1f} {y:.1f}L{x - 4:.1f} {end:.1f}H{x + 4:.1f}Z"/>'


def _label(line: Line) -> list[str]:
    wide, high = widest(line.labels, SMALL) + 8, len(line.labels) * SMALL_LINE
    classes = "" if line.kind == "path" else "triggered"
    return [
        '<g class="label">',
        _rect("behind", (line.x - wide / 2, line.y - high / 2), (wide, high), 3),
        *_rows(line.labels, line.x, line.y, classes),
        "</g>",
    ]


def _drawn(box: Box, is_first: bool) -> list[str]:
    classes = f"box {box.style}{' first' if is_first else ''}{' retired' if box.retired else ''}"
    wide, high = box.width, box.height
    x, y = box.x - wide / 2, box.y - high / 2
    round_by = high / 2 if box.retired else 6
    drawn = [f'<g class="{classes}">', f"<title>{_text(box.title)}</title>"]
    drawn.append(_rect("outer", (x, y), (wide, high), round_by))
    if box.retired:
        drawn.append(_rect("inner", (x + 4, y + 4), (wide - 8, high - 8), round_by - 4))
    down = y + PADDING * 0.7
    for index, row in enumerate(box.name):
        drawn.append(_row(row, box.x, down + NAME_LINE * (index + 0.5) + 5, "name"))
    down += len(box.name) * NAME_LINE
    for index, row in enumerate([box.about, *box.scope]):
        classes = "about muted" if index == 0 else "scope muted"
        drawn.append(_row(row, box.x, down + SMALL_LINE * (index + 0.5) + 4, classes))
    drawn.append("</g>")
    return drawn + (_loop(box) if box.loop else [])


def _loop(box: Box) -> list[str]:
    """From the right side out and back in, with the labels beside it."""
    x, out = box.x + box.width / 2, box.x + box.width / 2 + LOOP - 12
    upper, lower, end = box.y - 9, box.y + 9, box.x + box.width / 2 + HEAD
    bend = f"C{out:.1f} {upper - 8:.1f} {out:.1f} {lower + 8:.1f} {end:.1f} {lower:.1f}"
    head = f"M{x:.1f} {lower:.1f}L{end:.1f} {lower - 4:.1f}V{lower + 4:.1f}Z"
    return [
        '<g class="loop">',
        f'<path class="way path" d="M{x:.1f} {upper:.1f}{bend}"/>',
        f'<path class="head" d="{head}"/>',
        *_rows(box.loop, x + LOOP - 8, box.y, ""),
        "</g>",
    ]


def _rows(rows: list[str], x: float, y: float, classes: str) -> list[str]:
    """Lines of text around the middle ``y``."""
    top = y - len(rows) * SMALL_LINE / 2
    return [
        _row(row, x, top + SMALL_LINE * (index + 0.5) + 4, classes)
        for index, row in enumerate(rows)
    ]


def _row(text: str, x: float, y: float, classes: str) -> str:
    named = f" class={quoteattr(classes)}" if classes else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{_text(text)}</text>'


def _rect(name: str, corner: Point, size: Point, round_by: float) -> str:
    (x, y), (wide, high) = corner, size
    return (
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
        f' rx="{round_by:.1f}"/>'
    )


def _text(text: str) -> str:
    return escape(one_line(text))
