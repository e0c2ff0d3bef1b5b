"""Activating a step: deliver it, then run its actions, then the steps that they trigger."""

from collections.abc import Collection
from typing import Any

from msgspec.structs import replace

from lockstep_protocol.definition import Action, Node
from lockstep_protocol.limits import TITLE_CHARACTERS
from lockstep_protocol.refusals import refused

from .actions import ACTIONS
from .actions.arguments import escape
from .apply import apply
from .context import Chain, Context, Effect, template_context
from .definition.compiled import CompiledDefinition
from .entry import Draft
from .facts import Activated, EffectRequested, Fact, Incident
from .render import RenderError
from .scopes.query import Query, evaluate
from .scopes.resolve import All, Sink, Source, parse_scope
from .standing import stand
from .state import Place

MAX_TRIGGER_CHAIN = 10
"""Steps that one command may activate by triggers, one after the other."""
TEXT_CHARACTERS = 4000
"""A rendered name, description or text of an action at most."""


class Activation:
    """One command's way through an entry: the draft grows."""

    def __init__(
        self,
        context: Context,
        definition: CompiledDefinition,
        draft: Draft,
        source: str,
        chain: Chain | None = None,
    ) -> None:
        self.context = context
        self.definition = definition
        self.draft = draft
        self.source = source
        self.chain = chain
        self.step_name = ""
        """The name, as rendered, of the step that is being activated."""
        self._triggered: list[tuple[str, str]] = []

    def run(self, step: str, origin: str | None = None, path: str | None = None) -> None:
        """Activate ``step`` and whatever it triggers. Raises ``Refused``; nothing is kept then."""
        self._activate(step, origin, path, triggered=False)
        self.follow(step)

    def follow(self, origin: str) -> None:
        """Activate the steps that were triggered, and what those trigger. Raises ``Refused``."""
        chain = [origin]
        while self._triggered:
            key, came_from = self._triggered.pop(0)
            chain.append(key)
            if len(chain) > MAX_TRIGGER_CHAIN + 1:
                cycle = _cycle(chain)
                raise refused(
                    "trigger_cycle",
                    f"The steps {' -> '.join(cycle)} trigger one another; "
                    f"at most {MAX_TRIGGER_CHAIN} may follow one command.",
                    details={"steps": cycle},
                )
            self._activate(key, came_from, None, triggered=True)

    def apply(self, fact: Fact) -> None:
        """Let a fact happen in the draft."""
        apply(self.draft, fact)

    def trigger(self, step: str, origin: str) -> None:
        """Activate ``step`` of this entry once the present one's actions are done."""
        self._triggered.append((step, origin))

    def effect(self, kind: str, body: dict[str, Any], text: str = "") -> None:
        """Have something done after the commit."""
        id = self.context.new_id()
        chain = self.chain
        root, depth = (id, 1) if chain is None else (chain.root, chain.depth + 1)
        body = {**body, "entry": self.draft.head.id}
        effect = Effect(id, kind, body, Chain(root, depth))
        self.draft.effects.append(effect)
        some = kind == "notify" and body["users"] is not None
        self.apply(EffectRequested(effect.id, kind, text, some))

    def incident(self, text: str, pointer: str) -> None:
        """Leave word of something that went wrong; the change goes on."""
        self.apply(Incident(text, pointer, self.context.new_id()))

    def users(self, scope: str | None) -> Collection[str] | None:
        """Who is in ``scope``; None: every recipient. The collection may be empty."""
        match parse_scope(scope):
            case Sink():
                sink = self.draft.head.sink
                return (sink,) if sink is not None else ()
            case Source():
                return (self.source,)
            case All():
                return None
            case Query() as query:
                return evaluate(query, self.context.directory, self.source)

    def text(self, template: str, pointer: str, limit: int = TEXT_CHARACTERS) -> str:
        """Render ``template``; one that fails shows as written and leaves an incident."""
        if "{" not in template:
            return template[:limit]
        names = template_context(self.context, self.draft.head, self.source)
        try:
            return self.context.renderer.render(template, names, limit)[:limit]
        except RenderError as error:
            self.incident(f"The template could not be rendered: {error}", pointer)
            return template[:limit]

    def _activate(self, key: str, origin: str | None, path: str | None, *, triggered: bool) -> None:
        node = self.definition.nodes.get(key)
        if node is None:
            raise refused("action_failed", f"The workflow has no step {key!r}.")
        users = self.users(node.step.scope)
        if users is not None and not users:
            self._nobody(key, node.step.scope, triggered)
            return
        self._deliver(key, node, users, origin, path)
        for index, action in enumerate(node.actions):
            self._act(key, action, f"/{escape(key)}/actions/{index}")

    def _nobody(self, key: str, scope: str | None, triggered: bool) -> None:
        """Nothing is delivered. No user chose a triggered step: what led to it stays done."""
        if triggered:
            text = f"Nobody is in the scope {scope or '$sink'!r} of the triggered step {key!r}."
            self.incident(text, f"/{escape(key)}/step/scope")
            return
        if isinstance(parse_scope(scope), Sink):
            raise refused("no_recipient", f"The step {key!r} goes to $sink and there is none.")
        raise refused(
            "empty_scope",
            f"Nobody is in the scope {scope!r} of the step {key!r}.",
            details={"scope": scope, "step": key},
        )

    def _deliver(
        self,
        key: str,
        node: Node,
        users: Collection[str] | None,
        origin: str | None,
        path: str | None,
    ) -> None:
        step = node.step
        at, version = self.context.now, self.draft.head.change
        pointer = f"/{escape(key)}/step"
        name = self.text(step.name, f"{pointer}/name", TITLE_CHARACTERS)
        self.step_name = name
        description = (
            self.text(step.description, f"{pointer}/description") if step.description else None
        )
        self.apply(Activated(key, self.source, at, name, origin, path))
        stamp = Place(
            step=key,
            visit=1,
            status=step.status,
            name=name,
            source=self.source,
            at=at,
            version=version,
            name_style=step.name_style,
            description=description,
        )
        stand(
            self.draft,
            users,
            lambda old: stamp if old is None else replace(stamp, visit=old.visit + 1),
        )

    def _act(self, key: str, action: Action, pointer: str) -> None:
        ACTIONS[action.action](self, action, key, pointer)


def _cycle(chain: list[str]) -> list[str]:
    """The end of the chain from the last time that its last step came; all of it if never."""
    before = [index for index, key in enumerate(chain[:-1]) if key == chain[-1]]
    return chain[before[-1] :] if before else chain
