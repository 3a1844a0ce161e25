"""What a queue does unasked: starts at a time, chores by the clock, quotas, watched folders, off when done.

`alarm` wakes at a moment, `chores` gives the queue what comes due, `quota_watch` finds films that are full,
`folder_watch` takes in files that came to rest, `off_when_done` runs a command once all has ended. The
supervisor begins and ends them. May use the queue, notices and what is below them, and no supervisor.
"""
