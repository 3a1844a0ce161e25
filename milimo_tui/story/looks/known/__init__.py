"""The known look of one person: clothes, hair and skin, and the acts that change them."""
