"""The application without a user interface: one function for each action, each a command of the registry.

It composes everything below it; `cli` and `tui` add no behaviour. Its packages, from the bottom up:
`session`, `registry`, `machine`, `weights`, `queue`, `render`, `media`, `cuts`, `takes`, `pictures`,
`script`, `writing`, `project`, `intake`, and above all of them `commands`. Begin with `session.studio` and
`registry.registry`.
"""
