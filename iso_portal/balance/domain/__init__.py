"""The rules of balance as plain functions: proposals without community data, measures with their bounds."""
