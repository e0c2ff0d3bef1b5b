"""The one command door over HTTP: same bodies, same answers as on the socket."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.codec import decode_command
from lockstep_protocol.limits import CLIENT_FRAME_BYTES
from lockstep_protocol.refusals import Refusal, with_id
from lockstep_server.web.edge import Edge, answer, answer_refusal, read_body


def command_routes(edge: Edge) -> list[Route]:
    """``/v1/commands``."""

    async def execute(request: Request) -> Response:
        actor = await edge.signed(request)
        command = decode_command(await read_body(request, CLIENT_FRAME_BYTES))
        edge.count(actor, command.id)
        said = await edge.runtime.execute(actor, command)
        if isinstance(said, Refusal):
            return answer_refusal(said if said.id else with_id(said, command.id))
        return answer(said)

    return [Route("/v1/commands", execute, methods=["POST"])]
