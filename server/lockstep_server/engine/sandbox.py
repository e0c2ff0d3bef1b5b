"""The language of server templates: Jinja2 less all that is no value, test or loop.

Jinja's own sandbox keeps templates away from the server's insides; this one also bounds what
they cost. Only what is named here can be used, so that a newer Jinja brings in nothing new.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from jinja2 import ChainableUndefined, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from . import operations
from .budget import Budget, TooMuch

RANGE_ITEMS = 1000
"""The longest ``range``."""
ARGUMENT_MAX = 10_000
"""The largest whole number that a filter takes as width, count or digits."""
NESTING = 60
"""How deep the parts of a template may be nested."""
LOOPS_NESTED = 6
"""Loops within loops."""

BUDGET = " budget"
_LOOP, _CONCAT = " loop", " concat"  # Names that no template can spell.

# fmt: off
_KEPT_FILTERS = frozenset((
    "abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "filesizeformat",
    "first", "float", "groupby", "int", "items", "last", "length", "list", "lower", "map", "max",
    "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "slice", "sort",
    "string", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode",
    "wordcount",
))
_TEXT_METHODS = frozenset((
    "capitalize", "casefold", "count", "endswith", "find", "isalpha", "isdigit", "islower",
    "isupper", "lower", "lstrip", "removeprefix", "removesuffix", "rsplit", "rstrip", "split",
    "splitlines", "startswith", "strip", "swapcase", "title", "upper",
))
# fmt: on
_KEPT_STATEMENTS = (nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With)
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    dict: frozenset(("get", "items", "keys", "values")),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
}
_LOOP_METHODS = frozenset(("cycle", "changed"))


class _Method(partial[Any]):
    """A method of ours in place of one of Python's that has no bounds."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates are compiled and run. A rendering's context must hold its ``BUDGET``."""

    intercepted_binops = frozenset(operations.OPERATORS)

    def __init__(self) -> None:
        # Without the optimizer nothing of a template runs before its budget is there.
        super().__init__(undefined=ChainableUndefined, optimized=False, cache_size=0)
        self.finalize = _shown
        self.globals = {"range": _range}
        ours: dict[str, Callable[..., Any]] = {
            "format": operations.format_filter,
            "replace": operations.replace_filter,
            "join": operations.join_filter,
            "escape": _plain_escape,
            "e": _plain_escape,
            "safe": str,
            _CONCAT: operations.concatenate,
        }
        kept = {name: self.filters[name] for name in _KEPT_FILTERS}
        self.filters = {name: _bounded(name, each) for name, each in (kept | ours).items()}
        self.filters[_LOOP] = _loop

    def examine(self, tree: nodes.Template) -> None:
        """Refuse what is not of the language: ``TemplateSyntaxError`` with the line."""
        self._examine(tree, 0, 0)

    def _generate(
        self, source: nodes.Template, name: Any, filename: Any, defer_init: bool = False
    ) -> str:
        self.examine(source)
        return super()._generate(_PutBounds().visit(source), name, filename, defer_init)

    def _examine(self, node: nodes.Node, depth: int, loops: int) -> None:
        if depth > NESTING:
            raise TemplateSyntaxError(f"nested deeper than {NESTING} levels", node.lineno)
        if isinstance(node, nodes.Stmt) and not isinstance(node, _KEPT_STATEMENTS):
            word = type(node).__name__.lower()
            raise TemplateSyntaxError(f"{word!r} cannot be used here", node.lineno)
        if isinstance(node, nodes.NSRef):
            raise TemplateSyntaxError("only plain names can be set", node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            raise TemplateSyntaxError(f"no filter named {node.name!r}", node.lineno)
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            raise TemplateSyntaxError(f"no test named {node.name!r}", node.lineno)
        if isinstance(node, nodes.For):
            loops += 1
            if node.recursive or loops > LOOPS_NESTED:
                raise TemplateSyntaxError("loops nested too deep", node.lineno)
        for child in node.iter_child_nodes():
            self._examine(child, depth + 1, loops)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A member of data; else one of the few methods; else nothing."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return self._method(obj, attribute, names)
        if attribute.startswith("_"):
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same for ``value[argument]``."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=str(argument))

    def _method(self, obj: Any, name: str, names: frozenset[str]) -> Any:
        if name in names:
            return getattr(obj, name)
        if isinstance(obj, str) and name == "replace":
            return _Method(operations.replace_filter, obj)
        if isinstance(obj, str) and name == "join":
            return _Method(_joined_by, obj)
        return self.undefined(obj=obj, name=name)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator, paid for."""
        budget = _budget(context)
        budget.weigh(left)
        budget.weigh(right)
        return operations.OPERATORS[operator](left, right)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call, if it is one of the few that there are; its arguments are paid for."""
        for given_by_jinja in ("_loop_vars", "_block_vars"):
            kwargs.pop(given_by_jinja, None)
        owner = getattr(obj, "__self__", None)
        name = getattr(obj, "__name__", "")
        known = any(isinstance(owner, kind) and name in names for kind, names in _METHODS.items())
        looping = isinstance(owner, LoopContext) and name in _LOOP_METHODS
        if not (obj is _range or isinstance(obj, _Method) or known or looping):
            what = "nothing there" if isinstance(obj, Undefined) else f"{name or obj!r}"
            raise SecurityError(f"{what} cannot be called")
        budget = _budget(context)
        budget.weigh((owner, args, kwargs) if known else (args, kwargs))
        result = obj(*args, **kwargs)
        budget.weigh(result)
        return result


class _PutBounds(NodeTransformer):
    """Every loop pays for its rounds before it begins, every ``~`` measures what it makes."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        cost = sum(1 for each in node.body for _ in _walk(each)) + 1
        self.generic_visit(node)
        price = nodes.Const(cost, lineno=node.lineno)
        node.iter = nodes.Filter(node.iter, _LOOP, [price], [], None, None, lineno=node.lineno)
        assert node.environment is not None
        node.iter.set_environment(node.environment)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        first, *rest = node.nodes
        joined = nodes.Filter(first, _CONCAT, rest, [], None, None, lineno=node.lineno)
        assert node.environment is not None
        joined.set_environment(node.environment)
        return joined


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _budget(context: Context) -> Budget:
    budget = context.parent[BUDGET]
    assert isinstance(budget, Budget)
    return budget


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """What is printed for a value: nothing for none, nor for what is no data."""
    if value is None or (callable(value) and not isinstance(value, Undefined)):
        return ""
    _budget(context).weigh(value)
    return value


