"""Any SQLite file of ours: opened with checks, brought to its newest version, and what can still be read of a
damaged one. Knows no table by name but those for which a stand-in is put back. Begin with `migrations`.
"""
