"""The ways out of the house as settings: what an operator names, and what users may not."""

from pathlib import Path
from typing import Any

import pytest

from lockstep_server.config import ConfigError, Settings
from lockstep_server.web.app import build
from tests.outside.receiver import receiving

from .conftest import CALL, USERS
from .serving import serving, until
from .test_administration import given, subscription

SECRET = "whsec_" + "c2VjcmV0" * 4
TELLING = {**CALL, "start": {**CALL["start"], "actions": [{"action": "notify", "scope": "$all"}]}}


async def test_a_webhook_may_be_inside_the_house_and_what_users_name_may_not(
    tmp_path: Path,
) -> None:
    async with receiving() as receiver:
        settings = Settings(
            demo=True,
            db=str(tmp_path / "a.db"),
            webhook_url=receiver.url(),
            webhook_secret=SECRET,
        )
        app = build(settings.checked())
        async with serving(app) as served:
            admin = app.state.runtime.admin
            for id, body in USERS.items():
                await admin.put_user(id, body, "test")
            async with served.http("sam") as sam, served.http("omar") as omar:
                assert (await sam.put("/v1/workflows/call", json=TELLING)).status_code == 201
                push = subscription(receiver.url())
                refused = await omar.post("/v1/push/subscriptions", json=push)
                assert refused.status_code == 400
                await given(omar, "start", workflow="call", data={"who": "A"})
                await until(lambda: len(receiver.came) == 1)
        assert receiver.came[0].headers["webhook-id"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"webhook_url": "https://a.example/x"}, "webhook_secret"),
        ({"webhook_url": "https://a.example/x", "webhook_secret": "short"}, "whsec_"),
        ({"smtp_host": "mail"}, "mail_from"),
        ({"smtp_host": "mail", "mail_from": "a@b@c@d <"}, "cannot be used"),
        ({"push_contact": "nobody"}, "mailto:"),
        ({"allowed_addresses": ("10.0.0.0/33",)}, "10.0.0.0/33"),
    ],
)
def test_settings_that_cannot_be_used_are_told(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError, match=text.replace("(", r"\(")):
        build(Settings(demo=True, db=":memory:", **wrong).checked())
