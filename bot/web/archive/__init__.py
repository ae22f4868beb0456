"""The pages of the archive: issues, an index, a feed, a calendar; drawn once, served by the bot or written to files.

All of a group's files lie in one folder and name each other without it, so they work under any address and from a disk.
"""
