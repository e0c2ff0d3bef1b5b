"""A script sees a white list and nothing behind it: no Python, no files, no bytecode."""

import os
from pathlib import Path

import pytest

from lockstep_server.scripts.runner import ScriptRunner
from tests.scripts.cases import answer, error, value

# Walks through all that a script can get hold of, and names each thing once.
WALK = """
local seen, found = {}, {}
local function walk(path, thing)
  local kind = type(thing)
  if kind == "nil" or kind == "string" or kind == "number" or kind == "boolean" then return end
  if seen[thing] then return end
  seen[thing] = true
  found[#found + 1] = path .. ":" .. kind
  if kind == "table" then
    for key, member in pairs(thing) do
      if type(key) ~= "string" then walk(path .. "(key)", key) end
      walk(path .. "." .. tostring(key), member)
    end
  end
  local metatable = getmetatable(thing)
  if metatable then walk(path .. "(metatable)", metatable) end
end
walk("_ENV", _ENV)
walk("text", ("").rep)
walk("textmeta", getmetatable(""))
walk("params", param("payload"))
return found
"""

SEEN = {
    "": "assert chat error getmetatable ipairs mock next notify pairs param pcall select set "
    "setmetatable start task tonumber tostring trigger type unpack xpcall",
    "log": "info",
    "string": "byte char find format gmatch gsub len lower match rep reverse sub upper",
    "table": "concat insert move pack remove sort unpack",
    "math": "abs acos asin atan ceil cos deg exp floor fmod log max min modf rad random sin sqrt "
    "tan tointeger type ult",
    "utf8": "char codepoint codes len offset",
}


def test_all_that_can_be_reached_is_on_the_list() -> None:
    found = value(WALK, payload={"a": [1, {"b": "c"}]})
    things = dict(name.rsplit(":", 1) for name in found)
    assert set(things.values()) == {"table", "function"}
    reached = {name.removeprefix("_ENV").lstrip(".") for name in things if "params" not in name}
    allowed = {"", *(name for name in SEEN if name)}
    for library, names in SEEN.items():
        allowed |= {f"{library}.{name}".lstrip(".") for name in names.split()}
    # `unpack` is reached under one of its two names, whichever comes first.
    assert reached | {"unpack", "table.unpack"} == allowed


@pytest.mark.parametrize(
    "name",
    [
        "os",
        "io",
        "debug",
        "package",
        "require",
        "load",
        "loadstring",
        "dofile",
        "loadfile",
        "python",
        "print",
        "warn",
        "collectgarbage",
        "coroutine",
        "rawget",
        "rawset",
        "rawequal",
        "rawlen",
        "newproxy",
        "setfenv",
        "getfenv",
        "module",
        "_G",
        "_VERSION",
        "string.dump",
        "string.pack",
        "string.unpack",
        "string.packsize",
        "math.randomseed",
    ],
)
def test_what_is_not_on_the_list_is_nil(name: str) -> None:
    assert value(f"return {name} == nil") is True


@pytest.mark.parametrize("name", ["os", "io", "load", "python", "coroutine"])
def test_who_tries_is_told_that_there_is_no_access(name: str) -> None:
    told = error(f"\nreturn {name}.thing()")
    assert (told.kind, told.line) == ("runtime", 2)
    assert told.text.endswith("scripts have no access to it")


def test_who_prints_is_told_of_the_log() -> None:
    assert "log.info" in error("print('x')").text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return getmetatable('')", None),
        ("return getmetatable(1)", None),
        ("return getmetatable(chat)", None),
        ("return getmetatable(log)", None),
        ("return pcall(setmetatable, '', {}) == false", True),
        ("return pcall(setmetatable, chat, {}) == false", True),
        ("return ('').dump == nil and ('').pack == nil", True),
        ("return ('x').rep == string.rep", True),
        ("return chat.__class__", "error"),
        ("return param.__globals__", "error"),
        ("return #param", "error"),
        ("return getmetatable(setmetatable({}, {__metatable = 'shut'}))", "shut"),
        ("return pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}) == false", True),
    ],
)
def test_no_way_leads_behind_a_value(source: str, expected: object) -> None:
    if expected == "error":
        assert error(source).kind == "runtime"
    else:
        assert value(source) == expected


