"""The engine `backup`: backs up a studio home and checks that its files are intact. The work is in
`store.backup`.
"""
