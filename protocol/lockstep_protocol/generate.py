"""Prints a generated document of ``protocol/spec``: ``python -m lockstep_protocol.generate NAME``.

Writing the file is left to the shell, so that this package stays free of files.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from .asyncapi import asyncapi
from .openapi import openapi
from .workflow_schema import workflow_schema

DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "asyncapi.json": asyncapi,
    "openapi.json": openapi,
    "workflow.schema.json": workflow_schema,
}
"""The generated files of ``protocol/spec`` by name."""


def document(name: str) -> str:
    """The text of the file ``name``, as it is committed."""
    return json.dumps(DOCUMENTS[name](), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Print the document named, or say which there are (and return 2)."""
    if len(arguments) != 1 or arguments[0] not in DOCUMENTS:
        sys.stderr.write(f"one of: {', '.join(DOCUMENTS)}\n")
        return 2
    sys.stdout.write(document(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
