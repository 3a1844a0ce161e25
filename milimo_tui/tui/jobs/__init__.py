"""The Jobs screen: its table of jobs, the panes with details of a job, and the panel for a job's spec (its
parameters as JSON).

Begin with `screen`, which combines the view (`queue_view`) with its parts. `job_words` describes a job in
words. The package may use `play`, `shell` and the packages below them; `background.queue_feed` follows the
queue itself.
"""
