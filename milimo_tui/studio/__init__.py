"""The whole application without a face: one function per act, each a command of the registry.

Composes everything below; `cli` and `tui` add no behaviour to it. Rooms from the ground up: `session`,
`registry`, `machine`, `weights`, `queue`, `render`, `media`, `cuts`, `takes`, `pictures`, `script`,
`writing`, `project`, `intake`, and on all of them `commands`. Begin with `session.studio` and
`registry.registry`.
"""
