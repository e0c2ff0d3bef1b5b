"""The web inbox at ``/``: files that ``make web`` built, or a page that says how to build them."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from lockstep_protocol.refusals import refused

INBOX = Path(__file__).parent / "inbox"
ASSETS = "assets"
"""The folder whose files carry a hash of their content in their names."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Lockstep</title>
<h1>The server runs. The web inbox is not built yet.</h1>
<p>In the repository, with Node.js 20 or newer: <code>make web</code>, then load this page again.
<p>All else works without it: the socket at <code>/v1/ws</code>, the HTTP doors under
<code>/v1/</code>, and the command <code>lockstep inbox --follow</code>.
</html>
"""


def page_routes(folder: Path = INBOX) -> list[Route]:
    """``/`` and the built files; whatever else is asked for is not found."""

    async def read(request: Request) -> Response:
        name = request.path_params["file"] or "index.html"
        file = _file(folder, name)
        if file is None and name == "index.html":
            return HTMLResponse(NOT_BUILT, headers={"Cache-Control": "no-store"})
        if file is None:
            raise refused("not_found", f"There is nothing at /{name}.")
        hashed = name.startswith(f"{ASSETS}/")
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": FOR_EVER if hashed else ASK_AGAIN}
        return FileResponse(file, headers=headers, media_type=media_type)

    return [Route("/{file:path}", read, methods=["GET"])]


def _file(folder: Path, name: str) -> Path | None:
    """The file inside ``folder``; None when there is none, or the name leads out of it."""
    if "\0" in name or name.startswith(("/", ".")) or "/." in name:
        return None
    file = folder / name
    try:
        inside = file.resolve().is_relative_to(folder.resolve())
        return file if inside and file.is_file() else None
    except OSError:
        # A name that is too long for any file.
        return None
