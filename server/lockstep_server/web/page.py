"""The web inbox at ``/``: files that ``make web`` built, or a page that says how to build them."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from lockstep_protocol.refusals import refused

from .not_built import NOT_BUILT, POLICY

INBOX = Path(__file__).parent / "inbox"
ASSETS = "assets"
"""The folder whose files carry a hash of their content in their names."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""In what the files are beside themselves, the smallest first, and how those are called."""

MEDIA_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}
"""What a machine's own table of types may have otherwise, or not at all."""


def page_routes(folder: Path = INBOX) -> list[Route]:
    """``/`` and the built files; whatever else is asked for is not found."""

    async def read(request: Request) -> Response:
        name = request.path_params["file"] or "index.html"
        file = _file(folder, name)
        if file is None and name == "index.html":
            own = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
            return HTMLResponse(NOT_BUILT, headers=own)
        if file is None:
            raise refused("not_found", f"There is nothing at /{name}.")
        hashed = name.startswith(f"{ASSETS}/")
        headers = {"Cache-Control": FOR_EVER if hashed else ASK_AGAIN, "Vary": "Accept-Encoding"}
        for encoding in accepted(request.headers.get("accept-encoding", "")):
            smaller = _file(folder, name + ENCODINGS[encoding])
            if smaller is not None:
                file = smaller
                headers["Content-Encoding"] = encoding
                break
        answer = FileResponse(file, headers=headers, media_type=_media_type(name))
        answer.set_stat_headers(file.stat())
        if answer.headers["etag"] in _tags(request.headers.get("if-none-match", "")):
            headers["ETag"] = answer.headers["etag"]
            return Response(status_code=304, headers=headers)
        return answer

    return [Route("/{file:path}", read, methods=["GET"])]


def accepted(said: str) -> list[str]:
    """Those of ``ENCODINGS`` that an ``Accept-Encoding`` header takes, the smallest first."""
    taken: dict[str, bool] = {}
    for part in said.lower().split(","):
        name, _, rest = part.partition(";")
        quality = rest.replace(" ", "").removeprefix("q=")
        taken[name.strip()] = not rest or quality.strip("0.") != ""
    return [name for name in ENCODINGS if taken.get(name, taken.get("*", False))]


def _tags(said: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in said.split(",")}


def _media_type(name: str) -> str:
    known = MEDIA_TYPES.get(Path(name).suffix)
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


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