@pytest.mark.parametrize("name", ["__gc", "__close"])
def test_nothing_can_be_left_to_run_later(name: str) -> None:
    told = error(f"setmetatable({{}}, {{{name} = function() while true do end end}})")
    assert "not available" in told.text
    # Put there afterwards it is never called: Lua looks for it when the metatable is set.
    late = f"local m = {{}} setmetatable({{}}, m) m.{name} = function() chat('late') end"
    assert answer(late).intents == ()
    hidden = f"local m = setmetatable({{}}, {{__index = {{{name} = error}}}})"
    assert answer(f"{hidden} setmetatable({{}}, m)").error is None


@pytest.mark.parametrize("source", ["\x1bLua", "\x1bLuaT\x00\x19\x93\r\n\x1a\n", "\x1bLJ\x02"])
def test_bytecode_is_refused(source: str) -> None:
    told = error(source)
    assert told.kind == "syntax"
    assert "binary chunk" in told.text


def test_an_error_that_a_script_catches_is_plain_text() -> None:
    caught = value("""
        local found = {}
        local calls = {param, mock, chat, notify, start, trigger, task, set, setmetatable}
        for _, call in ipairs(calls) do
          local done, text = pcall(call, log.info)
          found[#found + 1] = not done and type(text) or nil
        end
        return found""")
    # mock does nothing outside tests, not even complain.
    assert caught == ["string"] * 8


def test_a_changed_environment_is_gone_with_its_script() -> None:
    assert value("string.rep, pairs, param = nil, nil, nil; left = 1 return left") == 1
    assert value("return {left == nil, type(string.rep), type(param)}") == [
        True,
        "function",
        "function",
    ]


def test_a_changed_environment_changes_no_check() -> None:
    told = answer("""
        for _, library in ipairs({string, table, math, utf8}) do
          for name in pairs(library) do library[name] = function() return "broken" end end
        end
        next, type, pcall, tostring, select, error = nil
        log.info("x", 1)
        chat{body = "hi", to = {"ann"}}
        return {1, "a"}""")
    assert (told.error, told.log, told.value) == (None, ("x 1",), [1, "a"])
    assert [intent.body for intent in told.intents if hasattr(intent, "body")] == ["hi"]


async def test_a_new_script_sees_nothing_of_the_one_before(runner: ScriptRunner) -> None:
    first = await runner.run("kept = 1 string.kept = 2 task('done') log.info('x')", {"to": "ann"})
    assert (len(first.intents), first.log) == (1, ("x",))
    second = await runner.run("return {kept == nil, string.kept == nil, param('to') == nil}", {})
    assert (second.value, second.intents, second.log) == ([True] * 3, (), ())


async def test_the_worker_has_no_secrets_no_files_and_its_bounds(
    runner: ScriptRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCKSTEP_JWT_SECRET", "very-secret")
    await runner.run("return 1", {})
    [worker] = runner._idle
    process = Path("/proc") / str(worker._process.pid)
    names = {line.split(b"=")[0] for line in (process / "environ").read_bytes().split(b"\0")}
    assert names <= {b"PYTHONPATH", b"LD_LIBRARY_PATH", b""}
    bounds = (process / "limits").read_text()
    for name in ("open files", "file size", "processes", "core file size"):
        [line] = [line for line in bounds.splitlines() if line.startswith(f"Max {name} ")]
        assert line.removeprefix(f"Max {name} ").split()[:2] == ["0", "0"]
    for name in ("address space", "cpu time"):
        [line] = [line for line in bounds.splitlines() if line.startswith(f"Max {name} ")]
        assert line.removeprefix(f"Max {name} ").split()[0].isdigit()
    assert os.readlink(process / "fd" / "0") == os.readlink(process / "fd" / "1") == os.devnull
