"""What data must be: dataset descriptors, outcomes and reasons, money types. No I/O, no rules that change data."""
