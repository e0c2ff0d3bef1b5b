"""The doors of administrators."""

from .door import Door
from .work import TRACKER

_FINDING = "{code severity pointer line?:integer column?:integer text hint?}"
_PUBLISHED = (
    "{name version:integer|null hash:string|null definition:object|null findings:["
    + _FINDING
    + "]}"
)
_USER = "{id name? email? groups?:[string] labels?:[string] roles?:[string]}"
_REVOKED = "{user revoked:boolean at? by? reason?}"
_KEY = "{id user name scopes:[string] createdAt by expiresAt? lastUsedAt? key?}"
_SCRIPT = "{handle source}"
_INCIDENT = "{id at entry title text pointer? retry:boolean kind? script?}"
_SESSION = (
    "{session user client:string|null watching:string|null since address"
    " outbox:{frames:integer bytes:integer}}"
)

ADMINISTRATION = (
    Door(
        "PUT",
        "/v1/workflows/{name}",
        "administrators",
        "Publishes a definition, or only checks it.",
        "dry:boolean base",
        body="object",
        answer=_PUBLISHED,
        status=(200, 201, 422),
    ),
    Door(
        "DELETE",
        "/v1/workflows/{name}",
        "administrators",
        "Takes out a workflow that never ran.",
        status=(204,),
    ),
    Door(
        "GET",
        "/v1/workflows/{name}/versions",
        "administrators",
        "When each version was published, and by whom.",
        answer="{versions:[{version:integer hash at by:string|null warnings:integer|null}]}",
    ),
    Door(
        "POST",
        "/v1/workflows/{name}/close",
        "administrators",
        "Closes a workflow for starts.",
        answer="{name closed:boolean}",
    ),
    Door(
        "POST",
        "/v1/workflows/{name}/open",
        "administrators",
        "Opens it again.",
        answer="{name closed:boolean}",
    ),
    Door(
        "GET",
        "/v1/users",
        "administrators",
        "The directory, or those whom a query finds.",
        "query",
        answer="{users:[" + _USER + "]}",
    ),
    Door("GET", "/v1/users/{id}", "administrators", "One user.", answer=_USER),
    Door(
        "PUT",
        "/v1/users/{id}",
        "administrators",
        "Adds or replaces a user.",
        body="object",
        answer=_USER,
        status=(200, 201),
    ),
    Door(
        "DELETE",
        "/v1/users/{id}",
        "administrators",
        "Takes a user out of the directory, and revokes.",
        status=(204,),
    ),
    Door(
        "GET",
        "/v1/users/{id}/revoke",
        "administrators",
        "Whether a user is revoked.",
        answer=_REVOKED,
    ),
    Door(
        "POST",
        "/v1/users/{id}/revoke",
        "administrators",
        "Refuses what a user signs in with, or accepts it again.",
        body="{lift?:boolean reason?}",
        answer=_REVOKED,
    ),
    Door(
        "GET",
        "/v1/keys",
        "administrators",
        "API keys, of all users or one.",
        "user",
        answer="{keys:[" + _KEY + "]}",
    ),
    Door(
        "POST",
        "/v1/keys",
        "administrators",
        "Makes an API key, which is shown this once.",
        body="{user name scopes:[string] expiresAt?}",
        answer=_KEY,
        status=(201,),
    ),
    Door(
        "DELETE",
        "/v1/keys/{id}",
        "administrators",
        "Deletes a key and ends its sessions.",
        status=(204,),
    ),
    Door(
        "PUT",
        "/v1/trackers/{handle}",
        "administrators",
        "Adds or replaces a tracker.",
        body="{schema:object display? workflow?}",
        answer=TRACKER,
        status=(200, 201),
    ),
    Door(
        "GET", "/v1/scripts", "administrators", "All scripts.", answer="{scripts:[" + _SCRIPT + "]}"
    ),
    Door("GET", "/v1/scripts/{handle}", "administrators", "One script.", answer=_SCRIPT),
    Door(
        "PUT",
        "/v1/scripts/{handle}",
        "administrators",
        "Adds or replaces a script; Lua as it is (text/x-lua) is taken as well.",
        body="{source}",
        answer=_SCRIPT,
        status=(200, 201),
    ),
    Door(
        "GET",
        "/v1/incidents",
        "administrators",
        "What went wrong behind entries, newest first.",
        "entry before:integer limit:integer",
        answer="{incidents:[" + _INCIDENT + "] before?:integer}",
    ),
    Door(
        "POST", "/v1/incidents/{id}/retry", "administrators", "Has it tried again.", status=(204,)
    ),
    Door("DELETE", "/v1/incidents/{id}", "administrators", "Dismisses it.", status=(204,)),
    Door(
        "GET",
        "/v1/sessions",
        "administrators",
        "Who is connected and signed in.",
        answer="{sessions:[" + _SESSION + "]}",
    ),
    Door(
        "POST",
        "/v1/backup",
        "administrators",
        "A copy of the store.",
        answer="binary",
        gives="application/vnd.sqlite3",
    ),
)
