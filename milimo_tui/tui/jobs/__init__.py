"""The Jobs screen: its table, the panes below the table, and a job's spec.

Begin with `screen`, which assembles the core (`queue_view`) and its parts; `job_words` describes a job in
words. May use `play`, `shell` and the packages below them; `background.queue_feed` follows the queue itself.
"""
