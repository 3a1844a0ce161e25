"""The Review screen: what came in, one large picture at a time or all on a sheet. Begin with `screen`.

May use `storyboard` (a shot and its state), `play`, `shell` and what is below.
"""
