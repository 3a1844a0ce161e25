"""Operations on a film's cuts that are more than one edit.

They update the cuts after shots changed, and handle versions, notes, the clipboard and files of other
programs. The edits themselves are in `milimo_tui.cut`. Begin with `follow`.
"""
