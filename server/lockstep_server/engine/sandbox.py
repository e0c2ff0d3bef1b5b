"""The language of server templates: Jinja2 less all that is no value, test or loop.

Jinja's own sandbox keeps templates away from the server's insides; this one also bounds what
they cost. Only what is named here can be used, so that a newer Jinja brings in nothing new.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from jinja2 import ChainableUndefined, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from . import operations
from .bounding import CALL_UNITS, INTERNAL, PutBounds, budget_of, paid_filter, paid_test
from .budget import TooMuch

RANGE_ITEMS = 1000
"""The longest ``range``."""
NESTING = 60
"""How deep the parts of a template may be nested."""
LOOPS_NESTED = 6
"""Loops within loops."""
EXPRESSIONS_NESTED = 30
"""Expressions within expressions. This bound is met before Python's own, wherever it is read."""
TOKENS = 3000
"""The names, texts and signs of a template. Each takes some 40 µs to read and compile."""

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
_KEPT_TESTS = frozenset((
    "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "gt",
    "greaterthan", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne",
    "none", "number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper", "==",
    "!=", "<", "<=", ">", ">=",
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
_SEARCHING = frozenset(("lstrip", "rsplit", "rstrip", "split", "strip"))


class _Method(partial[Any]):
    """Something that can be called, and that is no value: it prints as nothing."""

    def __repr__(self) -> str:
        return ""


class _Parser(Parser):
    """Jinja's parser, which takes a dozen calls for each pair of brackets."""

    _depth = 0

    def parse_expression(self, with_condexpr: bool = True) -> nodes.Expr:
        self._depth += 1
        if self._depth > EXPRESSIONS_NESTED:
            self.fail(f"nested deeper than {EXPRESSIONS_NESTED} expressions")
        found = super().parse_expression(with_condexpr)
        self._depth -= 1
        return found


def _counted(tokens: Iterator[Token]) -> Iterator[Token]:
    for count, token in enumerate(tokens):
        if count >= TOKENS:
            raise TemplateSyntaxError(f"more than {TOKENS} parts", token.lineno)
        yield token


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates are compiled and run. A rendering's context must hold its ``BUDGET``."""

    intercepted_binops = frozenset(operations.OPERATORS)

    def __init__(self) -> None:
        # Without the optimizer nothing of a template runs before its budget is there.
        super().__init__(undefined=ChainableUndefined, optimized=False, cache_size=0)
        self.finalize = _shown
        self.globals = {"range": _Method(_range)}
        ours: dict[str, Callable[..., Any]] = {
            "format": operations.format_filter,
            "int": operations.int_filter,
            "join": operations.join_filter,
            "replace": operations.replace_filter,
            "sum": operations.sum_filter,
            "tojson": operations.json_filter,
            "trim": operations.trim_filter,
            "escape": _plain_escape,
            "e": _plain_escape,
            "safe": str,
        }
        kept = {name: self.filters[name] for name in _KEPT_FILTERS}
        self.filters = {name: paid_filter(name, each) for name, each in (kept | ours).items()}
        self.filters.update(INTERNAL)
        tests: dict[str, Any] = {**self.tests}
        self.tests = {name: paid_test(tests[name]) for name in _KEPT_TESTS}

    def parser(self, text: str) -> Parser:
        """What reads ``text``."""
        return _Parser(self, text)

    def stream(self, tokens: Iterator[tuple[int, str, str]]) -> TokenStream:
        """What a parser reads: the lexer's tokens, as far as there may be."""
        return TokenStream(_counted(self.lexer.wrap(tokens)), None, None)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        return self.stream(self.lexer.tokeniter(str(source), name, filename, state))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return self.parser(source).parse()

    def examine(self, tree: nodes.Template) -> None:
        """Refuse what is not of the language: ``TemplateSyntaxError`` with the line."""
        line = 1
        waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
        while waiting:
            node, depth, loops = waiting.pop()
            line = node.lineno or line
            if depth > NESTING:
                raise TemplateSyntaxError(f"nested deeper than {NESTING} levels", line)
            self._examine(node, loops, line)
            loops += isinstance(node, nodes.For)
            inner = [(child, depth + 1, loops) for child in node.iter_child_nodes()]
            waiting.extend(reversed(inner))

    def call_filter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """A filter that ``map`` was told the name of; those that are put in have no name."""
        if name in INTERNAL:
            raise SecurityError(f"no filter named {name!r}")
        return super().call_filter(name, *args, **kwargs)

    def _generate(
        self, source: nodes.Template, name: Any, filename: Any, defer_init: bool = False
    ) -> str:
        self.examine(source)
        bounded = PutBounds().visit(source).set_environment(self)
        return super()._generate(bounded, name, filename, defer_init)

    def _examine(self, node: nodes.Node, loops: int, line: int) -> None:
        if isinstance(node, nodes.Stmt) and not isinstance(node, _KEPT_STATEMENTS):
            word = type(node).__name__.lower()
            raise TemplateSyntaxError(f"{word!r} cannot be used here", line)
        if isinstance(node, nodes.NSRef):
            raise TemplateSyntaxError("only plain names can be set", line)
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            raise TemplateSyntaxError(f"no filter named {node.name!r}", line)
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            raise TemplateSyntaxError(f"no test named {node.name!r}", line)
        if isinstance(node, nodes.For) and (node.recursive or loops >= LOOPS_NESTED):
            raise TemplateSyntaxError("loops nested too deep", line)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A member of data; else one of the few methods; else nothing."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return self._method(obj, attribute, names)
        if isinstance(obj, LoopContext) and not attribute.startswith("_"):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same for ``value[argument]``."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        # Nothing else is looked for: a tuple that holds one tuple many times takes for ever.
        if isinstance(argument, int | float) and not isinstance(obj, Undefined):
            try:
                return obj[argument]
            except (TypeError, LookupError):
                pass
        return self.undefined(obj=obj, name="item")

    def _method(self, obj: Any, name: str, names: frozenset[str]) -> Any:
        if name in names:
            return _Method(getattr(obj, name))
        if isinstance(obj, str) and name == "replace":
            return _Method(operations.replace_filter, obj)
        if isinstance(obj, str) and name == "join":
            return _Method(_joined_by, obj)
        return self.undefined(obj=obj, name=name)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator, paid for."""
        budget = budget_of(context)
        budget.weigh(left)
        budget.weigh(right)
        result = operations.OPERATORS[operator](left, right)
        budget.weigh_made(result)
        return result

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call, if it is one of the few that there are; its arguments are paid for."""
        for given_by_jinja in ("_loop_vars", "_block_vars"):
            kwargs.pop(given_by_jinja, None)
        method = obj.func if isinstance(obj, _Method) else obj
        owner, name = getattr(method, "__self__", None), getattr(method, "__name__", "")
        looping = isinstance(owner, LoopContext) and name in _LOOP_METHODS
        if not (isinstance(obj, _Method) or looping):
            raise SecurityError("nothing that can be called")
        budget = budget_of(context)
        budget.spend(CALL_UNITS)
        budget.weigh((args, kwargs))
        if isinstance(owner, str | list | tuple):
            budget.weigh(owner)
        if name in _SEARCHING:
            operations.require_short(*args, *kwargs.values())
        result = obj(*args, **kwargs)
        budget.weigh(result)
        return result


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """What is printed for a value: nothing for none, nor for what is no data."""
    if value is None or isinstance(value, TemplateReference):
        return ""
    if callable(value) and not isinstance(value, Undefined):
        return ""
    budget_of(context).weigh(value)
    return value


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > RANGE_ITEMS:
        raise TooMuch(f"a range of more than {RANGE_ITEMS}")
    return numbers


def _joined_by(between: str, values: Any) -> str:
    return operations.join_filter(list(values), between)


def _plain_escape(value: Any) -> str:
    return str(escape(value))
