"""Record the history of a film: edits as row changes, the tree they form, undo, redo, and merging of two
histories.

Begin with `history`. The package uses `store.rows`.
"""
