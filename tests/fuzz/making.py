"""What strangers send: made by chance from a seed, so that the same can be sent again."""

import base64
import json
import time
from random import Random

import jwt
import msgspec
from websockets.frames import Frame, Opcode

SECRET = "s" * 32
ID = "019c0d3a-4a80-7000-8000-000000000001"

MESSAGES: tuple[dict[str, object], ...] = (
    {"type": "hello", "token": "t", "position": {"epoch": "e1", "n": 7}},
    {"type": "auth", "token": "t"},
    {"type": "ping"},
    {"type": "get", "id": ID, "entry": "e"},
    {"type": "say", "id": ID, "entry": "e", "body": "Hello ü", "data": {"a": [1, None, 2.5]}},
    {"type": "start", "id": ID, "workflow": "w", "data": {"x": {"y": [True]}}},
    {"type": "choose", "id": ID, "entry": "e", "version": 3, "path": 0, "data": {}},
    {"type": "lock", "id": ID, "entry": "e", "minutes": 5, "wait": True},
    {"type": "edit", "id": ID, "entry": "e", "m": 3, "body": "b"},
    {"type": "read", "entry": "e", "m": 3},
    {"type": "typing", "entry": "e"},
    {"type": "watch", "entry": None, "away": True},
    {"type": "versions", "id": ID},
)

ODD: tuple[object, ...] = (
    None, True, -1, 0, 2**63, 2**64, 10**400, 1e308, -0.0, "", "\0", "ü" * 300, "\U0010ffff",
    "../..", [], {}, [[]], {"": {}}, "$all", "{{ 7*7 }}", "a" * 9_000,
)  # fmt: skip

NONSENSE = (
    b"", b"null", b"[]", b"{", b"[" * 5_000, b'{"a":' * 5_000, b"\xff\xfe", b"\xc3",
    b"\xed\xa0\x80",
    b"1e999", b"9" * 4_000, b'{"type":"hello","type":"ping"}', b'"\\ud800"', b"NaN",
    b"\x91" * 5_000,
    b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xc7\x08\x01", b"\xd6\xff\0\0\0\0", b"\xc1",
    b"\x81" * 5_000, b"\xdf\xff\xff\xff\xff\xa1", b"\xcf" + b"\xff" * 8,
    b"\xcb\x7f\xf0" + b"\0" * 6,
)  # fmt: skip


def mutated(random: Random, data: bytes) -> bytes:
    """``data`` with a few bytes changed, left out, doubled or put in."""
    made = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(made) + 1)
        match random.randrange(5):
            case 0:
                made[at : at + 1] = random.randbytes(1)
            case 1:
                del made[at : at + random.randint(1, 9)]
            case 2:
                made[at:at] = random.choice(
                    (b'"', b"{", b"[", b"\\", b",", b"\xff", b"\0", b"\x80")
                )
            case 3:
                made[at:at] = made[at : at + random.randint(1, 40)]
            case _:
                made[at:at] = random.randbytes(random.randint(1, 8))
    return bytes(made)


def message(random: Random) -> dict[str, object]:
    """A message, often with a member that is wrong."""
    made = dict(random.choice(MESSAGES))
    if random.random() < 0.5:
        made[random.choice((*made, "more", "data"))] = random.choice(ODD)
    if random.random() < 0.1:
        made.pop(random.choice(list(made)))
    return made


def frame(random: Random, msgpack: bool = False) -> bytes:
    """One frame of either subprotocol, right or wrong."""
    if random.random() < 0.2:
        return random.choice(NONSENSE) if random.random() < 0.7 else random.randbytes(40)
    made: object = message(random)
    if random.random() < 0.2:
        made = [message(random) for _ in range(random.choice((0, 1, 2, 5, 70)))]
    try:
        data = msgspec.msgpack.encode(made) if msgpack else json.dumps(made).encode()
    except OverflowError:  # MessagePack has no such number
        return b"\xcf" + random.randbytes(7)
    return mutated(random, data) if random.random() < 0.4 else data


def token(random: Random) -> str:
    """A JSON Web Token, seldom a good one."""
    now = time.time()
    claims: dict[str, object] = {"sub": "omar", "exp": now + 600, "iat": now}
    headers: dict[str, object] = {}
    if random.random() < 0.4:
        claims[random.choice(("sub", "exp", "nbf", "iat", "roles", "name", "aud"))] = odd(random)
    if random.random() < 0.2:
        headers[random.choice(("kid", "typ", "crit", "b64", "zip", "jku"))] = odd(random)
    key = SECRET if random.random() < 0.8 else "x" * 32
    signed = _signed({"alg": random.choice(("HS256", "HS256", "HS512", "none", "RS256", "ES256"))}
                     | headers, claims, key)  # fmt: skip
    match random.randrange(6):
        case 0:
            return mutated(random, signed.encode()).decode("latin-1")
        case 1:
            parts = signed.split(".")
            random.shuffle(parts)
            return ".".join(parts * random.randint(1, 2))
        case 2:
            return random.choice(
                ("", "demo:omar", "lk_x", "a" * 9_000, "..", "e30.e30.", "\0.\0.\0")
            )
    return signed


