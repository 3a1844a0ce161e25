"""The studio in the terminal: one package for each screen, on top of packages that all screens share.

Begin with `shell.screen`. The packages from top to bottom: `app`; the screens (`script`, `media`, `film`,
`review`, `cuts`, `home`, then `timeline` and `storyboard`, then `jobs`); `play`; `forms`; `shell`; `widgets`;
`fields`; `keys` and `terminal`. No package imports `av`, torch or SQLModel, and none waits for anything on
the event loop.
"""
