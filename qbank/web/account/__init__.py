"""Signing in and out: Flask-Security does it, with our own pages and our own table of people."""
