"""The history of a film: edits as changes of rows, the tree they make, walking it, two hands in one cut.
Begin with `history`. Uses `store.rows`.
"""
