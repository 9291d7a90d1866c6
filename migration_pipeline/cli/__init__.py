"""The command `store2erp`: one module per group of commands, no logic. Heavy imports wait until a command runs, so that --help is quick."""
