"""Background tasks of the supervisor: delayed starts, scheduled jobs, quotas, watched folders, and shutdown
after the last job.

`alarm` wakes the supervisor at a time, `chores` queues jobs that come due, `quota_watch` finds full films,
`folder_watch` imports files that have stopped changing, `off_when_done` runs a command once all jobs have
ended. The supervisor starts and ends them. The package may use the queue, notices and what is below them, but
not the supervisor.
"""
