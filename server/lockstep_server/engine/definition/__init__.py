"""Reading, checking and compiling workflow definitions."""
