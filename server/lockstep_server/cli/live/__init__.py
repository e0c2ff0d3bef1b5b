"""`lockstep inbox --follow` on a terminal: the inbox as it changes, and keys to act from it."""
