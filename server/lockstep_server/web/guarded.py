"""Where what goes wrong on the way to an answer becomes a refusal."""

import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from lockstep_protocol.refusals import Refused, refusal
from lockstep_server.store.interface import StoreFailed

log = logging.getLogger(__name__)

Result = TypeVar("Result")


async def guarded(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of ``work``; whatever goes wrong in it is a refusal."""
    try:
        return await work
    except Refused:
        raise
    except StoreFailed as failure:
        raise Refused(refusal("unavailable")) from failure
    except Exception as fault:
        log.exception("a fault of the server, told to the client as `internal`")
        raise Refused(refusal("internal")) from fault
