"""The ways out of the house that an operator has set up; absent ones are None."""

from urllib.parse import quote

import msgspec

from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.mail import Mail
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.webhook import Webhook


class Outlets(msgspec.Struct, frozen=True):
    """``poster`` takes web pushes out, and ``contact`` is who push services may turn to.

    ``addresses`` are those that users may name; ``posters`` are those of the others.

    ``page`` is where people reach the web inbox, for links; empty when nobody knows.
    """

    addresses: Addresses = Addresses()
    poster: Poster | None = None
    posters: tuple[Poster, ...] = ()
    contact: str = ""
    mail: Mail | None = None
    webhook: Webhook | None = None
    page: str = ""

    def link(self, entry: str, url: str | None = None) -> str:
        """``url``, made whole if it begins at the inbox's root; else where that shows ``entry``.

        Empty when nobody knows where the inbox is.
        """
        if url and not url.startswith("/"):
            return url
        path = url or f"/#entry={quote(entry)}"
        return f"{self.page.rstrip('/')}{path}" if self.page else ""

    async def close(self) -> None:
        """Close the connections to the outside."""
        for poster in (self.poster, *self.posters):
            if poster is not None:
                await poster.close()


NO_OUTLETS = Outlets()
"""Nothing leaves the house but to the sessions."""
