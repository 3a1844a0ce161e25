"""The application without a user interface. Each action is one function and one command of the registry.

The package may use all other packages except the front ends `cli` and `tui`, which add no behaviour of their
own. Its subpackages, from the bottom up, are `session`, `registry`, `machine`, `weights`, `queue`, `render`,
`media`, `cuts`, `takes`, `pictures`, `script`, `writing`, `project`, `intake`, and above all of them
`commands`. Begin with `session.studio` and `registry.registry`.
"""
