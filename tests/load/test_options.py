"""Options that make no sense are refused in a sentence; those that do are understood."""

from pathlib import Path

import pytest

from lockstep_load.options import Options, Unusable, profiles_of, seconds, tokens_of
from lockstep_load.profiles import LOCK_SHARE, turns
from tests.process.server import run


@pytest.mark.parametrize(
    ("text", "sessions", "profiles", "storms"),
    [
        (None, 20, {"readers": 14, "deciders": 3, "chatters": 2, "reconnectors": 1}, 0),
        ("deciders=3", None, {"deciders": 3}, 0),
        ("deciders=3,slow=1", 10, {"readers": 6, "deciders": 3, "slow": 1}, 0),
        ("readers=7,deciders=3", 10, {"readers": 7, "deciders": 3}, 0),
        ("deciders=3,readers=0,storm=2", None, {"deciders": 3}, 2),
    ],
)  # fmt: skip
def test_profiles_are_filled_up_with_readers(
    text: str | None, sessions: int | None, profiles: dict[str, int], storms: int
) -> None:
    assert profiles_of(text, sessions) == (profiles, storms)


def test_a_mixture_stays_when_only_a_storm_is_named() -> None:
    profiles, storms = profiles_of("storm=1", 50)
    assert sum(profiles.values()) == 50
    assert profiles["deciders"]
    assert storms == 1


@pytest.mark.parametrize(
    ("text", "sessions", "word"),
    [
        ("wizards=3", None, "wizards"),
        ("readers", None, "readers=NUMBER"),
        ("readers=-1", None, "readers=NUMBER"),
        ("slow=1,slow=2", None, "twice"),
        ("deciders=20", 10, "20 sessions"),
        ("readers=2,deciders=3", 10, "5 sessions"),
    ],
)
def test_profiles_that_make_no_sense(text: str, sessions: int | None, word: str) -> None:
    with pytest.raises(Unusable, match=word):
        profiles_of(text, sessions)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"team": 0}, "--team"),
        ({"rate": -1.0}, "--rate"),
        ({"duration": 0.0}, "--duration"),
        ({"profiles": {}}, "single session"),
        ({"profiles": {"readers": 9}}, "deciders and chatters"),
        ({"workers": 99}, "--workers"),
        ({"token": "demo:dana"}, "--url"),
        ({"url": "localhost:8420"}, "http://host:port"),
        ({"url": "http://localhost:8420"}, "sign in"),
        ({"url": "http://localhost", "token": "eyJ…"}, "sign in"),
        ({"url": "http://localhost", "tokens": (("a", "t"),)}, "1 users for 9"),
        ({"url": "http://localhost", "tokens": (("a", "t"),) * 9}, "administrator"),
    ],
)
def test_options_that_make_no_sense(given: dict[str, object], word: str) -> None:
    usable = {"profiles": {"readers": 4, "deciders": 5}, "duration": 5.0}
    Options(**usable).checked()  # type: ignore[arg-type]
    with pytest.raises(Unusable, match=word):
        Options(**{**usable, **given}).checked()  # type: ignore[arg-type]


def test_times_have_units() -> None:
    assert [seconds(text) for text in ("90", "30s", "5m", "1.5h")] == [90, 30, 300, 5400]
    for wrong in ("", "5d", "-5", "m"):
        with pytest.raises(Unusable):
            seconds(wrong)


def test_tokens_are_a_file_of_pairs(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("ada tok1\n\nbea  tok2\n")
    assert tokens_of(file) == (("ada", "tok1"), ("bea", "tok2"))
    for wrong, word in (("ada\n", "line 1"), ("ada t\nada u\n", "twice")):
        file.write_text(wrong)
        with pytest.raises(Unusable, match=word):
            tokens_of(file)


def test_all_turns_together_give_the_rate() -> None:
    profiles = {"readers": 50, "deciders": 30, "chatters": 10}
    every = turns(profiles, 200.0)
    deciding = 30 / every["deciders"] * (1 + 2 * LOCK_SHARE)
    chatting = 10 / every["chatters"]
    assert deciding + chatting == pytest.approx(200)
    assert deciding / chatting == pytest.approx(4)
    assert turns({"chatters": 5}, 10.0) == {"chatters": 0.5}
    assert turns(profiles, 0.0) == {}


def test_nonsense_is_a_sentence_on_the_command_line() -> None:
    code, _, errors = run("load", "--profile", "readers=5")
    assert code == 1
    assert errors.startswith("lockstep: --rate: only deciders and chatters")
    code, _, errors = run("load", "--threshold", "viewer<3")
    assert code == 2
    assert "Traceback" not in errors


@pytest.mark.parametrize("option", ["--json", "--report"])
def test_a_report_without_a_place_is_refused_before_the_run(option: str, tmp_path: Path) -> None:
    code, _, errors = run("load", option, tmp_path / "no" / "folder")
    assert code == 2
    assert "cannot be written" in errors
