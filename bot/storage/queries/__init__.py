"""The questions one can ask of the database, in small groups, one module each.

Every group is given a `Run` and nothing else; statements are built once, when the module is imported. Groups return the
words of `core.people` or of `storage.rows`, never SQLAlchemy's rows.
"""
