"""The rules, pure: read and check a definition, resolve scopes, decide, apply, compare."""
