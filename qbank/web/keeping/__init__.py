"""Resting, bringing back and retiring questions, and keeping two of them apart."""
