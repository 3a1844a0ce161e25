"""Commands on cuts. Each module defines the commands of one subject, and `cut` joins them. Read `current_cut`
first.
"""
