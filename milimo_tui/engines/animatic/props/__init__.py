"""Draw the props of insert shots: large, on a table, with a hand."""
