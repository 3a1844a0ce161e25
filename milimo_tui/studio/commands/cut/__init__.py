"""Commands on cuts. Each module defines the commands of one subject, and `cut` lists them all. Read
`current_cut` first.
"""
