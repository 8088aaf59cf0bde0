"""Tests of investors."""
