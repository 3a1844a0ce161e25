"""What every screen stands on: base app and screen, panels, keyboard, messages, the next step.

May use `background`, `widgets`, `keys`, `terminal`; knows no screen. Begin with `screen`, then `base_app`;
`ports` is what may be asked of the app and of the screen in front.
"""
