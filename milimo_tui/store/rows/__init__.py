"""The rows of a film and the values that they represent: mapping, queries in plain SQL, facts, the bin, and
rules.

Begin with `mapping`. The functions take a connection and open no file. The package uses only `store.sqlite`.
"""
