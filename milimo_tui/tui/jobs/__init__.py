"""The Jobs screen: its table, the panes below it, and a job's spec.

Begin with `screen`, which puts the core (`queue_view`) and its parts together; `job_words` describes a job in
words. May use `play`, `shell` and what is below; `shell.queue_feed` follows the queue itself.
"""
