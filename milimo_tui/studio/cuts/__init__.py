"""The cuts of a film beyond one edit: how they follow changed shots, their versions, notes, clipboard,
files of other programs. The edits themselves are `milimo_tui.cut`. Begin with `follow`.
"""
