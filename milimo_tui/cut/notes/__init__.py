"""Review notes on a cut: add, answer, complete, and import or export as text, tables and EDL.

Begin with `note_list`.
"""
