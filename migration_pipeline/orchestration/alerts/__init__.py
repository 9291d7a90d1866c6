"""Alerts: what there is to tell, whom it has to be told to, and telling them."""
