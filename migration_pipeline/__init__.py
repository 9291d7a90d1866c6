"""store2erp: moves a retailer's stores from their store systems into one ERP, with proof."""

__version__ = "0.1.0"
