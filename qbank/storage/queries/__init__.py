"""Nouns: what pages, commands and services ask of the store. They change nothing."""
