"""Every known way to hang, flood or break the worker: the server goes on, and so do scripts."""

import pytest

from lockstep_server.scripts import limits
from lockstep_server.scripts.result import ErrorKind
from lockstep_server.scripts.runner import ScriptRunner
from tests.scripts.conftest import PATIENT_SECONDS

ENDLESS = {
    "loop": "while true do end",
    "goto": "::again:: goto again",
    "pcall around the stop": """
        while true do pcall(function() while true do end end) end""",
    "xpcall whose handler loops": """
        xpcall(error, function() while true do end end)""",
    "pcall that calls itself for ever": """
        local function again() while true do pcall(again) end end
        again()""",
    "a pattern with many optional parts": """
        return string.find(string.rep("a", 40), string.rep("a?", 40) .. string.rep("a", 40))""",
    "a pattern that backtracks": """
        return string.find(string.rep("a", 30000), ".-.-.-.-b")""",
    "gsub with a pattern that backtracks": """
        return (string.gsub(string.rep("a", 30000), ".-.-.-b", ""))""",
    "moving without end inside C": "table.move({}, 1, math.maxinteger - 1, 2)",
    "a length that lies": """
        table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 1)""",
    "for over all integers": "for i = math.mininteger, math.maxinteger do end",
    "a comparator that loops": "table.sort({2, 1}, function() while true do end end)",
    "an iterator that never ends": """
        for _ in function() return 1 end do end""",
    "__index that loops": """
        return setmetatable({}, {__index = function() while true do end end}).x""",
    "__close while an error passes": """
        local meta = {}
        local value = setmetatable({}, meta)
        meta.__close = function() while true do end end
        local closing <close> = value
        error("out")""",
    "__tostring in the log": """
        log.info(tostring(setmetatable({}, {__tostring = function() while true do end end})))""",
    "a memory error that is caught for ever": """
        while true do pcall(string.rep, "x", 1 << 30) end""",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
async def test_what_never_ends_is_killed_and_the_next_script_runs(
    strict: ScriptRunner, source: str
) -> None:
    result = await strict.run(source, {})
    assert result.error is not None
    assert result.error.kind == "time", str(result.error)
    assert "250 ms" in result.error.text
    assert (result.intents, result.log, result.value) == ((), (), None)
    strict.wall_seconds = PATIENT_SECONDS
    assert (await strict.run("return 'next'", {})).value == "next"


FLOODS: dict[str, tuple[ErrorKind, str]] = {
    "a huge text at once": ("memory", "return #string.rep('x', 1 << 30)"),
    "a text too huge for any memory": ("runtime", "return #('x'):rep(1 << 40, ',')"),
    "a text that doubles": ("memory", "local s = 'x' while true do s = s .. s end"),
    "a text that grows": ("memory", "local s, n = '', 'x' while true do s, n = s .. n, n .. n end"),
    "concat of many": (
        "memory",
        "local t, s = {}, ('x'):rep(1 << 20) for i = 1, 64 do t[i] = s end return table.concat(t)",
    ),
    "a table without end": ("memory", "local t = {} for i = 1, 1e9 do t[i] = i end"),
    "tables in tables": ("memory", "local t = {} while true do t = {t, {}, {}} end"),
    "globals without end": ("memory", "t = {} for i = 1, 1e9 do t[i] = {} end"),
    "kept by the string library": (
        "memory",
        "string.kept = {} for i = 1, 1e9 do string.kept[i] = {} end",
    ),
    "a call of itself": ("memory", "local function f() return 1 + f() end return f()"),
    "closures without end": (
        "memory",
        "local f while true do local g = f f = function() return g end end",
    ),
    "a replacement that grows": ("memory", "return #(('x'):rep(1e5):gsub('x', ('y'):rep(1e4)))"),
    "a huge error": ("memory", "error(string.rep('x', 1 << 28))"),
    "a call of itself through metatables": (
        "runtime",
        "local t t = setmetatable({}, {__index = function(_, k) return t[k] end}) return t.x",
    ),
    "a call of itself through __call": (
        "runtime",
        "local m = {} for i = 1, 300 do m = setmetatable({}, {__call = m}) end m()",
    ),
    "a call of itself through a comparator": (
        "runtime",
        """local function f() table.sort({3, 2, 1}, function(a, b) f() return a < b end) end
        f()""",
    ),
    "a call of itself through gsub": (
        "runtime",
        "local function f() return (('x'):gsub('x', f)) end return f()",
    ),
    "a comparator that contradicts itself": (
        "runtime",
        """local t = {} for i = 1, 1000 do t[i] = i % 7 end
        table.sort(t, function() return true end)""",
    ),
    "too many results": ("runtime", "return table.unpack({}, 1, 1e8)"),
    "too many captures": ("runtime", "return string.find('x', string.rep('()', 100))"),
    "a pattern that is too deep": (
        "runtime",
        "return string.find(('x'):rep(300), ('x?'):rep(300))",
    ),
    "deep brackets": ("syntax", "return " + "(" * 500 + "1" + ")" * 500),
    "deep blocks": ("syntax", "do " * 5000 + "end " * 5000),
    "many locals": ("syntax", "".join(f"local a{n} " for n in range(300))),
    "a huge return": ("too_much", "return string.rep('x', 1 << 20)"),
    "a return that is wide in few tables": (
        "too_much",
        "local t = {} for i = 1, 25 do t = {t, t, t, t} end return t",
    ),
    "a deep return": ("too_much", "local t = {} for i = 1, 10000 do t = {t} end return t"),
    "many keys": ("too_much", "local t = {} for i = 1, 1e5 do t['k' .. i] = 1 end return t"),
    "too many intents": ("too_much", "while true do task('done') end"),
    "too many intents, caught": ("too_much", "for i = 1, 200 do pcall(task, 'done') end"),
    "too much data": ("too_much", "set('x', string.rep('x', 70000))"),
    "too much data together": (
        "too_much",
        "for i = 1, 10 do set('x' .. i, string.rep('x', 50000)) end",
    ),
    "a long message": ("too_much", "chat(string.rep('x', 5000))"),
}


@pytest.mark.parametrize(("kind", "source"), FLOODS.values(), ids=FLOODS.keys())
async def test_what_wants_too_much_is_told_so_and_the_worker_lives(
    runner: ScriptRunner, kind: ErrorKind, source: str
) -> None:
    result = await runner.run(source, {})
    assert result.error is not None
    assert result.error.kind == kind, str(result.error)
    assert 0 < len(result.error.text) <= 1100
    assert result.intents == ()
    [worker] = runner._idle
    assert (await runner.run("return 'next'", {})).value == "next"
    assert runner._idle == [worker]


HARMLESS = {
    "recursion that is caught": "local function f() return 1 + f() end return (pcall(f)) == false",
    "pcall that calls itself": "local function f() return pcall(f) end f() return true",
    "xpcall that handles with itself": "local function f() return xpcall(f, f) end f() return true",
    "a memory error that is caught": "return pcall(string.rep, 'x', 1 << 30) == false",
    "an error in a handler": "return xpcall(error, function() error('again') end) == false",
    "a lost table": "for i = 1, 1e6 do local t = {{}, {}} end return true",
}


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS.keys())
async def test_what_a_script_can_catch_does_not_end_it(runner: ScriptRunner, source: str) -> None:
    result = await runner.run(source, {})
    assert result.error is None, str(result.error)
    assert result.value is True


