"""E-mail: handed to the operator's own SMTP server, one connection for each message."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
import httpx

from .letter import letter, mailbox, sender_mailbox
from .outcomes import Later, NotDelivered, Rejected, quoted

Tls = Literal["none", "starttls", "tls"]
"""In the clear; begun in the clear and then TLS or nothing (RFC 3207); TLS from the start."""

WHOLE_SECONDS = 30.0
QUIT_SECONDS = 2.0


class Mail:
    """Sends through one server.

    ``port`` is by default 25, 587 or 465, as ``tls`` has it. ``sender`` is ``a@b`` or
    ``Name <a@b>``. ``context`` is what the server's certificate is checked with. Raises
    ``ValueError`` for a sender that is none, and for a password without a user name.
    """

    def __init__(
        self,
        host: str,
        port: int | None = None,
        *,
        sender: str,
        tls: Tls = "starttls",
        username: str | None = None,
        password: str | None = None,
        context: ssl.SSLContext | None = None,
        whole_seconds: float = WHOLE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if (username is None) != (password is None):
            raise ValueError("a user name and a password belong together")
        self._host = host
        self._port = port
        self._sender = sender_mailbox(sender)
        self._tls = tls
        self._username = username
        self._password = password
        self._context = None if tls == "none" else context or httpx.create_ssl_context()
        self._whole = whole_seconds
        self._clock = clock

    async def send(
        self, to: str, subject: str, text: str, *, message_id: str, link: str | None = None
    ) -> None:
        """Hand over one message to one address; ``link`` is put under the text.

        ``message_id`` is the effect's id, the same in every repeat. Raises ``Later`` or
        ``Rejected``. ``Later`` may come although the message went, when the connection broke
        before the server's last word: the Message-ID then shows the second one as a repeat.
        """
        try:
            recipient = mailbox(to)
        except ValueError as error:
            raise Rejected(str(error)) from None
        message = letter(
            self._sender,
            recipient,
            subject,
            text,
            id=message_id,
            now=self._clock(),
            link=link,
        )
        client = self._client()
        try:
            async with asyncio.timeout(self._whole):
                await self._enter(client)
                await self._hand_over(client, recipient.addr_spec, message)
        except TimeoutError as error:
            raise Later("the mail server did not answer in time") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Later(f"the mail server is away: {quoted(str(error))}") from error
        else:
            # The message is the server's by now; no trouble in parting may say otherwise.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(QUIT_SECONDS):
                    await client.quit()
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            # What a server hears in EHLO; asking DNS for the own name may take long.
            local_hostname=self._sender.domain,
            timeout=self._whole,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            tls_context=self._context,
        )

    async def _enter(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.connect()
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPNotSupported) as error:
            # A wrong password or a missing STARTTLS is the operator's to mend, and then it works.
            raise Later(f"the mail server lets nobody in: {_said(error)}") from error

    async def _hand_over(self, client: aiosmtplib.SMTP, to: str, message: EmailMessage) -> None:
        try:
            await client.sendmail(self._sender.addr_spec, [to], message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _outcome(error.recipients[0]) from error
        except aiosmtplib.SMTPSenderRefused as error:
            # The sender is a setting, as the password is.
            raise Later(f"the mail server refuses the sender: {_said(error)}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise _outcome(error) from error


def _outcome(error: aiosmtplib.SMTPResponseException) -> NotDelivered:
    """RFC 5321, section 4.2.1: 5xx is for good, everything else for now."""
    return Rejected(_said(error)) if 500 <= error.code < 600 else Later(_said(error))


def _said(error: aiosmtplib.SMTPException) -> str:
    code = f"{error.code}: " if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    return code + quoted(error.message)
