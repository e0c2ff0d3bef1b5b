"""A notification as an e-mail: safe headers, and a Message-ID by which a repeat is known."""

import email.policy
import email.utils
import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage

LONGEST_ADDRESS = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3, less the brackets)."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]*[A-Za-z0-9])*")
_NOT_TEXT = {"Cc", "Cs", "Zl", "Zp"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def mailbox(text: str, name: str = "") -> Address:
    """One plain address, ``someone@somewhere``; an international domain in its ASCII form.

    Quoted local parts and those beyond ASCII are not taken. Raises ``ValueError``.
    """
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    # What looks like an encoded word would be decoded again when the header is written.
    if (
        len(local) + 1 + len(domain) > LONGEST_ADDRESS
        or not _LOCAL.fullmatch(local)
        or "=?" in local
        or not _DOMAIN.fullmatch(domain)
    ):
        raise ValueError(f"not an e-mail address: {text!r}")
    return Address(on_one_line(name), local, domain)


def sender_mailbox(text: str) -> Address:
    """``someone@somewhere`` or ``Name <someone@somewhere>``. Raises ``ValueError``."""
    named = re.fullmatch(r"([^<>\r\n]*)<([^<>]*)>", text.strip())
    return mailbox(named[2], named[1].strip(' "')) if named else mailbox(text.strip())


def letter(
    sender: Address,
    to: Address,
    subject: str,
    text: str,
    *,
    id: str,
    now: float,
    link: str | None = None,
) -> EmailMessage:
    """The message, dated ``now`` (Unix seconds); ``link`` is its last line."""
    # 7bit: it passes through every server, whatever it says in EHLO.
    message = EmailMessage(policy=email.policy.SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = on_one_line(subject)
    message["Date"] = email.utils.format_datetime(datetime.fromtimestamp(int(now), UTC))
    message["Message-ID"] = f"<{id_part(id)}@{sender.domain}>"
    # RFC 3834: an answering machine leaves this without an answer.
    message["Auto-Submitted"] = "auto-generated"
    body = "\n".join(_plain(line).rstrip() for line in text.splitlines())
    if link is not None:
        body += "\n\n" + "".join(_plain(link).split())
    message.set_content(body + "\n")
    return message


def id_part(id: str) -> str:
    """The left side of a Message-ID: the id itself, or its hash if it would not fit there."""
    return id if _ID.fullmatch(id) else hashlib.sha256(id.encode()).hexdigest()[:40]


def on_one_line(text: str) -> str:
    """Text for a header: no line ends nor other control characters.

    Nor what looks like an encoded word (RFC 2047): Python decodes one in a header that it is
    given, and writes out whatever line ends were hidden in it.
    """
    return " ".join(_plain(text).replace("=?", "= ?").split())


def _plain(text: str) -> str:
    # Controls and line ends, and half a surrogate pair (JSON may bring it), which no encoding has.
    return "".join(" " if unicodedata.category(char) in _NOT_TEXT else char for char in text)
