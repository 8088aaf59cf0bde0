"""Invented, repeatable data at any size; imported by nothing in the portal."""
