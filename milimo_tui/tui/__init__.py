"""The studio in the terminal, a room a screen over the rooms that all share. Begin with `shell.screen`.

From above: `app`; the screens (`script`, `media`, `film`, `review`, `cuts`, `home`, then `timeline` and
`storyboard`, then `jobs`); `play`; `forms`; `shell`; `widgets`; `fields`; `keys` and `terminal`. Imports no
`av`, no torch, no SQLModel; never waits for anything on its event loop.
"""
