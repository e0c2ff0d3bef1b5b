"""The shared cases of ``protocol/vectors``, which the JavaScript client passes too."""

import json
from pathlib import Path
from typing import Any

PROTOCOL = Path(__file__).parents[2] / "protocol"


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of ``protocol/vectors/NAME.json``."""
    text = (PROTOCOL / "vectors" / f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["cases"]
    assert found, name
    return found


def named(case: dict[str, Any]) -> str:
    """What pytest calls the case."""
    return str(case["name"])
