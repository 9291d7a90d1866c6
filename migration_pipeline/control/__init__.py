"""The control database: what the migration knows about itself. Models, migrations, repositories. No retail rules, no ERP rows."""
