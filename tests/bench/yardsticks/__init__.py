"""Programs of the fewest parts that do the same work, to compare with."""
