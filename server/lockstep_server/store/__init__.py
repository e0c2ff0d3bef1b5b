"""Durable state behind one interface: SQLite with group commit, and its in-memory twin."""
