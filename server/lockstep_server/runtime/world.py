"""The parts that commands work with, handed around as one."""

from collections.abc import Callable

import msgspec

from lockstep_server.engine.context import Context, Renderer
from lockstep_server.hub.hub import Hub
from lockstep_server.metrics import Metrics
from lockstep_server.store.interface import Store

from .actor import Actor
from .clock import Clock
from .committer import Committer
from .effects import Effects
from .graces import Graces
from .mailboxes import Entries, Mailboxes
from .presences import Presences
from .records import Records
from .timers import Timers
from .workflows import Workflows


class World(msgspec.Struct, frozen=True):
    """Made once, when the runtime opens."""

    store: Store
    committer: Committer
    hub: Hub
    mailboxes: Mailboxes
    entries: Entries
    records: Records
    workflows: Workflows
    effects: Effects
    timers: Timers
    graces: Graces
    presences: Presences
    renderer: Renderer
    clock: Clock
    new_id: Callable[[], str]
    metrics: Metrics

    def context(self, actor: Actor) -> Context:
        """What the engine is handed for a decision of ``actor`` now."""
        return Context(
            now=self.clock(),
            actor=actor.user,
            directory=self.records.directory,
            renderer=self.renderer,
            new_id=self.new_id,
            admin=actor.admin,
            session=actor.session and self.graces.seconds > 0,
        )
