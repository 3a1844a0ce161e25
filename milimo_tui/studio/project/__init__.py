"""The project as a whole: its inbox and the next step, its history, and it as files: archive, clean-
up, recovery, deletion. Begin with `inbox`.
"""
