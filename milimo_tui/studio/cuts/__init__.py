"""Operations on a film's cuts that consist of more than one edit.

The modules update cuts after shots changed, and handle versions, notes, the clipboard and files of other
programs. Single edits are in `milimo_tui.cut`. Read the module `follow` first.
"""
