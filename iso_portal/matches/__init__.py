"""Suggested businesses for a case: reasons, decisions by named people, introductions."""
