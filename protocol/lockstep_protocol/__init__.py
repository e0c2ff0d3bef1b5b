"""What is said on the wire: messages, refusals, limits and the codec. Pure; msgspec only."""
