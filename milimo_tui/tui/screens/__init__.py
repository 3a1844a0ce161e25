"""The screens of the studio: one module and one `.tcss` each; each binds widgets to commands."""
