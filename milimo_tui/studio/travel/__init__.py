"""Transfer of films between boxes (other machines with Milimo) over SSH, and moving a home to another folder.

Begin with `pushing` and `pulling`, which run the user's commands. `far_side` answers them on the other box.
These modules use:

- `box`: the connection to the other box over ssh
- `frames`: the format of messages on a pipe
- `box_messages`: the contents of the messages
- `carried`: the files of a film with their hashes
- `staging`: received files that are not complete yet
- `snapshots`: states of a film that both boxes have had

`travel_engine` runs pushes and pulls as jobs. `store.history.two_boxes` merges the edits of two boxes.
`home_move` is independent of the others. This package may import everything of the studio except its
commands.
"""
