"""The known look of a person at one point of the script: clothes, hair and skin, and the acts that change the
look.
"""
