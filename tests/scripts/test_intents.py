"""What a script may want: each call, its members, and what is said when they are wrong."""

import pytest

from lockstep_server.engine.intents import (
    Intent,
    NotifyUsers,
    SendChat,
    SetData,
    SetTask,
    StartWorkflow,
    TriggerStep,
)
from lockstep_server.scripts import limits
from tests.scripts.cases import answer, error

ASKED: list[tuple[str, Intent]] = [
    ("chat('hi')", SendChat(body="hi")),
    ("chat{body = 'hi'}", SendChat(body="hi")),
    (
        "chat{body = 'é', kind = 'k', data = {a = {1}}, schema = 's.json', to = 'ann'}",
        SendChat(body="é", kind="k", data={"a": [1]}, schema="s.json", to=("ann",)),
    ),
    ("chat{body = 'hi', data = {}, to = {}}", SendChat(body="hi", data={}, to=())),
    ("chat{body = 'hi', data = false}", SendChat(body="hi", data=False)),
    ("notify('hi')", NotifyUsers(body="hi")),
    (
        "notify{body = 'hi', title = 'T', url = '/x', to = {'ann', 'bob'}}",
        NotifyUsers(body="hi", title="T", url="/x", to=("ann", "bob")),
    ),
    ("start('claim')", StartWorkflow(workflow="claim")),
    (
        "start('claim', {step = 's', to = 'ann', data = {title = 'x', n = {}}})",
        StartWorkflow(workflow="claim", step="s", to=("ann",), data={"title": "x", "n": {}}),
    ),
    ("start('claim', {data = {}})", StartWorkflow(workflow="claim")),
    ("trigger('done')", TriggerStep(step="done")),
    ("task('closed')", SetTask(state="closed")),
    ("set('a', 1)", SetData(data={"a": 1})),
    ("set('a', nil)", SetData(data={"a": None})),
    ("set('a', {1, 2})", SetData(data={"a": [1, 2]})),
    (r"""set('a"b', {})""", SetData(data={'a"b': {}})),
    ("set{a = 1, b = {c = 'd'}}", SetData(data={"a": 1, "b": {"c": "d"}})),
    ("set(setmetatable({a = 1}, {__index = error}))", SetData(data={"a": 1})),
]


@pytest.mark.parametrize(("source", "intent"), ASKED)
def test_a_call_is_an_intent(source: str, intent: Intent) -> None:
    told = answer(source)
    assert told.error is None, str(told.error)
    assert told.intents == (intent,)


def test_intents_come_in_the_order_of_their_calls() -> None:
    told = answer("; ".join(source for source, _ in ASKED))
    assert told.intents == tuple(intent for _, intent in ASKED)


def test_a_list_that_was_empty_in_a_parameter_stays_one() -> None:
    told = answer("set('a', param('payload'))", payload={"list": [], "object": {}})
    assert told.intents == (SetData(data={"a": {"list": [], "object": {}}}),)


