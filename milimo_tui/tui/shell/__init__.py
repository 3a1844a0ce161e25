"""What every screen stands on: base app and screen, panels, keyboard, messages, film and queue as followed.

May use `widgets`, `keys`, `terminal`; knows no screen. Begin with `screen`, then `base_app`.
"""
