"""Transfer of films between boxes over SSH, and moving a home to another folder.

Begin with `pushing` and `pulling`, which run the user's commands; `far_side` answers them on the other box.
They use `frames` (messages on a pipe) and `asks` (the messages' contents), `carried` (a film's files by their
hashes), `staging` (incoming files that are not complete), `snapshots` (states of the film that both boxes
have seen) and `box` (the other box, over ssh). `travel_engine` runs pushes and pulls as jobs.
`store.history.two_boxes` merges the edits of two boxes. `home_move` is independent. May import all of the
studio except its commands.
"""
