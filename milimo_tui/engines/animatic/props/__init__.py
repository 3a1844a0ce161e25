"""Props: the things an insert shows, drawn large on a surface, with the hand of the one it belongs to."""
