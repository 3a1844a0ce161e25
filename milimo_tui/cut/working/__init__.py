"""The working cut: a cut during an edit, before the changed cut is returned.

The modules handle connected and linked clips, edges of clips, shifting, new clips and pasted clips. `editing`
is the main module. The package uses only `cut.layout` and `cut.values`.
"""
