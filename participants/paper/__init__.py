"""The attendance sheet on paper: where everything stands on it, and how a machine reads it back.

Nothing in here knows Django or the database: the reader works in a process of its own.
"""
