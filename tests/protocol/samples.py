"""One message of every kind that a server sends; the vectors hold what they are on the wire."""

from lockstep_protocol import pushes
from lockstep_protocol.entry import (
    BehaviorView,
    ChatSummary,
    ChatView,
    DispatchView,
    EntryView,
    GuestView,
    LockView,
    PathView,
    Person,
    Profile,
    Recipients,
    RoomView,
    rfc3339,
)
from lockstep_protocol.limits import Limits
from lockstep_protocol.pushes import ServerMessage
from lockstep_protocol.refusals import refusal

NINE = 1_769_850_000.0
COMMAND = "019c0d3a-4a80-7000-8000-000000000001"

LAST = ChatView(
    m=2, from_="mei", at=rfc3339(NINE), body="On my way", schema="text.json", data={"text": "x"}
)
ENTRY = EntryView(
    id="e1",
    version=3,
    workflow="service-call",
    workflow_version=1,
    title="Service call: pump",
    icon="wrench",
    summary_title="Pump",
    summary="Leaks",
    step="claimed",
    visit=2,
    name="Claimed",
    name_style="warning",
    description="Mei Lin is on the way",
    paths=(
        PathView(label="Release", step="released", icon="undo"),
        PathView(
            label="Log visit",
            step="claimed",
            behavior=BehaviorView(
                handle="log-visit",
                behavior="dispatch",
                target="$sink",
                fields="visit",
                data={"engineer": "{profile.name}"},
                templates=("data.engineer",),
            ),
        ),
    ),
    status="active",
    locked=LockView(by=("mei",), since=rfc3339(NINE), until=rfc3339(NINE + 900), fence=1),
    source="mei",
    sink=None,
    data={"amount": 412.5, "urgent": True, "tags": ["a", None]},
    dispatch=DispatchView(
        id="d1",
        tracker="service-request",
        task_state="accepted",
        author="dana",
        user="dana",
        display_name="pump",
        user_name="Dana Reyes",
        author_name="Dana Reyes",
        data={"subject": "pump"},
        created_at=rfc3339(NINE - 60),
    ),
    recipients=Recipients(count=2, ids=("mei", "omar")),
    chat=ChatSummary(count=2, last=LAST),
    seen=False,
    created_at=rfc3339(NINE - 60),
    updated_at=rfc3339(NINE),
)
GUEST = GuestView(
    id="e2",
    version=1,
    title="Expense of Dana Reyes",
    chat=ChatSummary(count=0),
    recipients=Recipients(count=1, ids=("omar",)),
    guest=True,
)
ROOM = RoomView(
    id="r1", title="Pump room", members=Recipients(count=1, ids=("mei",)), chat=ChatSummary(count=0)
)
MEI = Person(id="mei", name="Mei Lin")

SAMPLES: dict[str, ServerMessage] = {
    "welcome": pushes.Welcome(
        session="s1",
        user=Profile(
            id="mei",
            name="Mei Lin",
            email="mei@example.org",
            groups=("field-team",),
            labels=("standby-engineer",),
        ),
        epoch="k3",
        n=41,
        resumed=False,
        time=rfc3339(NINE),
        heartbeat=20.0,
        limits=Limits(),
        server=pushes.ServerInfo(name="lockstep", version="0.1.0"),
    ),
    "snapshot": pushes.Snapshot(
        n=41, page=1, pages=1, entries=(ENTRY, GUEST), rooms=(ROOM,), people=(MEI,)
    ),
    "empty snapshot": pushes.Snapshot(n=0, page=1, pages=1, entries=(), rooms=(), people=()),
    "entry": pushes.EntryPush(n=42, entry=GUEST, people=(MEI,)),
    "diff": pushes.Diff(
        n=43,
        entry="e1",
        base=3,
        version=4,
        set={"name": "Open again", "visit": 3, "seen": False, "paths": ENTRY.paths[:1]},
        unset=("locked",),
        by="mei",
        cause="command",
    ),
    "gone": pushes.Gone(n=44, entry="e1", reason="retired"),
    "chat": pushes.Chat(
        n=45,
        entry="e1",
        m=2,
        from_="mei",
        at=rfc3339(NINE),
        body="On my way",
        schema="text.json",
        data={"text": "x"},
    ),
    "chat in a room": pushes.Chat(
        n=45, room="r1", m=1, from_="mei", at=rfc3339(NINE), body="Hi", schema="text.json"
    ),
    "chat edited": pushes.Chat(
        n=46,
        entry="e1",
        m=2,
        from_="mei",
        at=rfc3339(NINE),
        body="On my way now",
        schema="text.json",
        revision=1,
        edited_at=rfc3339(NINE + 60),
    ),
    "chat deleted": pushes.Chat(
        n=47,
        room="r1",
        m=1,
        from_="mei",
        at=rfc3339(NINE),
        body="",
        schema="text.json",
        revision=2,
        edited_at=rfc3339(NINE + 60),
        deleted=True,
    ),
    "room": pushes.RoomPush(n=45, room=ROOM, people=(MEI,)),
    "read": pushes.ReadPush(user="omar", entry="e1", m=2),
    "seen": pushes.ReadPush(user="omar", entry="e1", seen=True, visit=2),
    "typing": pushes.TypingPush(user="omar", entry="e1"),
    "presence": pushes.Presence(user="omar", state="online", watching="e1"),
    "notify": pushes.Notify(entry="e1", title="New", body="A service call", url="/#e1"),
    "notify of a room": pushes.Notify(room="r1", title="Pump room", body="Mei Lin: @omar look"),
    "reply": pushes.Reply(id=COMMAND, n=46, result={"version": 4, "target": ["dana"]}),
    "reply to a question": pushes.Reply(id=COMMAND, result={"entry": ENTRY}),
    "refusal": refusal(
        "stale",
        id=COMMAND,
        details={"by": "omar", "at": rfc3339(NINE), "step": "claimed"},
        entry=ENTRY,
    ),
    "refusal without id": refusal("invalid", details={"pointer": ""}),
    "auth_soon": pushes.AuthSoon(seconds=60.0),
    "goaway": pushes.GoAway(code=4003, after_ms=250, reason="too slow"),
    "pong": pushes.Pong(n=46),
    "position": pushes.PositionPush(n=46),
    "position with a digest": pushes.PositionPush(n=46, digest="0badcafe"),
}
