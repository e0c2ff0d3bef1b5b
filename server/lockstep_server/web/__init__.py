"""The edge: the socket, the HTTP API, sign-in, the page; app.py puts the rooms together."""