def odd(random: Random) -> object:
    """A value that is rarely right; one that a JSON text can hold."""
    return random.choice(ODD)


def _signed(header: dict[str, object], claims: dict[str, object], key: str) -> str:
    def part(value: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    text = part(header) + b"." + part(claims)
    algorithm = jwt.get_algorithm_by_name("HS512" if header["alg"] == "HS512" else "HS256")
    signature = algorithm.sign(text, algorithm.prepare_key(key))
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


# HTTP and the upgrade

PATHS = (
    "/", "/healthz", "/readyz", "/metrics", "/v1/ws", "/v1/inbox", "/v1/users/x", "/v1/commands",
    "/v1/keys", "/v1/users/x/revoke", "/v1/push/subscriptions", "/v1/workflows/w", "/v1/backup",
    "/v1/entries/e/history?after=%ff", "/v1/inbox?since=e1:9", "/v1/demo", "/%00", "/%ff%fe", "//x",
    "/..%2f", "*", "http://localhost/v1/inbox", "/v1/ws?a=%zz", "/" + "a" * 9_000, "/\u00fc",
)  # fmt: skip
METHODS = (
    "GET", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "PRI", "x",
)  # fmt: skip
HEADERS = (
    "Host: localhost", "Host: a b", "Origin: null", "Origin: http://[", "Origin: \u00fc",
    "Content-Length: 5", "Content-Length: -1", "Content-Length: 1, 2", "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip", "Expect: 100-continue", "X-Forwarded-For: \u00fc,,1",
    "Cookie: a=\u00ff",
    "Authorization: Bearer", "Authorization: \u00fc", "Connection: close", "X: " + "y" * 8_200,
    "Sec-WebSocket-Protocol: other", "Sec-WebSocket-Protocol: ,,", "Sec-WebSocket-Version: 99",
    "Sec-WebSocket-Key: x", "Sec-WebSocket-Extensions: permessage-deflate; a=;", "Upgrade: h2c",
    "Sec-WebSocket-Protocol: lockstep.v1.msgpack", " folded", "No colon", "Bad\0name: x",
)  # fmt: skip
UPGRADE = (
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)  # fmt: skip
BODIES = (b"", b"{}", b"[]", b"5\r\n{}   \r\n0\r\n\r\n", b"zz\r\n", b"\xff" * 400, b"[" * 90_000)


def request(random: Random) -> bytes:
    """A request that is hardly ever signed in."""
    upgrade = random.random() < 0.4
    lines = list(UPGRADE) if upgrade else []
    if upgrade and random.random() < 0.5:
        lines.pop(random.randrange(len(lines)))
    lines += random.sample(HEADERS, random.randint(0, 4))
    if random.random() < 0.8:
        lines.insert(0, "Host: localhost")
    if random.random() < 0.4:
        lines.append("Authorization: Bearer " + token(random))
    if random.random() < 0.03:
        lines += [f"X-{number}: y" for number in range(300)]
    random.shuffle(lines)
    path = "/v1/ws" if upgrade and random.random() < 0.7 else random.choice(PATHS)
    version = random.choice(("HTTP/1.1",) * 8 + ("HTTP/1.0", "HTTP/2.0", "HTTP/9", ""))
    method = "GET" if upgrade and random.random() < 0.9 else random.choice(METHODS)
    text = "\r\n".join((f"{method} {path} {version}", *lines, "", ""))
    data = text.encode("latin-1", "replace") + random.choice(BODIES)
    return mutated(random, data) if random.random() < 0.3 else data


def upgrade(msgpack: bool) -> bytes:
    """A good request for a socket."""
    lines = ["GET /v1/ws HTTP/1.1", "Host: localhost", *UPGRADE]
    if msgpack:
        lines.append("Sec-WebSocket-Protocol: lockstep.v1.msgpack")
    return "\r\n".join((*lines, "", "")).encode()


def frames(random: Random, msgpack: bool) -> bytes:
    """What is sent over a new socket: often a hello, often wrong, at times no frame at all."""
    data = frame(random, msgpack)
    if random.random() < 0.5:
        hello = {"type": "hello", "token": token(random)}
        data = msgspec.msgpack.encode(hello) if msgpack else json.dumps(hello).encode()
    opcode = Opcode.BINARY if msgpack else Opcode.TEXT
    if random.random() < 0.1:
        opcode = random.choice(list(Opcode))
    if opcode in (Opcode.CLOSE, Opcode.PING, Opcode.PONG):
        data = data[:125]
    half = random.randrange(len(data) + 1)
    if random.random() < 0.2 and opcode in (Opcode.BINARY, Opcode.TEXT):
        made = _wire(opcode, data[:half], False) + _wire(Opcode.CONT, data[half:])
    else:
        made = _wire(opcode, data)
    made += b"".join(
        _wire(opcode, frame(random, msgpack)[:125]) for _ in range(random.choice((0, 2)))
    )
    return mutated(random, made) if random.random() < 0.25 else made


def _wire(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)
