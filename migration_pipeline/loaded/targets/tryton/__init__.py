"""The Tryton target: a real ERP in a process of its own, spoken to over JSON-RPC only; nothing of Tryton is imported here."""
