"""The Review screen: what came in, one large picture at a time or all on a sheet.

Begin with `screen`, which puts a core (`inbox`) and its parts together. May use `storyboard` (a shot and its
state), `play`, `shell` and what is below.
"""
