"""Why the server closes a connection. A client decides by the number alone what to do next."""

from typing import Literal

import msgspec

NextStep = Literal["resume", "later", "sign_in", "stop"]
"""``resume``: connect again with the position; ``later``: the same after a longer wait;
``sign_in``: a new token first; ``stop``: connecting again would end the same way."""

LEAVING = 1001
TOO_LARGE = 1009
RESTARTING = 1012
RESUME_NOW = 4000
TOO_SLOW = 4003
SILENT = 4008
UNAUTHORIZED = 4100
TOKEN_EXPIRED = 4101
REVOKED = 4102
VIOLATION = 4200
TRY_LATER = 4300


class Close(msgspec.Struct, frozen=True):
    """One close code: the text sent with it and what the client does next."""

    code: int
    reason: str
    next: NextStep


CLOSES: dict[int, Close] = {
    close.code: close
    for close in (
        Close(LEAVING, "leaving", "resume"),
        Close(TOO_LARGE, "too large", "stop"),
        Close(RESTARTING, "restarting", "resume"),
        Close(RESUME_NOW, "resume now", "resume"),
        Close(TOO_SLOW, "too slow", "resume"),
        Close(SILENT, "silent", "resume"),
        Close(UNAUTHORIZED, "unauthorized", "sign_in"),
        Close(TOKEN_EXPIRED, "token expired", "sign_in"),
        Close(REVOKED, "revoked", "sign_in"),
        Close(VIOLATION, "protocol violation", "stop"),
        Close(TRY_LATER, "try later", "later"),
    )
}
"""Every close code the server uses."""
