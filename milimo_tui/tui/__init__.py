"""The studio in the terminal. Each screen has its own package, on top of packages that all screens share.

Begin with `shell.screen`. A package imports only packages that are below it in this order (checked by the
import contracts in `pyproject.toml`):

- `app`
- the screens and lists `cuts`, `film`, `finder`, `home`, `media`, `review`, `script`, `weights`
- `storyboard` and `timeline`
- `shot`
- `jobs`
- `mask`
- `play`
- `forms` and `panes`
- `shell`
- `background`
- `widgets`
- `fields`
- `keys`, `sound` and `terminal`

No package imports `av`, torch or SQLModel, and none blocks the event loop.
"""
