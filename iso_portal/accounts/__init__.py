"""The people who sign in: staff of both desks, managers, donors, administrators.

Wing: the desk that a post belongs to (Albanian-language desk, Serbian-language desk); a fact of the post, not of the
person, and never a stand-in for a community. Working languages: those a person works in with investors and firms.
"""
