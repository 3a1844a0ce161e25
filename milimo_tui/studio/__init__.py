"""The application without a user interface: each action is one function and one command of the registry.

The package uses everything below it. The front ends `cli` and `tui` add no behaviour. Its packages, from the
bottom up, are `session`, `registry`, `machine`, `weights`, `queue`, `render`, `media`, `cuts`, `takes`,
`pictures`, `script`, `writing`, `project`, `intake`, and above all of them `commands`. Begin with
`session.studio` and `registry.registry`.
"""
