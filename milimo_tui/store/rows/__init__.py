"""Map the rows of a film to values, and run plain SQL on them: queries, facts, the bin, and rules across
rows.

Begin with `mapping`. The functions take a connection and open no file. The package uses only `store.sqlite`.
"""
