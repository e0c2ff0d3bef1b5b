"""How large a definition may be. Each bound is here, and has a test."""

DEFINITION_BYTES = 512 * 1024
"""A definition as JSON in UTF-8."""
NESTING = 24
"""Objects and arrays inside one another, the definition itself being the first."""
STEPS = 500
PATHS = 50
"""Paths of one step."""
BEHAVIORS = 50
"""Behaviors of one step."""
ACTIONS = 50
"""Actions of one step."""
NAME_CHARACTERS = 200
"""A step's key, a label, a handle: what a client's command may name."""
SCOPE_CHARACTERS = 4096
"""A scope or target."""
TRIGGER_CHAIN = 10
"""Steps that may follow one activation by triggers."""
