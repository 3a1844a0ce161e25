"""The tools of the repository: what measures the house and makes pages of it."""