def test_a_table_is_taken_as_it_was_when_called() -> None:
    told = answer("local t = {a = 1} set(t) t.a = 2 set(t)")
    assert told.intents == (SetData(data={"a": 1}), SetData(data={"a": 2}))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("chat()", "chat: argument 1 must be text or a table, not nothing"),
        ("chat(1)", "chat: argument 1 must be text or a table, not a number"),
        ("chat('')", "chat: body is empty"),
        ("chat{}", "chat: body must be text, not nothing"),
        ("chat{body = {}}", "chat: body must be text, not a table"),
        (r"chat('\255')", "chat: body is text that is not UTF-8"),
        ("chat{body = 'x', boddy = 1}", "chat: there is no member 'boddy'; there are body, data"),
        ("chat{'x'}", "chat: there is no member of that name"),
        ("chat{body = 'x', kind = 1}", "chat: kind must be text, not a number"),
        ("chat{body = 'x', schema = true}", "chat: schema must be text, not a boolean"),
        ("chat{body = 'x', data = chat}", "chat: data: it is a function"),
        ("chat{body = 'x', data = {a = {chat}}}", "chat: data: member a.1 is a function"),
        ("chat{body = 'x', to = 1}", "chat: to must be a user's id or a list of them"),
        ("chat{body = 'x', to = {'ann', 2}}", "chat: to[2] must be text, not a number"),
        ("chat{body = 'x', to = {ann = true}}", "chat: to[1] must be text, not nothing"),
        ("chat{body = 'x', to = ''}", "chat: to is empty"),
        ("notify(nil)", "notify: argument 1 must be text or a table, not nothing"),
        ("notify{title = 'x'}", "notify: body must be text, not nothing"),
        ("notify{body = 'x', title = {}}", "notify: title must be text, not a table"),
        ("notify{body = 'x', url = 1}", "notify: url must be text, not a number"),
        ("notify{body = 'x', data = 1}", "notify: there is no member 'data'"),
        ("start()", "start: argument 1 (the workflow) must be text, not nothing"),
        ("start('w', 'ann')", "start: argument 2 must be a table, not a string"),
        ("start('w', {title = 'x'})", "start: there is no member 'title'; there are data, step"),
        ("start('w', {data = 'x'})", "start: data must be a table, not a string"),
        ("start('w', {data = {1, 2}})", "start: data must have names for keys"),
        ("start('w', {step = 1})", "start: step must be text, not a number"),
        ("trigger()", "trigger: argument 1 (the step) must be text, not nothing"),
        ("trigger({})", "trigger: argument 1 (the step) must be text, not a table"),
        ("task(true)", "task: argument 1 (the state) must be text, not a boolean"),
        ("set()", "set: argument 1 must be a name or a table, not nothing"),
        ("set('a')", "set: argument 2 (the value) is missing"),
        ("set('', 1)", "set: argument 1 (the name) is empty"),
        ("set({1, 2})", "set: argument 1 must have names for keys"),
        ("set('a', chat)", "set: argument 2: it is a function"),
        ("local t = {} t.t = t set(t)", "set: argument 1: member t is a table that contains itsel"),
    ],
)
def test_a_wrong_argument_is_an_error_with_call_argument_and_line(call: str, text: str) -> None:
    told = error(f"task('before')\n{call}\ntask('after')")
    assert (told.kind, told.line) == ("runtime", 2)
    assert told.text.startswith(text)
    # A script can catch it, and then go on.
    caught = answer(f"local ok, text = pcall(function()\n{call} end) task('on') return text")
    assert caught.intents == (SetTask(state="on"),)
    assert caught.value == f"script:2: {told.text}"


LONG = limits.FOR_LUA["name_characters"] + 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (f"trigger(string.rep('x', {LONG}))", "trigger: argument 1 (the step) has more than 200"),
        (f"set(string.rep('x', {LONG}), 1)", "set: argument 1 (the name) has more than 200"),
        ("chat(string.rep('é', 2049))", "chat: body has more than 4096 bytes"),
        ("notify{body = 'x', title = string.rep('x', 501)}", "notify: title has more than 500 ch"),
        ("set('a', string.rep('x', 65535))", "set: argument 2: it has more than 65536 bytes"),
        ("set('a', string.rep('\\1', 11000))", "set: argument 2: it has more than 65536 bytes"),
        ("local t = {} for i = 1, 40 do t = {t} end set('a', t)", "set: argument 2: member 1.1."),
        ("for i = 1, 101 do task('x') end", "task: a script may ask for at most 100 things"),
        (
            "for i = 1, 5 do set('a', string.rep('x', 60000)) end",
            "set: all that the script asks for has more than 262144 bytes",
        ),
    ],
)
@pytest.mark.door("chat", "script")
def test_a_passed_bound_ends_the_run_even_if_it_is_caught(call: str, text: str) -> None:
    for source in (f"\n{call}", f"pcall(function()\n{call} end)", f"\n{call} task('on')"):
        told = error(source)
        assert (told.kind, told.line) == ("too_much", 2)
        assert told.text.startswith(text)


@pytest.mark.parametrize(
    "call",
    [
        f"trigger(string.rep('é', {LONG - 1}))",
        "chat(string.rep('é', 2048))",
        "set('a', string.rep('x', 65534))",
        "for i = 1, 100 do task('x') end",
    ],
)
def test_a_bound_itself_is_allowed(call: str) -> None:
    assert answer(call).error is None
