"""Who is connected and watching: encodes once, places ready frames in outboxes, presence."""
