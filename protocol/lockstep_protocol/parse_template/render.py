"""Filling in a client template: pure, and it never raises."""

from collections.abc import Mapping
from typing import Any, assert_never

from .conditions import equal_to, holds
from .decimals import bounded, reckon
from .functions import run, time_range
from .rendering import Rendering
from .tree import (
    Arithmetic,
    Call,
    Choice,
    Expression,
    Fixed,
    Group,
    Operand,
    Pointer,
    Switch,
    Template,
    Text,
    Value,
    Values,
)
from .values import MISSING, TEXT_CHARACTERS, find, is_empty, to_fixed, to_number, to_text


def render(
    template: Template, context: Mapping[str, Any], now: Any = None, zone: str = "UTC"
) -> Any:
    """``template`` with what ``context`` has for it.

    A template that is one value without functions, or with ``convert`` as the last one, gives
    the value itself; any other gives text. ``now`` is a time as templates read them: RFC 3339 or
    Unix time. ``zone`` is an IANA name; one that is not known counts as UTC.
    """
    rendering = _Renderer(context, now, zone)
    match template.parts:
        case (Value() as value,) if not value.calls or value.calls[-1].name == "convert":
            return _given(rendering.value(value))
        case _:
            return rendering.text(template.parts)


def _given(value: Any) -> Any:
    if isinstance(value, Fixed):
        return to_number(value.scaled)
    return "" if value is MISSING else value


class _Renderer(Rendering):
    def text(self, parts: Text) -> str:
        """The parts one after the other, up to the longest text there may be."""
        made: list[str] = []
        left = TEXT_CHARACTERS
        for part in parts:
            made.append((part if isinstance(part, str) else self.expression(part))[:left])
            left -= len(made[-1])
            if not left:
                break
        return "".join(made)

    def expression(self, expression: Expression) -> str:
        match expression:
            case Value():
                return to_text(self.value(expression), self)
            case Choice():
                right = [self.side(each) for each in expression.right]
                left = self.first(expression.left)
                held = holds(left, expression.comparison, right, self)
                return self.text(expression.no if held == expression.negated else expression.yes)
            case Switch():
                return self.switch(expression)
            case _:
                assert_never(expression)

    def switch(self, switch: Switch) -> str:
        equal = equal_to(self.first(switch.of), self)
        otherwise: Text = ()
        for key, text in switch.cases:
            if key is None:
                otherwise = text
            elif equal(self.side(key)):
                return self.text(text)
        return self.text(otherwise)

    def side(self, parts: Text) -> Any:
        """The right side of a test: a text, or the value itself if it is one value."""
        match parts:
            case (Value() as value,):
                return self.value(value)
            case _:
                return self.text(parts)

    def value(self, value: Value) -> Any:
        made = self.first(value.values)
        for call in value.calls:
            made = self.call(call, made)
        return made

    def first(self, values: Values) -> Any:
        """The first value that is not empty; if all are, the last."""
        found: Any = MISSING
        for each in values:
            found = self.reckoned(each) if isinstance(each, Arithmetic) else self.operand(each)
            if not is_empty(found):
                break
        return found

    def operand(self, operand: Operand) -> Any:
        match operand:
            case str() | Fixed():
                return operand
            case Group():
                return self.first(operand.values)
            case Pointer():
                found = find(self.context, operand.names)
                asks_now = found is MISSING and operand.names == ("now",)
                return self.now if asks_now and self.now is not None else found
            case _:
                assert_never(operand)

    def reckoned(self, arithmetic: Arithmetic) -> Any:
        """The result; missing when an operand is no number or there is none."""
        total, product = 0, 0
        for operator, operand in arithmetic.steps:
            scaled = to_fixed(self.operand(operand))
            if scaled is None:
                return MISSING
            if operator in ("*", "/"):
                made = reckon(product, operator, scaled)
            else:
                total, made = total + product, -scaled if operator == "-" else scaled
            if made is None:
                return MISSING
            product = made
        result = bounded(total + product)
        return MISSING if result is None else Fixed(result)

    def call(self, call: Call, value: Any) -> Any:
        if call.name == "timeRange":
            return self.time_range(call, value)
        if call.name not in ("prefix", "suffix"):
            return run(call.name, value, call.told, self)
        text = to_text(value, self)
        if not text:
            return ""
        more = self.text(call.text)
        return (more + text if call.name == "prefix" else text + more)[:TEXT_CHARACTERS]

    def time_range(self, call: Call, value: Any) -> str:
        if call.end is not None:
            return time_range(value, find(self.context, call.end.names), call.told, self.zone)
        for start, end in (("0", "1"), ("start", "end"), ("from", "to")):
            one, other = find(value, (start,)), find(value, (end,))
            if one is not MISSING or other is not MISSING:
                return time_range(one, other, call.told, self.zone)
        return time_range(value, MISSING, call.told, self.zone)