@pass_context
def _loop(context: Context, values: Any, cost: int) -> list[Any]:
    budget = _budget(context)
    budget.weigh(values)
    rounds = budget.gather(values)
    budget.spend(len(rounds) * cost)
    return rounds


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as a filter that pays for what goes in and for what comes out."""
    wants = getattr(getattr(function, "jinja_pass_arg", None), "name", None)
    any_number = name in ("default", "d")

    @pass_context
    def paid(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        budget = _budget(context)
        budget.weigh((value, args, kwargs))
        for each in () if any_number else (*args, *kwargs.values()):
            if isinstance(each, int) and abs(each) > ARGUMENT_MAX and name != "format":
                raise TooMuch(f"{each} is too large a number for {name!r}")
        lead: dict[str | None, tuple[Any, ...]] = {
            "context": (context,),
            "eval_context": (context.eval_ctx,),
            "environment": (context.environment,),
        }
        result = function(*lead.get(wants, ()), value, *args, **kwargs)
        if isinstance(result, Iterator):
            result = budget.gather(result)
        budget.weigh(result)
        return result

    return paid


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > RANGE_ITEMS:
        raise TooMuch(f"a range of more than {RANGE_ITEMS}")
    return numbers


def _joined_by(between: str, values: Any) -> str:
    return operations.join_filter(list(values), between)


def _plain_escape(value: Any) -> str:
    return str(escape(value))
