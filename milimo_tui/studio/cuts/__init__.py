"""Operations on a film's cuts that are more than a single edit. Single edits are in `milimo_tui.cut`.

The modules update cuts after shots changed, and handle versions, notes, the clipboard and files of other
programs. Read the module `follow` first.
"""
