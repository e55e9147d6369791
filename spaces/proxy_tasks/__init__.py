"""Proxy tasks as candidates: what GenNAS searches to find a task that ranks."""
