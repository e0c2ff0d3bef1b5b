"""The fields of a form, from a tracker's JSON Schema: what is typed in, and what it means."""

import json
from typing import Any, Literal

import msgspec

Kind = Literal["text", "integer", "number", "boolean", "one", "several", "list", "json"]

YES = ("y", "yes", "true", "1")
NO = ("n", "no", "false", "0")
WORDS: dict[str, Kind] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


class Unreadable(ValueError):
    """What was typed is no value of the field; says what would be."""


class Field(msgspec.Struct, frozen=True):
    """One member of the form's data."""

    name: str
    title: str
    kind: Kind
    required: bool = False
    options: tuple[Any, ...] = ()
    default: Any = None
    about: str = ""

    @property
    def how(self) -> str:
        """How a value is typed, in a few words; empty for plain text."""
        match self.kind:
            case "integer":
                return "a whole number"
            case "number":
                return "a number"
            case "boolean":
                return "yes or no"
            case "one":
                return f"one of {self._listed()}"
            case "several":
                return f"any of {self._listed()}, with commas between"
            case "list":
                return "several, with commas between"
            case "json":
                return "as JSON"
            case _:
                return ""

    @property
    def hint(self) -> str:
        """The same, and whether nothing may be typed."""
        if self.required:
            return self.how
        return f"{self.how}, or nothing" if self.how else "or nothing"

    def shown(self, value: Any) -> str:
        """A value as it would be typed."""
        if value is None:
            return ""
        if self.kind == "boolean":
            return "yes" if value else "no"
        if self.kind in ("several", "list") and isinstance(value, list):
            return ", ".join(map(_text, value))
        return json.dumps(value, ensure_ascii=False) if self.kind == "json" else _text(value)

    def read(self, typed: str) -> Any:
        """The value of what was typed; None: nothing. Raises ``Unreadable``."""
        typed = typed.strip()
        if not typed:
            if self.required:
                raise Unreadable("This is needed.")
            return None
        match self.kind:
            case "integer" | "number":
                return self._number(typed)
            case "boolean":
                return self._boolean(typed)
            case "one":
                return self._option(typed)
            case "several":
                return [self._option(part.strip()) for part in typed.split(",") if part.strip()]
            case "list":
                return [part.strip() for part in typed.split(",") if part.strip()]
            case "json":
                return self._json(typed)
            case _:
                return typed

    def _number(self, typed: str) -> int | float:
        try:
            return int(typed) if self.kind == "integer" else _float(typed)
        except ValueError:
            raise Unreadable(f"{typed!r} is not {self.how}.") from None

    def _boolean(self, typed: str) -> bool:
        word = typed.casefold()
        if word not in YES + NO:
            raise Unreadable(f"{typed!r} is neither yes nor no.")
        return word in YES

    def _option(self, typed: str) -> Any:
        wanted = typed.casefold()
        for same in (
            [one for one in self.options if _text(one).casefold() == wanted],
            [one for one in self.options if _text(one).casefold().startswith(wanted)],
        ):
            if len(same) == 1:
                return same[0]
        raise Unreadable(f"{typed!r} is not {self.how}.")

    def _json(self, typed: str) -> Any:
        try:
            return json.loads(typed)
        except ValueError as wrong:
            raise Unreadable(f"This is not JSON: {wrong}.") from None

    def _listed(self) -> str:
        return ", ".join(map(_text, self.options))


def fields_of(schema: dict[str, Any]) -> list[Field]:
    """The members that the schema of an object names, in its order."""
    required = schema.get("required") or []
    properties: dict[str, Any] = schema.get("properties") or {}
    return [
        _field(name, member if isinstance(member, dict) else {}, name in required)
        for name, member in properties.items()
    ]


def given_of(behavior: dict[str, Any]) -> dict[str, Any]:
    """What a behavior puts into its form by itself. What is a template for a page is left out."""
    data = behavior.get("data")
    templated = [str(one).split(".") for one in behavior.get("templates") or ()]
    if not isinstance(data, dict) or ["data"] in templated:
        return {}
    filled = {parts[1] for parts in templated if len(parts) > 1 and parts[0] == "data"}
    return {name: value for name, value in data.items() if name not in filled}


def errors_of(refusal: dict[str, Any], fields: list[Field]) -> dict[str, str]:
    """The refusal's errors by the name of the field they are of."""
    names = {field.name for field in fields}
    found: dict[str, str] = {}
    for error in (refusal.get("details") or {}).get("errors") or ():
        name = _name_at(error["pointer"])
        if name in names:
            found.setdefault(name, error["text"])
    return found


def _name_at(pointer: str) -> str:
    parts = pointer.split("/")
    return parts[2].replace("~1", "/").replace("~0", "~") if len(parts) > 2 else ""


def _field(name: str, member: dict[str, Any], required: bool) -> Field:
    options = member.get("enum") or ([member["const"]] if "const" in member else [])
    items = member.get("items") if isinstance(member.get("items"), dict) else {}
    kind: Kind = "json"
    if options:
        kind = "one"
    elif member.get("type") == "array" and items and items.get("enum"):
        kind, options = "several", items["enum"]
    elif member.get("type") == "array" and items and items.get("type") == "string":
        kind = "list"
    else:
        named = member.get("type", "string")
        named = next((one for one in named if one != "null"), "") if _many(named) else named
        kind = WORDS.get(named, "json")
    return Field(
        name,
        str(member.get("title") or _words(name)),
        kind,
        required,
        tuple(options),
        member.get("default"),
        str(member.get("description") or ""),
    )


def _many(named: Any) -> bool:
    return isinstance(named, list)


def _words(name: str) -> str:
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("_", " ").strip().capitalize()


def _float(typed: str) -> int | float:
    number = float(typed)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(typed)
    return int(typed) if typed.lstrip("+-").isdigit() else number


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
