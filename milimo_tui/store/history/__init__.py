"""The history of a film: edits as row changes, the tree that they form, undo and redo, and merging of two
histories.

Begin with `history`. The package uses `store.rows`.
"""
