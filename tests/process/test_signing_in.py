"""Signing in at a server that is a process of its own."""

from pathlib import Path

import httpx

from tests.web import issuer

from .server import ServerProcess, run


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_keys_alone_are_enough_to_serve(tmp_path: Path) -> None:
    file = tmp_path / "keys.pem"
    file.write_text(issuer.pem(issuer.EC))
    env = {"LOCKSTEP_JWT_KEYS": str(file), "LOCKSTEP_DB": str(tmp_path / "db")}
    with ServerProcess("serve", "--port", "0", env=env) as server:
        good = issuer.fresh("omar", key=issuer.EC, algorithm="ES256")
        url = f"{server.url}/v1/inbox"
        assert httpx.get(url, headers=bearer(good)).status_code == 200
        assert httpx.get(url, headers=bearer(issuer.fresh("omar"))).status_code == 401
        assert server.terminate() == 0


def test_a_weak_key_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys.pem"
    file.write_text(issuer.pem(issuer.WEAK_RSA))
    env = {"LOCKSTEP_JWT_KEYS": str(file), "LOCKSTEP_DB": str(tmp_path / "db")}
    code, _, errors = run("serve", "--port", "0", env=env)
    assert code == 1
    assert "1024 bits; at least 2048" in errors
    assert "Traceback" not in errors


def test_at_debug_no_token_and_no_payload_is_logged(tmp_path: Path) -> None:
    secret = "marker-of-a-payload"
    env = {
        "LOCKSTEP_JWT_SECRET": issuer.SECRET,
        "LOCKSTEP_DB": str(tmp_path / "db"),
        "LOCKSTEP_LOG_LEVEL": "debug",
    }
    with ServerProcess("serve", "--port", "0", env=env) as server:
        good = issuer.fresh("sam", roles=["admin"])
        body = {"name": secret, "labels": [secret]}
        url = f"{server.url}/v1/users/omar?{secret}={secret}"
        assert httpx.put(url, json=body, headers=bearer(good)).status_code == 201
        httpx.get(f"{server.url}/v1/inbox", headers=bearer(secret))
        assert server.terminate() == 0
    said = "".join(server.errors + server.said)
    assert "DEBUG" in said
    assert secret not in said
    assert good not in said
