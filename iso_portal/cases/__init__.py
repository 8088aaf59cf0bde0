"""The office's work on an inquiry: stage, team, tasks, and one timeline of everything that happened.

Inquiry: what an investor sent, never edited. Case: the work on it. Entry: one thing that happened; reports count these.
"""
