"""Run the background tasks of the supervisor: delayed starts, scheduled jobs, quotas, watched folders, and a
command after the last job.

- `alarm` wakes the supervisor at a given time.
- `chores` queues jobs at their scheduled times.
- `quota_watch` finds films that have reached their disk quota.
- `folder_watch` imports files that have stopped changing.
- `off_when_done` runs a command once all jobs have ended.

The supervisor starts and ends these tasks. The package may import the queue, the notices and the packages
below them, but not the supervisor.
"""
