"""The base of every screen: base app and base screen, panels, keyboard, macros, messages, and the suggested
next step.

The package may use `background`, `widgets`, `keys` and `terminal`. It imports no particular screen. Begin
with `screen`, then `base_app`. `ports` has the interface of the app.
"""
