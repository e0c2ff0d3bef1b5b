"""Where the boxes of a picture go: layers from above to below (Sugiyama), by ``grandalf``.

The only module that knows that library, which has no types.
"""

from itertools import pairwise
from typing import Any

import msgspec
from grandalf.graphs import Edge, Graph, Vertex  # type: ignore[import-untyped]
from grandalf.layouts import SugiyamaLayout, VertexViewer  # type: ignore[import-untyped]

Point = tuple[float, float]

ROUNDS = 4
"""How often the order within the layers is improved: more makes no visible difference."""
BEND_WIDTH = 18.0
"""The room that a line takes in a layer which it only passes."""


class Layer(msgspec.Struct, frozen=True):
    """The band in which some boxes lie beside one another."""

    top: float
    bottom: float


class Stop(msgspec.Struct, frozen=True):
    """Where something is in a layer: the x of its centre, and the index of the layer."""

    x: float
    layer: int


class Placed(msgspec.Struct, frozen=True):
    """A stop for each box; for each line those where it passes layers between its ends."""

    boxes: list[Stop]
    ways: list[list[Stop]]
    layers: list[Layer]


def place(
    sizes: list[Point], lines: list[tuple[int, int]], x_space: float, y_space: float
) -> Placed:
    """Place boxes of these sizes (width, height) so that each line leads downwards.

    The lines join all boxes, and none of them leads back: from a box to itself, or round in a
    circle. No two join the same boxes.
    """
    vertices = [Vertex(number) for number in range(len(sizes))]
    for vertex, (width, height) in zip(vertices, sizes, strict=True):
        vertex.view = VertexViewer(w=width, h=height)
    edges = [Edge(vertices[source], vertices[target]) for source, target in lines]
    [core] = Graph(vertices, edges).C
    layout = _Layout(core)
    layout.xspace, layout.yspace = x_space, y_space
    layout.dw, layout.dh = BEND_WIDTH, 1.0
    layout.init_all(roots=[vertices[0]], inverted_edges=[])
    layout.draw(ROUNDS)
    _part(layout, x_space)
    return Placed(
        [Stop(vertex.view.xy[0], layout.grx[vertex].rank) for vertex in vertices],
        [_way(layout, edge) for edge in edges],
        _bands(layout, y_space),
    )


class _Layout(SugiyamaLayout):  # type: ignore[misc]
    """The library's, which looks through all conflicts for each line."""

    conflicts: Any

    def _detect_alignment_conflicts(self) -> None:
        super()._detect_alignment_conflicts()
        # As a set: with a list, two hundred tangled steps take minutes.
        self.conflicts = set(self.conflicts)


def _part(layout: SugiyamaLayout, x_space: float) -> None:
    """Move apart what came too close: the library averages four placings, each right alone."""
    for layer in layout.layers:
        for left, right in pairwise(layer):
            nearest = left.view.xy[0] + (left.view.w + right.view.w) / 2 + x_space
            x, y = right.view.xy
            right.view.xy = (max(x, nearest), y)


def _way(layout: SugiyamaLayout, edge: Edge) -> list[Stop]:
    bends = layout.ctrls.get(edge, {})
    first, last = (layout.grx[vertex].rank for vertex in edge.v)
    return [Stop(bends[rank].view.xy[0], rank) for rank in range(first + 1, last)]


def _bands(layout: SugiyamaLayout, y_space: float) -> list[Layer]:
    bands: list[Layer] = []
    top = 0.0
    for layer in layout.layers:
        height = max(each.view.h for each in layer)
        bands.append(Layer(top, top + height))
        top += height + y_space
    return bands
