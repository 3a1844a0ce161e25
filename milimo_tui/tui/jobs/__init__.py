"""The Jobs screen: its table, the panes below it, a job's spec; what jobs, machine and past are in words.

Begin with `screen`, which puts a core (`base`) and its parts together; `model` is a job in words. May use
`play`, `shell` and what is below; the queue itself is followed by `shell.queue_feed`.
"""
