"""Trackers' JSON Schemas: compiled once, never fetched from anywhere."""

from typing import Any

import jsonschema_rs

from lockstep_protocol.refusals import refused


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"the schema refers to {uri}; only references inside the schema are followed")


class SchemaError(ValueError):
    """The document is not a JSON Schema that this server takes."""


class Schema:
    """A compiled JSON Schema (draft 2020-12 unless it names another)."""

    def __init__(self, document: Any) -> None:
        """Raises ``SchemaError``."""
        try:
            self._validator = jsonschema_rs.validator_for(document, retriever=_no_retrieval)
        except (ValueError, TypeError) as error:
            raise SchemaError(str(error).splitlines()[0]) from error

    def require(self, data: Any, at: str) -> None:
        """Raise the refusal ``invalid`` unless ``data`` fits; ``at`` is its place in the command.

        The refusal's ``details.pointer`` names the first field that is wrong, ``details.errors``
        all of them.
        """
        errors = [
            {"pointer": at + _pointer(error), "text": error.message}
            for error in self._validator.iter_errors(data)
        ]
        if errors:
            first = errors[0]
            raise refused(
                "invalid",
                f"{first['pointer']}: {first['text']}",
                details={"pointer": first["pointer"], "errors": errors},
            )


def _pointer(error: jsonschema_rs.ValidationError) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error.instance_path]
    pointer = "".join(f"/{part}" for part in parts)
    missing = getattr(error.kind, "property", None)
    if error.schema_path and error.schema_path[-1] == "required" and isinstance(missing, str):
        # A required field that is absent is named itself, not the object that lacks it.
        pointer += "/" + missing.replace("~", "~0").replace("/", "~1")
    return pointer
