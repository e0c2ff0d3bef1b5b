"""The list of entries: two lines each, only those drawn that are seen."""

from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from . import words
from .drawing import row
from .model import Model

LINES = 2
"""Of each row."""


class Rows(ScrollView, can_focus=False):
    """The rows of a model's listing."""

    def __init__(self, model: Model, *, colour: bool) -> None:
        super().__init__(id="rows")
        self._model = model
        self._colour = colour
        self._above = 0

    def show(self) -> None:
        """Draw what there is; the selected row keeps its place on the screen if that can be."""
        listing = self._model.listing
        self.virtual_size = Size(self.size.width, LINES * len(listing.shown))
        height = max(LINES, self.size.height)
        top = LINES * listing.position
        first = top - self._above
        first = min(first, top)
        first = max(first, top + LINES - height, 0)
        first = min(first, max(0, self.virtual_size.height - height))
        first -= first % LINES
        self._above = top - first
        self.scroll_to(y=first, animate=False)
        self.refresh()

    def move(self, by: int) -> None:
        """Select another row; the list is scrolled only as far as that needs."""
        before = self._model.listing.position
        self._model.listing.move(by)
        self._above += LINES * (self._model.listing.position - before)
        self._above = max(0, min(self._above, max(0, self.size.height - LINES)))
        self.show()

    def settle(self) -> None:
        """Rows have moved: show as much of the top as the selected one allows."""
        below = max(0, self.size.height - LINES)
        self._above = min(LINES * self._model.listing.position, below)
        self.show()

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(1, self.size.height // LINES)

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        width = self.size.width
        number, line = divmod(y + int(self.scroll_offset.y), LINES)
        shown = self._model.listing.shown
        text = Text()
        if number < len(shown):
            view = self._model.view(shown[number])
            if view is not None:
                text = row(self._model, view, width, words.now(), colour=self._colour)[line]
        elif not shown and y == 1:
            text = Text("  Your inbox is empty. What comes will appear here.", "dim")
            if not self._model.client.connections:
                text = Text("  Connecting…", "dim")
        strip = Strip(text.render(self.app.console, end=""))
        return strip.adjust_cell_length(width, self.rich_style)
