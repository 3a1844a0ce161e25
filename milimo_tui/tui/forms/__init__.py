"""Forms: several fields that are filled in together and saved by one command.

The package may use `shell`, `widgets` and `fields`, but no particular screen. Begin with `form`, then
`form_screen`; `form_dialogs` opens a form and waits for its result.
"""
