"""A Python client for a Lockstep server."""
