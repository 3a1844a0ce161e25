"""Props: the things of inserts, drawn large on a table, with a hand."""
