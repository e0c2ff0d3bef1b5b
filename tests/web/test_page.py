"""The page at ``/``: built or not, small on the wire, fresh in the browser."""

import base64
import gzip
import hashlib
import re
import time
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from lockstep_server.config import Settings
from lockstep_server.web.app import assemble
from lockstep_server.web.page import accepted, page_routes

from .double import DoubleRuntime
from .test_doors import client

SCRIPT = b"console.log(1);" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<p>inbox")
    (folder / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"made by the build")
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "sw.js").write_text("2")
    (folder / "manifest.webmanifest").write_text("{}")
    return folder


def page(folder: Path) -> httpx.AsyncClient:
    app = assemble(Settings(demo=True), DoubleRuntime().runtime, time.time)
    app.router.routes[-1:] = page_routes(folder)
    return client(app)


async def test_without_a_built_page_it_says_how_to_build_it(tmp_path: Path) -> None:
    async with page(tmp_path / "nothing") as http:
        answer = await http.get("/")
        assert answer.status_code == 200
        assert "make web" in answer.text
        assert answer.headers["cache-control"] == "no-store"


async def test_the_page_that_stands_for_it_may_have_its_own_style_and_nothing_else(
    tmp_path: Path,
) -> None:
    async with page(tmp_path / "nothing") as http:
        answer = await http.get("/")
    found = re.search("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert "src=" not in answer.text


async def test_the_built_page_is_asked_for_again_and_its_assets_are_kept(folder: Path) -> None:
    async with page(folder) as http:
        answer = await http.get("/")
        assert (answer.text, answer.headers["cache-control"]) == ("<p>inbox", "no-cache")
        script = await http.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
        assert "immutable" in script.headers["cache-control"]
        assert script.headers["content-type"].startswith("text/javascript")
        assert (script.content, script.headers["vary"]) == (SCRIPT, "Accept-Encoding")
        assert "content-encoding" not in script.headers
        # A browser takes a worker for the whole page from the root, and has to see a new one.
        worker = await http.get("/sw.js")
        assert worker.headers["cache-control"] == "no-cache"
        assert worker.headers["content-type"].startswith("text/javascript")
        manifest = await http.get("/manifest.webmanifest")
        assert manifest.headers["content-type"] == "application/manifest+json"


async def test_what_the_build_made_smaller_goes_to_those_who_take_it(folder: Path) -> None:
    async with page(folder) as http:
        asked = http.build_request(
            "GET", "/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip, br"}
        )
        answer = await http.send(asked, stream=True)
        assert answer.headers["content-encoding"] == "br"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert b"".join([raw async for raw in answer.aiter_raw()]) == b"made by the build"
        gzipped = await http.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
        assert (gzipped.headers["content-encoding"], gzipped.content) == ("gzip", SCRIPT)
        plain = await http.get("/", headers={"Accept-Encoding": "gzip, br"})
        assert "content-encoding" not in plain.headers


async def test_what_a_browser_has_is_not_sent_again(folder: Path) -> None:
    async with page(folder) as http:
        tag = (await http.get("/")).headers["etag"]
        again = await http.get("/", headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        (folder / "index.html").write_text("<p>a newer inbox")
        newer = await http.get("/", headers={"If-None-Match": tag})
        assert (newer.status_code, newer.text) == (200, "<p>a newer inbox")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("gzip, deflate, br", ["br", "gzip"]),
        ("gzip;q=0.5,BR;q=1.0", ["br", "gzip"]),
        ("br;q=0, gzip", ["gzip"]),
        ("br; q=0.000", []),
        ("*", ["br", "gzip"]),
        ("*;q=0, gzip", ["gzip"]),
        ("", []),
    ],
)
def test_accept_encoding(said: str, taken: list[str]) -> None:
    assert accepted(said) == taken


async def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (folder / "link").symlink_to(tmp_path / "secret")
    async with page(folder) as http:
        assert (await http.get("/link")).status_code == 404


async def test_the_routes_stand_alone(folder: Path) -> None:
    async with client(Starlette(routes=page_routes(folder))) as http:
        assert (await http.get("/")).text == "<p>inbox"
