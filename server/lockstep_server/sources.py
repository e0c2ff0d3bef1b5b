"""Where settings come from: flags over ``LOCKSTEP_...`` variables over a TOML file over defaults.

What a setting may be is read off its type in ``config.Settings``; nothing here knows one by name.
Reading is strict on purpose: a key that nobody knows or a value that cannot be meant is said at
the start, with the place where it stands, and not found out later.
"""

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from .config import ConfigError, Settings

PREFIX = "LOCKSTEP_"

NOT_SETTINGS = frozenset({"CONFIG", "URL", "TOKEN"})
"""Variables that say where the settings are, or belong to the commands that talk to a server."""

FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


class Given(msgspec.Struct, frozen=True):
    """A setting's value and where it comes from, in words. ``raw``: as it was written there."""

    raw: Any
    source: str
    written: str
    """What stands there: ``--port``, ``LOCKSTEP_PORT``, ``F: port``; empty for a default."""
    value: Any = None


def read_settings(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: str | Path | None = None,
) -> Settings:
    """The settings of all sources, checked. Raises ``ConfigError``; see ``gather``."""
    return settings_of(gather(flags, environ, file)).checked()


def settings_of(given: Mapping[str, Given]) -> Settings:
    """What was gathered, not yet checked against each other."""
    return Settings(**{name: one.value for name, one in given.items()})


def gather(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: str | Path | None = None,
) -> dict[str, Given]:
    """Every setting with its value and its source; raises ``ConfigError`` that names all faults.

    Flags that are None and variables that are empty count as not given. Without ``file`` the
    variable ``LOCKSTEP_CONFIG`` names it.
    """
    environ = environ or {}
    file = file or environ.get(PREFIX + "CONFIG") or None
    problems: list[str] = []
    found = {
        name: Given(field.default, "default", "", field.default) for name, field in FIELDS.items()
    }
    for source in (
        _of_file(Path(file)) if file is not None else iter(()),
        _of_variables(environ),
        _of_flags(flags or {}),
    ):
        for name, one in source:
            problem = _unknown(name, one) if name not in FIELDS else None
            if problem is None:
                try:
                    found[name] = _converted(name, one)
                    continue
                except ConfigError as wrong:
                    problem = str(wrong)
            problems.append(problem)
    if problems:
        raise ConfigError("\n".join(problems))
    return found


def _of_file(file: Path) -> Iterator[tuple[str, Given]]:
    try:
        with file.open("rb") as source:
            read = tomllib.load(source)
    except OSError as failure:
        raise ConfigError(f"{file} cannot be read: {failure.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ConfigError(f"{file} is not TOML: {wrong}") from None
    for name, value in read.items():
        yield name, Given(value, f"file {file}", f"{file}: {name}")


def _of_variables(environ: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in NOT_SETTINGS and environ[variable]:
            yield name.lower(), Given(environ[variable], f"variable {variable}", variable)


def _of_flags(flags: Mapping[str, Any]) -> Iterator[tuple[str, Given]]:
    for name, value in flags.items():
        if value is not None:
            flag = f"--{name.replace('_', '-')}"
            yield name, Given(value, f"flag {flag}", flag)


def _unknown(name: str, one: Given) -> str:
    close = difflib.get_close_matches(name, FIELDS, 1)
    if isinstance(one.raw, dict):
        inner = ", ".join(f"{name}_{key}" for key in one.raw if f"{name}_{key}" in FIELDS)
        hint = f"Settings are not nested; write {inner or 'name = value'} at the top."
        return f"{one.written} is a table. {hint}"
    if not close:
        return f"{one.written} is no setting. Known are: {', '.join(FIELDS)}."
    near = PREFIX + close[0].upper() if one.written.startswith(PREFIX) else close[0]
    return f"{one.written} is no setting. Did you mean {near}?"


def _converted(name: str, one: Given) -> Given:
    """What was written as what the setting is. A file has types of its own; a variable has none."""
    kind = _kind(name)
    raw = one.raw
    from_text = one.source.startswith("variable ")
    if isinstance(kind, inspect.VarTupleType) and from_text:
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if isinstance(kind, inspect.LiteralType) and isinstance(raw, str):
        raw = raw.lower()
    try:
        value = msgspec.convert(raw, FIELDS[name].type, strict=not from_text)
        if isinstance(value, float) and not math.isfinite(value):
            raise msgspec.ValidationError
    except msgspec.ValidationError:
        shown = "what stands there" if is_secret(name) else repr(one.raw)
        text = f"{one.written}: {expectation(name, from_text)} is expected, not {shown}."
        raise ConfigError(text) from None
    return msgspec.structs.replace(one, value=value)


def is_secret(name: str) -> bool:
    """Whether the value of a setting is shown to nobody."""
    return any(
        isinstance(kind, inspect.Metadata) and bool((kind.extra or {}).get("secret"))
        for kind in _kinds(name)
    )


def expectation(name: str, from_text: bool = False) -> str:
    """What a setting may be, in words."""
    kind = _kind(name)
    match kind:
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, kind.values))}"
        case inspect.VarTupleType():
            return "a list with commas between" if from_text else 'a list like ["a", "b"]'
        case inspect.IntType() | inspect.FloatType():
            return f"{'a whole number' if isinstance(kind, inspect.IntType) else 'a number'}" + (
                _bounds(kind)
            )
        case _:
            return "a text"


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge:g} to {kind.le:g}"
    if kind.gt is not None:
        return f" greater than {kind.gt:g}"
    return "" if kind.ge is None else f" of {kind.ge:g} or more"


def _kinds(name: str) -> tuple[inspect.Type, ...]:
    kind = inspect.type_info(FIELDS[name].type)
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _kind(name: str) -> inspect.Type:
    """The type of a setting without the None that stands for its absence."""
    [kind] = [one for one in _kinds(name) if not isinstance(one, inspect.NoneType)]
    return kind.type if isinstance(kind, inspect.Metadata) else kind
