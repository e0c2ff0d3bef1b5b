"""All that a template does, made to pay.

Filters and tests are wrapped. Loops, comparisons, ``~``, slices and keys Jinja turns into plain
Python, which knows no budget: before a template is compiled, they are replaced by filters whose
names no template can spell.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sized
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from . import operations
from .budget import Budget, TooMuch

BUDGET = " budget"
"""Where a rendering's context holds its ``Budget``."""
ARGUMENT_MAX = 10_000
"""The largest whole number that a filter takes as width, count or digits."""
ATTRIBUTE_PARTS = 8
"""The names in the attribute that a filter looks up in every item."""
CALL_UNITS = 5
"""What it costs to call anything, besides what goes in and comes out."""
_ATTRIBUTE_AT = {
    "groupby": 0,
    "map": 9,
    "max": 1,
    "min": 1,
    "rejectattr": 0,
    "selectattr": 0,
    "sort": 2,
    "sum": 0,
    "unique": 1,
}  # fmt: skip
"""Filters that look up an attribute, and which argument names it unless it is given by name."""
_LOOP, _CONCAT, _COMPARE, _PART, _KEY = " loop", " concat", " compare", " part", " key"

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def budget_of(context: Context) -> Budget:
    """The budget of the rendering that ``context`` belongs to."""
    budget = context.parent[BUDGET]
    assert isinstance(budget, Budget)
    return budget


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all within it."""
    yield node
    for child in node.iter_child_nodes():
        yield from walk(child)


class PutBounds(NodeTransformer):
    """Puts the filters in. To be run once, on a tree of which it is known how deep it is."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        each_round = [*node.body, *([] if node.test is None else [node.test])]
        cost = sum(1 for part in each_round for _ in walk(part)) + 1
        self.generic_visit(node)
        node.iter = _filter(_LOOP, node.iter, nodes.Const(cost))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return _filter(_CONCAT, *node.nodes)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        operands: list[nodes.Expr] = []
        for operand in node.ops:
            operands += [nodes.Const(operand.op), operand.expr]
        return _filter(_COMPARE, node.expr, *operands)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        part = node.arg
        if not isinstance(part, nodes.Slice):
            return node
        bounds = (part.start, part.stop, part.step)
        return _filter(_PART, node.node, *(bound or nodes.Const(None) for bound in bounds))

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.key = _filter(_KEY, node.key)
        return node


def _filter(name: str, value: Any, *arguments: Any) -> nodes.Filter:
    line = value.lineno
    for each in arguments:
        each.lineno = each.lineno or line
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=line)


@pass_context
def _loop(context: Context, values: Any, cost: int) -> list[Any]:
    """All rounds of a loop, each of which costs so much."""
    budget = budget_of(context)
    budget.weigh(values)
    rounds = budget.gather(values)
    budget.spend(len(rounds) * cost)
    return rounds


@pass_context
def _concat(context: Context, *values: Any) -> str:
    budget = budget_of(context)
    budget.weigh(values)
    result = operations.join_filter(values)
    budget.weigh(result)
    return result


@pass_context
def _compare(context: Context, left: Any, *rest: Any) -> bool:
    """``a < b < c``. Lists that hold one list many times are alike only after as many looks."""
    budget = budget_of(context)
    budget.weigh(left)
    for name, right in zip(rest[::2], rest[1::2], strict=True):
        budget.weigh(right)
        if not _COMPARISONS[name](left, right):
            return False
        left = right
    return True


@pass_context
def _part(context: Context, value: Any, *bounds: Any) -> Any:
    """``value[start:stop:step]`` of a text or list; of anything else, nothing."""
    if not isinstance(value, str | list | tuple):
        return context.environment.undefined(obj=value, name="part")
    result = value[slice(*bounds)]
    budget_of(context).weigh_made(result)
    return result


@pass_context
def _key(_: Context, value: Any) -> Any:
    """The key of a member, if it is one that takes no time to find."""
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError("a key is a text or a number")


INTERNAL: dict[str, Callable[..., Any]] = {
    _LOOP: _loop,
    _CONCAT: _concat,
    _COMPARE: _compare,
    _PART: _part,
    _KEY: _key,
}
"""The filters that are put in."""


def paid_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as a filter that pays for what goes in and for what comes out."""
    wants = getattr(getattr(function, "jinja_pass_arg", None), "name", None)
    any_number = name in ("default", "d", "format")

    @pass_context
    def paid(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        budget = budget_of(context)
        budget.spend(CALL_UNITS)
        budget.weigh((value, args, kwargs))
        for each in () if any_number else (*args, *kwargs.values()):
            if isinstance(each, int) and abs(each) > ARGUMENT_MAX:
                raise TooMuch(f"{each} is too large a number for {name!r}")
        if name in _ATTRIBUTE_AT:
            budget.spend(_lookups(name, value, args, kwargs))
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


def _lookups(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> int:
    """How many members a filter looks up in the items of ``value``."""
    at = _ATTRIBUTE_AT[name]
    attribute = kwargs.get("attribute", args[at] if at < len(args) else None)
    if not isinstance(attribute, str):
        return 0
    parts = 1 + attribute.count(".") + attribute.count(",")
    if parts > ATTRIBUTE_PARTS:
        raise TooMuch(f"an attribute of more than {ATTRIBUTE_PARTS} names")
    return parts * len(value) if isinstance(value, Sized) else 0


def paid_test(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as a test that pays for what it looks at."""

    @pass_context
    def paid(context: Context, *args: Any, **kwargs: Any) -> Any:
        budget_of(context).weigh((args, kwargs))
        return function(*args, **kwargs)

    return paid
