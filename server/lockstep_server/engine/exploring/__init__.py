"""Playing all that can happen to an entry of a workflow, with the real engine and few users."""
