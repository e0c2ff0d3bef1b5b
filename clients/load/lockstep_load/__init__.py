"""Simulated users for load tests: many at a time, and what they see is checked."""