async def test_parameters_that_fill_the_memory_are_told_so(runner: ScriptRunner) -> None:
    payload: list[list[int]] = [[] for _ in range(limits.PARAMS_BYTES // 3 - 10)]
    result = await runner.run("return 1", {"payload": payload})
    assert result.error is not None
    assert result.error.kind == "memory"
    [worker] = runner._idle
    assert (await runner.run("return 'next'", {})).value == "next"
    assert runner._idle == [worker]


async def test_a_flood_of_lines_is_cut(runner: ScriptRunner) -> None:
    result = await runner.run("for i = 1, 150 do log.info(i, string.rep('é', 5000)) end", {})
    assert len(result.log) == limits.LOG_LINES
    assert result.log[0].startswith("1 éé")
    assert {len(line) for line in result.log[:-1]} == {limits.LOG_CHARACTERS}
    assert result.log[-1] == "… and 51 more lines"


async def test_a_huge_error_is_cut(runner: ScriptRunner) -> None:
    result = await runner.run("error(string.rep('é', 100000))", {})
    assert result.error is not None
    assert (result.error.kind, result.error.line) == ("runtime", 1)
    assert result.error.text.endswith("é…")
    assert len(result.error.text) == 1000


@pytest.mark.parametrize(
    ("source", "params", "text"),
    [
        ("-" * (limits.SOURCE_BYTES + 1), {}, "the script: more than"),
        ("return 1", {"body": "x" * limits.PARAMS_BYTES}, "the parameters: more than"),
    ],
)
async def test_what_is_too_long_to_begin_with_starts_no_worker(
    runner: ScriptRunner, source: str, params: dict[str, str], text: str
) -> None:
    result = await runner.run(source, params)
    assert result.error is not None
    assert result.error.kind == "too_much"
    assert result.error.text.startswith(text)
    assert runner._idle == []
