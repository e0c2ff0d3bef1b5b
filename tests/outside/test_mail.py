"""Letters over a real connection to an SMTP server in this process."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from lockstep_server.outside.letter import letter, mailbox, sender_mailbox
from lockstep_server.outside.mail import Mail, Tls
from lockstep_server.outside.outcomes import Later, Rejected

from .authority import Authority
from .receiver import nobody_listens, receiving

NOW = 1_700_000_000.5
SENDER = "Lockstep <lockstep@example.com>"


@dataclass
class Post:
    """What an SMTP server says to each part of a letter, and the letters it took."""

    sender: str = "250 OK"
    recipient: str = "250 OK"
    data: str = "250 OK"
    drops: bool = False
    """Whether it breaks off instead of parting."""
    port: int = 0
    came: list[Envelope] = field(default_factory=list)
    helos: list[str | None] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        self.helos.append(session.host_name)
        self.signed_in.append(bool(session.authenticated))
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The letter."""
        self.came.append(envelope)
        return self.data

    async def handle_QUIT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The end."""
        if self.drops:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "221 Bye"

    def letter(self) -> EmailMessage:
        """The one letter that came, read."""
        (envelope,) = self.came
        assert isinstance(envelope.content, bytes)
        return email.message_from_bytes(envelope.content, policy=email.policy.default)

    def text(self) -> str:
        """What that letter says."""
        text: str = self.letter().get_content()
        return text.replace("\r\n", "\n")


@asynccontextmanager
async def post_office(
    post: Post, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Post]:
    """An SMTP server, closed with its connections."""
    loop = asyncio.get_running_loop()
    running: list[SMTP] = []

    def accept() -> SMTP:
        running.append(SMTP(post, loop=loop, hostname="mx.example", **options))
        return running[-1]

    server = await loop.create_server(accept, "127.0.0.1", 0, ssl=tls)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        for smtp in running:
            if isinstance(smtp.transport, asyncio.WriteTransport):
                smtp.transport.abort()
        ends = [smtp._handler_coroutine for smtp in running if smtp._handler_coroutine]
        for end in ends:
            # After a handshake that failed it would wait for ever.
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        await server.wait_closed()


def mail(post: Post, tls: Tls = "none", host: str = "127.0.0.1", **options: Any) -> Mail:
    """A sender to that server."""
    return Mail(host, post.port, sender=SENDER, tls=tls, clock=lambda: NOW, **options)


async def test_a_letter_says_who_it_is_from_and_that_a_machine_wrote_it() -> None:
    async with post_office(Post()) as post:
        await mail(post).send(
            "omar@example.org",
            "New call: Ömar 🧑‍🚒",
            "A call came in.\r\n.\nDörte",
            message_id="0192-effect",
            link="https://lockstep.example/#entry",
        )
    (envelope,) = post.came
    assert (envelope.mail_from, envelope.rcpt_tos) == ("lockstep@example.com", ["omar@example.org"])
    read = post.letter()
    assert dict(read.items()) == {
        "From": SENDER,
        "To": "omar@example.org",
        "Subject": "New call: Ömar 🧑‍🚒",
        "Date": "Tue, 14 Nov 2023 22:13:20 +0000",
        "Message-ID": "<0192-effect@example.com>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": read["Content-Transfer-Encoding"],
        "MIME-Version": "1.0",
    }
    expected = "A call came in.\n.\nDörte\n\nhttps://lockstep.example/#entry\n"
    assert post.text() == expected
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii()
    assert post.helos == ["example.com"]


async def test_a_server_that_breaks_off_after_it_took_the_letter_has_taken_it() -> None:
    async with post_office(Post(drops=True)) as post:
        await mail(post).send("omar@example.org", "s", "t", message_id="e-1")
    assert len(post.came) == 1


async def test_a_repeat_is_the_same_message() -> None:
    async with post_office(Post(data="451 try later")) as post:
        for _ in range(2):
            with pytest.raises(Later, match="451: try later"):
                await mail(post).send("omar@example.org", "s", "t", message_id="e:1/omar x")
    first, second = (envelope.content for envelope in post.came)
    assert first == second


def test_an_id_of_any_form_becomes_a_message_id_of_its_own() -> None:
    def made(id: str) -> str:
        to = mailbox("b@example.org")
        return str(letter(sender_mailbox(SENDER), to, "s", "t", id=id, now=NOW)["Message-ID"])

    assert made("e:1/omar x") == made("e:1/omar x") != made("e:1/mei")
    for id in ("e:1/omar x", "ä", "a\r\nBcc: x@example.org", "a" * 500, ""):
        assert made(id).isascii()
        assert made(id).endswith("@example.com>")
        assert len(made(id)) == len("<@example.com>") + 40


HIDDEN = "=?utf-8?q?New=0D=0ABcc:_eve@example.net?= call"


@pytest.mark.parametrize(
    "subject",
    [
        "New\r\nBcc: eve@example.net",
        "New\nBcc: eve@example.net",
        "New\r\n\r\nAnother body",
        "New\u2028Bcc: eve@example.net",
        "New\x00\x0b\x85Bcc: eve@example.net",
        HIDDEN,
        HIDDEN.replace("=?", "=\r\n?"),
        "=" + HIDDEN,
        "\ud83d half a pair",
        "",
        "long " * 400,
        "ö" * 2000,
    ],
)
async def test_a_subject_brings_no_header_and_no_body(subject: str) -> None:
    async with post_office(Post()) as post:
        await mail(post).send("omar@example.org", subject, "text", message_id="e-1")
    read = post.letter()
    assert read.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
    assert post.text() == "text\n"
    assert "\n" not in read["Subject"]
    assert post.came[0].rcpt_tos == ["omar@example.org"]


async def test_a_text_or_link_cannot_end_the_letter() -> None:
    async with post_office(Post()) as post:
        text = "a\r\n.\r\nMAIL FROM:<eve@example.net>\r\x00\ud83d"
        await mail(post).send(
            "omar@example.org", "s", text, message_id="e-1", link="https://a.example/\r\n.\r\nb"
        )
    assert post.text() == ("a\n.\nMAIL FROM:<eve@example.net>\n\n\nhttps://a.example/.b\n")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "omar",
        "@example.org",
        "omar@",
        "omar@example.org, eve@example.net",
        "omar@example.org\r\nBcc: eve@example.net",
        "omar@example.org>\r\nDATA",
        "Omar <omar@example.org>",
        "omar@example.org (x)",
        '"a b"@example.org',
        "=?utf-8?q?a=0D=0AB?=@example.org",
        "omar@-example.org",
        "omar@exa mple.org",
        "omar@" + "a" * 64 + ".org",
        "a" * 250 + "@b.de",
        "ömar@example.org",
    ],
)
async def test_what_is_no_address_is_not_tried(to: str) -> None:
    with nobody_listens() as port, pytest.raises(Rejected, match="not an e-mail address"):
        await mail(Post(port=port)).send(to, "s", "t", message_id="e-1")


async def test_an_international_domain_is_written_in_ascii() -> None:
    async with post_office(Post()) as post:
        await mail(post).send("omar@bücher.example", "s", "t", message_id="e-1")
    assert post.came[0].rcpt_tos == ["omar@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        (Post(recipient="450 mailbox busy"), Later),
        (Post(recipient="550 no such user"), Rejected),
        (Post(data="452 no space"), Later),
        (Post(data="554 this is spam"), Rejected),
        (Post(sender="451 later"), Later),
        (Post(sender="553 not yours"), Later),
    ],
    ids=["recipient busy", "recipient unknown", "no space", "spam", "later", "sender refused"],
)
async def test_what_the_server_says(says: Post, outcome: type[Exception]) -> None:
    (no,) = {says.sender, says.recipient, says.data} - {"250 OK"}
    async with post_office(says) as post:
        with pytest.raises(outcome, match=no.replace(" ", ": ", 1)):
            await mail(post).send("omar@example.org", "s", "t", message_id="e-1")


async def test_a_server_that_is_away() -> None:
    with nobody_listens() as port, pytest.raises(Later, match="away"):
        await mail(Post(port=port)).send("omar@example.org", "s", "t", message_id="e-1")


async def test_a_server_that_hangs_or_speaks_something_else() -> None:
    async with receiving() as receiver:
        # It waits for a request as the client waits for a greeting.
        sender = mail(Post(port=receiver.port), whole_seconds=0.05)
        with pytest.raises(Later, match=r"in time|[Tt]imed out"):
            await sender.send("omar@example.org", "s", "t", message_id="e-1")
    async with post_office(Post()) as post:
        sender = mail(post, "tls", context=ssl.create_default_context())
        with pytest.raises(Later, match="away"):
            await sender.send("omar@example.org", "s", "t", message_id="e-1")


def accounts(server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
    """Knows one account."""
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (b"lockstep", b"secret")
    return AuthResult(success=known, handled=False)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_over_tls_with_a_password(tmp_path: Path, tls: Tls) -> None:
    authority = Authority(tmp_path)
    shown = authority.server("localhost")
    # To aiosmtpd a connection that is TLS from the start looks as if it were none.
    begun: dict[str, Any] = (
        {"tls_context": shown, "require_starttls": True, "auth_required": True}
        if tls == "starttls"
        else {"auth_require_tls": False}
    ) | {"authenticator": accounts}
    async with post_office(Post(), shown if tls == "tls" else None, **begun) as post:
        trusting: dict[str, Any] = {"username": "lockstep", "context": authority.client()}
        sender = mail(post, tls, "localhost", password="secret", **trusting)
        await sender.send("omar@example.org", "s", "t", message_id="e-1")
        assert len(post.came) == 1
        wrong = mail(post, tls, "localhost", password="wrong-one", **trusting)
        with pytest.raises(Later, match="lets nobody in: 535") as caught:
            await wrong.send("omar@example.org", "s", "t", message_id="e-1")
        assert "wrong-one" not in str(caught.value)
        stranger = mail(post, tls, "127.0.0.1", password="secret", **trusting)
        with pytest.raises(Later, match="certificate"):
            await stranger.send("omar@example.org", "s", "t", message_id="e-1")
    assert len(post.came) == 1
    assert post.signed_in == [True]


async def test_without_starttls_where_it_is_demanded_nothing_goes_in_the_clear() -> None:
    async with post_office(Post()) as post:
        sender = mail(post, "starttls", username="lockstep", password="secret")
        with pytest.raises(Later, match="STARTTLS"):
            await sender.send("omar@example.org", "s", "t", message_id="e-1")
    assert post.helos == []


@pytest.mark.parametrize("sender", ["", "Lockstep", "Lockstep <>", "a@example.com\r\nBcc: b@c.de"])
def test_a_sender_that_is_none(sender: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        Mail("127.0.0.1", sender=sender, tls="none")


def test_a_password_needs_a_user_name() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Mail("127.0.0.1", sender=SENDER, password="secret", tls="none")
