"""The evidence pack: one file that proves what a migration came to, to somebody who has neither database nor project."""
