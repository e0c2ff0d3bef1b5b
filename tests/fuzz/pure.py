"""What must hold of the decoder and of a session, whatever bytes they are given."""

from random import Random

from lockstep_protocol.codec import JSON, MSGPACK, decode_client, decode_command
from lockstep_protocol.entry import Profile
from lockstep_protocol.pushes import ServerInfo
from lockstep_protocol.refusals import Refused, refusal
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.catching_up import Part
from lockstep_server.session.doing import Close, Do, Execute, SignIn
from lockstep_server.session.rules import Rules
from lockstep_server.session.session import Session

from .making import frame

RULES = Rules(server=ServerInfo(name="lockstep", version="0"), epoch="e1")


def decode(data: bytes | str, subprotocol: str) -> bool:
    """Whether ``data`` is a frame; it is either that or refused, and nothing else is raised."""
    try:
        messages = decode_client(data, subprotocol)
    except Refused as no:
        if no.refusal.code not in ("invalid", "too_large"):
            raise
        if subprotocol == JSON:
            _refused_as_command(data)
        return False
    assert messages
    if subprotocol == JSON and len(messages) > 1:
        _refused_as_command(data)
    return True


def _refused_as_command(data: bytes | str) -> None:
    try:
        decode_command(data)
    except Refused:
        return
    raise AssertionError("no frame, and yet a command")


def live_through(random: Random, chosen: list[bytes]) -> int:
    """Feed a session frame after frame, and answer what it asks for; how many it took."""
    subprotocol = random.choice((JSON, MSGPACK))
    session = Session("s1", subprotocol, RULES, lambda: 10, 0.0)
    now, taken = 0.0, 0
    queue = [*chosen, *(frame(random, subprotocol == MSGPACK) for _ in range(12))]
    if random.random() < 0.7:
        hello = b"\x81\xa4type\xa5hello" if subprotocol == MSGPACK else b'{"type":"hello"}'
        queue.insert(0, hello)
    for data in queue:
        now += random.choice((0.0, 0.01, 1.0))
        todo = session.receive(data, now)
        taken += 1
        while todo:
            todo = _answer(session, random, todo, now)
        session.tick(now)
        assert session.in_flight <= RULES.told.commands_in_flight
    return taken


def _answer(session: Session, random: Random, todo: list[Do], now: float) -> list[Do]:
    """What comes of doing ``todo``."""
    more: list[Do] = []
    for do in todo:
        assert isinstance(do, Do)
        if isinstance(do, Close):
            assert do is todo[-1]
            assert do.reason
            assert session.receive(b"{}", now) == []
            return []
        if isinstance(do, SignIn):
            if random.random() < 0.2:
                return session.sign_in_refused(refusal("unauthorized"), now)
            bucket = Bucket(20, 40, now)
            session.signed_in(Profile(id="omar", name="Omar"), None, bucket, now)
            more += session.found(10, now)
            more += session.part(Part(n=10), now)
            more += session.caught_up(now)
        elif isinstance(do, Execute) and random.random() < 0.8:
            more += session.answered(refusal("not_found", id=do.command.id), now)
    return more
