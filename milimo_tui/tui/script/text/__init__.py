"""A screenplay's text as it is edited: the editor, its motions, operators and undo. Begin with `editor`."""
