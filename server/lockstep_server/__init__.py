"""Lockstep: a real-time workflow server. Each folder is a room with one purpose."""

__version__ = "0.1.0"
