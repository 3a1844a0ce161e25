"""Edits on a cut, each pure: a new cut, or Refused. `edits` lists them by name; the rest is a module an
operation, made of `cut.working`. Uses values, layout and their neighbours here; nothing beside.
"""
