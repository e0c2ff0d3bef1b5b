"""What is read of a demo's folder, and what stops it."""

import json
from pathlib import Path
from typing import Any

import pytest

from lockstep_server.cli.folder import BUNDLED, read_folder
from lockstep_server.cli.trouble import Trouble


def write(folder: Path, directory: Any, *others: str) -> Path:
    (folder / "directory.json").write_text(json.dumps(directory))
    for name in others:
        (folder / name).write_text("{}")
    return folder


def test_files_are_told_apart_by_their_names(tmp_path: Path) -> None:
    users = [{"id": "a"}, {"id": "b", "name": "Bea", "roles": ["admin"]}]
    folder = read_folder(
        write(tmp_path, {"users": users}, "one.json", "one.data.json", "two.lua", "three.txt")
    )
    assert list(folder.workflows) == ["one"]
    assert list(folder.samples) == ["one"]
    assert list(folder.scripts) == ["two"]
    assert folder.administrator == "b"
    assert [user["name"] for user in folder.users] == ["a", "Bea"]


def test_without_an_administrator_the_first_user_loads(tmp_path: Path) -> None:
    assert read_folder(write(tmp_path, {"users": [{"id": "x"}, {"id": "y"}]})).administrator == "x"


@pytest.mark.parametrize(
    ("directory", "text"),
    [
        ({"users": []}, "names no users"),
        ({}, "names no users"),
        ([], "has to hold a JSON object"),
        ({"users": {"a": {}}}, "`users` has to be a list"),
        ({"users": [{"name": "Nobody"}]}, "/users/0 has no `id`"),
        ({"users": [{"id": "a"}], "trackers": [{}]}, "/trackers/0 has no `handle`"),
    ],
)
def test_an_unusable_directory_is_said(tmp_path: Path, directory: Any, text: str) -> None:
    with pytest.raises(Trouble, match=text):
        read_folder(write(tmp_path, directory))


def test_a_missing_directory_or_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"directory.json cannot be read"):
        read_folder(tmp_path)
    with pytest.raises(Trouble, match="is no folder"):
        read_folder(tmp_path / "none")


def test_the_bundled_folder_has_what_its_samples_need() -> None:
    folder = read_folder(BUNDLED)
    assert {"service-call", "expense", "incident"} <= set(folder.workflows)
    assert "expense" in folder.samples
    assert folder.administrator == "sam"
