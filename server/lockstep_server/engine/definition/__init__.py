"""Workflow definitions: read every spelling, say what is wrong, make ready to run."""
