"""What a demo's folder holds: a directory, workflows, scripts and sample data."""

import json
from pathlib import Path
from typing import Any

import msgspec

from .trouble import Trouble

BUNDLED = Path(__file__).parent.parent / "demo"
"""The demo that comes with the server."""

DIRECTORY = "directory.json"
SAMPLE = ".data.json"


class Folder(msgspec.Struct, frozen=True):
    """``workflows`` and ``scripts``: name to file; ``samples``: name to sample data's file."""

    users: list[dict[str, Any]]
    trackers: list[dict[str, Any]]
    workflows: dict[str, Path]
    scripts: dict[str, Path]
    samples: dict[str, Path]

    @property
    def administrator(self) -> str:
        """The id of a user who may administer, else of the first one."""
        able = [user["id"] for user in self.users if "admin" in (user.get("roles") or ())]
        first: str = (able or [user["id"] for user in self.users])[0]
        return first


def read_folder(folder: Path) -> Folder:
    """Read ``folder``; a workflow's name is its file's name without ``.json``.

    Raises ``Trouble`` when there is no usable directory.
    """
    if not folder.is_dir():
        raise Trouble(f"{folder} is no folder.")
    directory = read_object(folder / DIRECTORY)
    users = _records(folder, directory, "users", "id")
    if not users:
        raise Trouble(f"{folder / DIRECTORY}: nobody could sign in, since it names no users.")
    named = sorted(folder.glob("*.json"))
    samples = {file.name.removesuffix(SAMPLE): file for file in named if is_sample(file)}
    workflows = {
        file.stem: file for file in named if file.name != DIRECTORY and not is_sample(file)
    }
    return Folder(
        users=[{**user, "name": user.get("name") or user["id"]} for user in users],
        trackers=_records(folder, directory, "trackers", "handle"),
        workflows=workflows,
        scripts={file.stem: file for file in sorted(folder.glob("*.lua"))},
        samples=samples,
    )


def is_sample(file: Path) -> bool:
    """Whether a file holds sample data rather than a workflow."""
    return file.name.endswith(SAMPLE)


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object in ``file``. Raises ``Trouble``."""
    try:
        read = json.loads(file.read_bytes())
    except OSError as failure:
        raise Trouble(f"{file} cannot be read: {failure.strerror}.") from None
    except ValueError as wrong:
        raise Trouble(f"{file} is not JSON: {wrong}") from None
    if not isinstance(read, dict):
        raise Trouble(f"{file} has to hold a JSON object.")
    return read


def _records(folder: Path, directory: dict[str, Any], name: str, key: str) -> list[dict[str, Any]]:
    records = directory.get(name, [])
    if not isinstance(records, list):
        raise Trouble(f"{folder / DIRECTORY}: `{name}` has to be a list.")
    for index, record in enumerate(records):
        if not isinstance(record, dict) or not isinstance(record.get(key), str):
            raise Trouble(f"{folder / DIRECTORY}: /{name}/{index} has no `{key}`.")
    return records
