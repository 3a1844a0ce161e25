"""Films that travel from box to box over SSH, and a home that moves to another folder.

Begin at `pushing` and `pulling`, what a person asks for; `far_side` answers them on the other box. Between
them lie `frames` (messages on a pipe) and `asks` (what they say), `carried` (a film's files by their hashes),
`staging` (what has come in and is not whole yet), `snapshots` (states of the film that both boxes have seen)
and `box` (the other box, by ssh); `travel_engine` does both as jobs. How two boxes' edits meet is
`store.history.two_boxes`. `home_move` stands by itself. May use all of the studio but its commands.
"""
