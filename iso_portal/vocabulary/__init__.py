"""Codes with their names in every language: municipalities, NACE, countries, legal forms, institutions, form answers."""
