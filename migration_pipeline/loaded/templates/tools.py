"""The import tools that files can be written for, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from migration_pipeline.loaded.templates.erpnext import ERPNEXT
from migration_pipeline.loaded.templates.jsherp import JSHERP
from migration_pipeline.loaded.templates.model import Tool
from migration_pipeline.loaded.templates.odoo import ODOO

TOOLS: Mapping[str, Tool] = MappingProxyType({tool.name: tool for tool in (ERPNEXT, ODOO, JSHERP)})
