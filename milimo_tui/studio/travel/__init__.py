"""Films that travel from box to box over SSH.

Begin at `pushing` and `pulling`, what a person asks for; `far_side` answers them on the other box. Between
them lie `frames` (messages on a pipe) and `asks` (what they say), `carried` (a film's files by their hashes),
`staging` (what has come in and is not whole yet), `snapshots` (states of the film that both boxes have seen)
and `box` (the other box, by ssh). How two boxes' edits meet is `store.history.two_boxes`. May use all of the
studio but its commands.
"""
