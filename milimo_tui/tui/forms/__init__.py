"""Forms: several fields asked for at once, kept by one command.

May use `shell`, `widgets` and `fields`; knows no screen. Begin with `form`, then `form_screen`; `asking`
opens one and waits for what becomes of it.
"""
