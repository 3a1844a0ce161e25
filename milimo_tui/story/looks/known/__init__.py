"""How one person looks, as far as it is known: what they have on, hair and skin, what acts change of it."""
