"""Tests of a firm's own pages."""
