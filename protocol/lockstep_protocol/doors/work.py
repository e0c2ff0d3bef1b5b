"""The doors of those who work, and what the server says of itself."""

from .door import LINES, TEXT, Door

_WORKFLOW = "{name version:integer hash closed:boolean at by:string|null}"
TRACKER = "{handle schema:object display?:string|null workflow?:string|null}"

WORK = (
    Door("POST", "/v1/commands", "all", "Gives one command.", body="Command", answer="Reply"),
    Door(
        "GET",
        "/v1/inbox",
        "all",
        "The inbox, or what a session would miss.",
        "since",
        answer="[Message]",
    ),
    Door(
        "GET",
        "/v1/retired",
        "all",
        "The entries that one was given and are not in the inbox, begun last first.",
        "query before limit:integer",
        answer="RetiredPage",
    ),
    Door("GET", "/v1/entries/{id}", "all", "One entry.", answer="View"),
    Door(
        "GET",
        "/v1/entries/{id}/history",
        "all",
        "What happened to an entry, newest first.",
        "before:integer limit:integer",
        answer="HistoryPage",
    ),
    Door(
        "GET",
        "/v1/entries/{id}/history.jsonl",
        "all",
        "All that happened to an entry, oldest first.",
        answer="HistoryEvent",
        gives=LINES,
    ),
    Door(
        "GET",
        "/v1/entries/{id}/messages",
        "all",
        "A page of an entry's conversation, newest first.",
        "before:integer limit:integer",
        answer="MessagesPage",
    ),
    Door(
        "GET",
        "/v1/entries/{id}/people",
        "all",
        "Who has a part in an entry, and where each stands.",
        "after limit:integer",
        answer="{people:[Standing]}",
    ),
    Door(
        "GET",
        "/v1/dispatches/{id}",
        "its author, whom it is about, administrators",
        "One dispatch.",
        answer="DispatchView",
    ),
    Door(
        "PATCH",
        "/v1/dispatches/{id}",
        "its author and administrators",
        "Changes what a dispatch says; its entries show it at once.",
        body="{data?:object taskState?}",
        answer="DispatchView",
    ),
    Door(
        "GET",
        "/v1/workflows",
        "all",
        "The newest version of each workflow.",
        answer="{workflows:[" + _WORKFLOW + "]}",
    ),
    Door(
        "GET",
        "/v1/workflows/{name}",
        "all",
        "One workflow with its definition.",
        "version:integer",
        answer="{name version:integer hash closed:boolean at by:string|null definition:object}",
    ),
    Door("GET", "/v1/trackers", "all", "All trackers.", answer="{trackers:[" + TRACKER + "]}"),
    Door("GET", "/v1/trackers/{handle}", "all", "One tracker.", answer=TRACKER),
    Door(
        "GET", "/v1/push", "all", "The key for a browser's push subscription.", answer="{publicKey}"
    ),
    Door(
        "POST",
        "/v1/push/subscriptions",
        "all",
        "Registers a browser's push subscription.",
        body="object",
        answer="{id}",
        status=(201,),
    ),
    Door(
        "DELETE", "/v1/push/subscriptions", "all", "Forgets one.", body="{endpoint}", status=(204,)
    ),
    Door("GET", "/v1/asyncapi.json", "everybody", "The messages of the socket.", answer="object"),
    Door("GET", "/v1/openapi.json", "everybody", "This document.", answer="object"),
    Door(
        "GET",
        "/v1/schemas/workflow.json",
        "everybody",
        "The JSON Schema of definitions.",
        answer="object",
    ),
    Door(
        "GET",
        "/v1/demo",
        "everybody (in the demo only)",
        "Who may sign in to the demo.",
        answer="{users:[{id name groups:[string] token}]}",
    ),
    Door("GET", "/healthz", "everybody", "Whether the process lives.", answer="{status}"),
    Door("GET", "/readyz", "everybody", "Whether users may be sent here.", answer="{status}"),
    Door(
        "GET",
        "/metrics",
        "administrators; programs on the server's machine",
        "What the server counts.",
        answer="string",
        gives=TEXT,
    ),
)
