"""Move through the cut and play it: motion keys, search, playback, and the source viewer.

The package may import `edit`, because motions and playback depend on an active trim, and the packages that
`edit` imports. Start reading at `motions`.
"""
