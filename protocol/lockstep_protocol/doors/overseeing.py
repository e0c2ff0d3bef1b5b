"""The doors by which administrators look at what runs."""

from .door import Door

_WHERE = "workflow version:integer step name nameStyle?"
_STANDING = (
    "{" + _WHERE + " entries:integer oldest median stuck?:integer locked?:integer"
    " incidents?:integer}"
)
_PERSON = "{id name}"
_STAND = (
    "{entry title " + _WHERE + " since users:[" + _PERSON + "] userCount:integer"
    " lockedBy?:[" + _PERSON + "] lockedSince? incidents?:integer why?:[string]}"
)
_RUN = "{n:integer at entry title user step ms:number ok:boolean text? log?:[string]}"
_TRIED = "{intents:[object] log:[string] value:any error?:{kind text line?:integer} ms:number}"

OVERSEEING = (
    Door(
        "GET",
        "/v1/running",
        "administrators",
        "What is under way, by step.",
        "stuck:integer",
        answer="{at steps:[" + _STANDING + "]}",
    ),
    Door(
        "GET",
        "/v1/running/stuck",
        "administrators",
        "What should be looked at, and why.",
        "stuck:integer limit:integer",
        answer="{at entries:[" + _STAND + "] more:boolean}",
    ),
    Door(
        "GET",
        "/v1/running/{workflow}/{step}",
        "administrators",
        "Who stands at a step, the longest first.",
        "version:integer after limit:integer",
        answer="{entries:[" + _STAND + "] after?}",
    ),
    Door(
        "GET",
        "/v1/scripts/{handle}/runs",
        "administrators",
        "The last runs of a script, newest first.",
        "before:integer limit:integer",
        answer="{runs:[" + _RUN + "] before?:integer}",
    ),
    Door(
        "POST",
        "/v1/scripts/{handle}/try",
        "administrators",
        "Runs a script, or a source in its place, and carries out nothing.",
        body="{source? params?:object}",
        answer=_TRIED,
    ),
    Door(
        "GET",
        "/v1/revocations",
        "administrators",
        "All who are revoked.",
        answer="{revocations:[{user revoked:boolean at by reason?}]}",
    ),
)
