"""One connection as a pure state machine: frames in, commands out; messages in, frames out."""
