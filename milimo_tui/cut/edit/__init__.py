"""Edits on a cut, each pure: a new cut, or Refused. `edits` lists them by name, `editing` is what all are
built from; the rest is a module an operation. Uses values, layout and their neighbours above; nothing beside.
"""
