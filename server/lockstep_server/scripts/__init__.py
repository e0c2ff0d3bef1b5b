"""Lua scripts: run in a worker process that is killed at its limits; they answer with intents."""
