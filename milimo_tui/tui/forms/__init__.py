"""Forms: several fields asked for at once and saved by one command.

May use `shell`, `widgets` and `fields`; knows no screen. Begin with `form`, then `form_screen`;
`form_dialogs`
opens a form and waits for its result.
"""
